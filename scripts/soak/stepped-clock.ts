// The daemon's wall clock, stepped from here: built with the machine's C compiler, preloaded into the daemon alone.

import { execFileSync } from 'node:child_process';
import { openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./stepped-clock.c', import.meta.url));

export interface SteppedClock {
  /** What starts a program under this clock: put before its words. */
  readonly through: readonly string[];
  /** From now on it is `wallMs` there; forwards only, and it runs on by itself. */
  readonly stepTo: (wallMs: number) => void;
  /** What it shows. */
  readonly nowMs: () => number;
}

/** @throws where there is no C compiler */
export function steppedClock(folder: string): SteppedClock {
  const [library, file] = [join(folder, 'stepped-clock.so'), join(folder, 'shift')];
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-Wall', '-Werror', '-o', library, SOURCE, '-ldl']);
  const shift = Buffer.alloc(8);
  writeFileSync(file, shift);
  const fd = openSync(file, 'r+');
  let shiftMs = 0;
  return {
    through: ['env', `LD_PRELOAD=${library}`, `SOAK_CLOCK=${file}`],
    stepTo: (wallMs) => {
      shiftMs = Math.max(shiftMs, Math.round(wallMs - Date.now()));
      shift.writeBigInt64LE(BigInt(shiftMs));
      writeSync(fd, shift, 0, 8, 0);
    },
    nowMs: () => Date.now() + shiftMs,
  };
}
