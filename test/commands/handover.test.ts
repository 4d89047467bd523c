// With which flags the daemon's process goes on.

import { expect, test } from 'vitest';

import { daemonFlags } from '../../src/commands/handover.ts';
import { loadConfiguration } from '../../src/config/load.ts';

function configured(scanners: readonly object[]) {
  const environment = { GATE_READER__SITE: 's', GATE_READER__READER: 'r', GATE_READER__SCANNERS: JSON.stringify(scanners) };
  const loaded = loadConfiguration({ environment });
  if (!loaded.ok) throw new Error(loaded.faults.map(({ code }) => code).join());
  return loaded.configuration;
}

test('a daemon does without the optimising compilers, but not one whose camera has every pixel to look at', () => {
  const serial = { id: 'a', kind: 'serial', path: '/dev/ttyACM0' };
  const camera = { id: 'b', kind: 'camera', source: 'v4l2', path: '/dev/video0' };
  expect(daemonFlags(configured([serial]))).toContain('--no-opt');
  expect(daemonFlags(configured([serial, camera])).join(' ')).not.toMatch(/--no-(?:opt|maglev|turbofan|sparkplug)|jitless/u);
});
