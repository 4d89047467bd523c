// The real daemon as its users start it: the launcher, a configuration file, a data folder, one serial scanner.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHolder } from '../../src/journal/lock.ts';
import { type Child, startChild } from './child-lines.ts';

/** `gate-reader`, as its users start it. */
export const LAUNCHER = fileURLToPath(new URL('../gate-reader', import.meta.url));
const START_MS = 60_000;

export const SITE = 'bench';
export const SCANNER = 'main';
/** Where a reader stands whose settings name it so. */
export const GATE = 'cong-chinh';

export interface DaemonSetup {
  /** Slug; topics differ by it. */
  readonly reader: string;
  readonly dataFolder: string;
  /** Where the scanner is. */
  readonly tty: string;
  readonly brokerPort: number;
  /** Instead of the serial scanner on `tty` alone. */
  readonly scanners?: (tty: string) => readonly object[];
  /** Configuration keys beside, or instead of, the usual ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A program, with its words, that becomes the launcher. */
  readonly through?: readonly string[];
  readonly signal: AbortSignal;
}

export interface RunningDaemon {
  readonly child: Child;
  /** The process that does the work, whatever the launcher is. */
  readonly pid: number;
  /** From spawning the launcher to its `ready` line. */
  readonly readyMs: number;
}

const serialAlone = (tty: string) => [{ id: SCANNER, kind: 'serial', path: tty, baudRate: 115_200 }];

/** Writes the configuration into the data folder's parent and starts the daemon; resolves with its `ready` line. */
export async function startDaemonProcess(setup: DaemonSetup): Promise<RunningDaemon> {
  const { reader, dataFolder, tty, brokerPort, scanners = serialAlone, settings, through = [], signal } = setup;
  const config = join(dataFolder, '..', `${reader}.yaml`);
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      site: SITE,
      reader,
      direction: 'in',
      language: 'en',
      scanners: scanners(tty),
      indicator: { kind: 'terminal' },
      // More than the days of a stored journal: nothing is removed while something is measured.
      journal: { retentionDays: 400 },
      uplink: { broker: `mqtt://127.0.0.1:${brokerPort}`, receipts: 'required' },
      admission: { accept: { cccd: 'record' } },
      console: 'off',
      ...settings,
    }),
  );
  const startedMs = performance.now();
  const [program = LAUNCHER, ...words] = through;
  const run = ['run', '--config', config, '--data', dataFolder];
  const child = startChild(program, through.length === 0 ? run : [...words, LAUNCHER, ...run], signal);
  try {
    const ready = await child.line(START_MS);
    if (!ready.text.startsWith('ready ')) throw new Error(`the daemon said ${JSON.stringify(ready.text)}, wanted its ready line`);
    const pid = readHolder(dataFolder)?.pid;
    if (pid === undefined) throw new Error(`the daemon left no daemon.json in ${dataFolder}`);
    return { child, pid, readyMs: ready.atMs - startedMs };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
