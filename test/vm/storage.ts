// Check: what the reader said it recorded is in the journal - on a real disk, through daemons that were killed in the middle of
// their work, read back from the disk and not from memory.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cardOf } from '../fakes/people.ts';
import type { Check } from './check.ts';
import { type GuestKiosk, ROOT, startKiosk } from './kiosk.ts';

const DISK = '/disk';
const DATA = `${DISK}/gate-reader`;
const KILLS = 2;
/** Offered each time; more than a daemon gets through before it is killed. */
const SCANS = 60;
/** So many answers are waited for before the kill. */
const ANSWERS = 12;

const start = (): Promise<GuestKiosk> => startKiosk({ scanners: [{ id: 'main', kind: 'stdin' }] }, DATA);

/** What is mounted, by proc_pid_mounts(5). @throws Error unless it is ext4 on a device */
function mounted(): { readonly device: string; readonly type: string } {
  const lines = readFileSync('/proc/mounts', 'utf8').split('\n');
  const line = lines.find((one) => one.split(' ')[1] === DISK);
  const [device = '', , type = ''] = line?.split(' ') ?? [];
  if (!device.startsWith('/dev/') || type !== 'ext4') throw new Error(`${DISK}: ${line ?? 'nothing'}, wanted an ext4 disk`);
  return { device, type };
}

function journal(...words: readonly string[]): string {
  return execFileSync(join(ROOT, 'scripts', 'gate-reader'), ['journal', ...words, '--data', DATA], { encoding: 'utf8' });
}

/** A daemon that is killed while it records; returns how many scans it had answered. */
async function killAtWork(first: number): Promise<number> {
  const kiosk = await start();
  const codes = Array.from({ length: SCANS }, (_, index) => `${cardOf(first + index)}\n`);
  kiosk.daemon.process.stdin.write(codes.join(''));
  await kiosk.feedback(ANSWERS);
  await kiosk.kill();
  const answers = kiosk.daemon.feedback();
  const other = answers.find((line) => !line.startsWith('granted recorded in cccd '));
  if (other !== undefined) throw new Error(`a card gave ${JSON.stringify(other)}`);
  if (answers.length >= SCANS) throw new Error(`all ${SCANS} scans were answered before the kill, which then proves nothing`);
  return answers.length;
}

export const keepsTheJournal: Check = {
  name: 'storage',
  modules: [],
  async run() {
    const disk = mounted();
    let answered = 0;
    for (let round = 0; round < KILLS; round += 1) {
      answered += await killAtWork(1 + round * SCANS);
      // What the kernel remembers of this disk is forgotten.
      execFileSync('umount', [DISK]);
      execFileSync('mount', ['-t', disk.type, disk.device, DISK]);
    }
    const kiosk = await start();
    kiosk.daemon.process.stdin.write(`${cardOf(1 + KILLS * SCANS)}\n`);
    await kiosk.feedback(1);
    answered += 1;
    await kiosk.finish();
    const events = journal('export').trim().split('\n');
    const scans = events.filter((line) => (JSON.parse(line) as { type: string }).type === 'gate.scan.v1').length;
    if (scans < answered) throw new Error(`${answered} scans were answered, the journal holds ${scans}`);
    if (scans > answered + KILLS) throw new Error(`${answered} scans were answered, the journal holds ${scans}: some twice?`);
    return [
      `${disk.device}, ${disk.type}`,
      `daemon killed at work ${KILLS} times, opened again from the disk: ${answered} scans answered, ${scans} in the journal`,
      journal('verify').trim().replaceAll(/\s+/gu, ' '),
    ];
  },
};
