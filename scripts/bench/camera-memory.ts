// What tens of thousands of reads leave behind in the process, each of them of a frame with a code: the library's own call leaks then.

import { openPath } from './camera-path.ts';
import { wandering } from './camera-scenes.ts';
import type { Row } from './report.ts';

const SIZE = { width: 240, height: 240 };
const FLAT_MB = 10;
const EVERY = 5_000;

/** Resident memory each 5,000 reads; flat: after all of them no more than after the first 5,000. */
export async function measureMemory(reads: number, say: (text: string) => void): Promise<Row> {
  const frames = Array.from({ length: 16 }, (_, turn) => wandering(SIZE, turn, `GATE-BENCH-${turn}`));
  const path = openPath(SIZE, 'zxing');
  const resident: number[] = [];
  let found = 0;
  for (let read = 1; read <= reads; read++) {
    const frame = frames[read % frames.length];
    if (frame) found += (await path.show(frame)).looked.codes.length;
    if (read % EVERY !== 0 && read !== reads) continue;
    resident.push(process.memoryUsage.rss() / 1e6);
    say(`${read} reads: ${resident.at(-1)?.toFixed(1)} MB resident`);
  }
  await path.close();
  const [early = 0, late = 0] = [resident[0], resident.at(-1)];
  const series = resident.map((each) => each.toFixed(0)).join(' ');
  return {
    measure: `zxing: growth of resident memory over ${reads} reads, ${found} codes found (each ${EVERY}: ${series} MB)`,
    value: late - early,
    unit: 'MB',
    peer: { name: `after ${EVERY}`, value: early },
    target: `< ${FLAT_MB} MB`,
    met: late - early < FLAT_MB,
  };
}
