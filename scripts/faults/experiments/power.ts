// Experiment: the power of a whole machine is cut while codes are scanned, on a disk that honours flushes; and, as the control, on
// one that lies, which must lose. A disk that loses nothing either way would prove nothing.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { command } from '../../vm/command.ts';
import type { Context, Experiment, Figures } from '../experiment.ts';
import { checkoutFor, cutPower, prepareMachine, type Honesty, recover } from '../power-machine.ts';
import { between } from '../random.ts';

const QEMU = '/usr/bin/qemu-system-x86_64';
const DISK = '128M';
const SHOWN = { least: 5, most: 80 };

export const power: Experiment = {
  name: 'power',
  promise: 'what was shown survives a power cut on a disk that honours flushes; on one that lies the control loses it',
  // A boot without KVM takes half a minute of a whole processor.
  rounds: { short: 0, long: 10 },
  unable: () => (existsSync(QEMU) || process.getuid?.() === 0 ? undefined : `no ${QEMU}, and only root can install it`),
  async run(context: Context): Promise<Figures> {
    const { root, folder, rounds, random, say, signal } = context;
    const place = realpathSync(folder);
    const setup = { prepared: await prepareMachine(root, place), checkout: checkoutFor(root, place), place };
    const shown = new Set<string>();
    const image = emptyDisk(place, 'honest');
    let after: Recovered = { labels: new Set(), whole: true };
    let from = 1;
    for (let round = 0; round < rounds && !signal.aborted; round += 1) {
      const run = { ...setup, image, honesty: 'writeback' as Honesty, from, shown: between(random, SHOWN.least, SHOWN.most) };
      for (const label of await cutPower(run)) shown.add(label);
      // Codes that were on their way are not scanned again: they would be other people's.
      from += 1_000;
      after = readBack(root, image, place);
      const lost = lostOf(shown, after);
      say(`cut ${round + 1} of ${rounds}: ${shown.size} scans shown, ${lost} lost`);
      if (lost > 0 || !after.whole) break;
    }
    const control = emptyDisk(place, 'lying');
    const lied = new Set(await cutPower({ ...setup, image: control, honesty: 'unsafe', from: 1, shown: SHOWN.most }));
    const lostThere = lostOf(lied, readBack(root, control, place));
    return {
      rounds,
      shown: shown.size,
      lost: lostOf(shown, after),
      duplicates: 0,
      gaps: 0,
      chain: after.whole ? 0 : 1,
      broken: lostThere > 0 ? [] : ['the control lost nothing: this disk proves nothing'],
      notes: [`kernel ${setup.prepared.kernel.release}; control: ${lostThere} of ${lied.size} lost on a disk that lies`],
    };
  },
};

interface Recovered {
  readonly labels: ReadonlySet<string>;
  /** The journal proves itself, or there is none. */
  readonly whole: boolean;
}

const lostOf = (shown: ReadonlySet<string>, { labels }: Recovered): number =>
  [...shown].filter((label) => !labels.has(label)).length;

function emptyDisk(place: string, name: string): string {
  const image = join(place, `${name}.img`);
  command('mke2fs', ['-q', '-t', 'ext4', image, DISK]);
  return image;
}

/** The journal that the file system has after the cut. */
function readBack(root: string, image: string, place: string): Recovered {
  const folder = join(place, 'recovered');
  rmSync(folder, { recursive: true, force: true });
  recover(image, folder);
  const data = join(folder, 'reader');
  mkdirSync(data, { recursive: true });
  const file = join(data, 'journal.db');
  if (!existsSync(file)) return { labels: new Set(), whole: true };
  const journal = new Database(file);
  // Of a file whose every commit was lost nothing is there, not even the table.
  const begun = journal.prepare("SELECT 1 FROM sqlite_master WHERE name = 'event'").get() !== undefined;
  const bodies = begun ? journal.prepare<[], Buffer>('SELECT body FROM event').pluck().all() : [];
  journal.close();
  if (!begun) return { labels: new Set(), whole: true };
  const { status } = spawnSync(join(root, 'scripts', 'gate-reader'), ['journal', 'verify', '--data', data]);
  const labels = bodies.flatMap((body) => /"label":"([^"]+)"/u.exec(body.toString())?.[1] ?? []);
  return { labels: new Set(labels), whole: status === 0 };
}
