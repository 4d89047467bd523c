// The whole program as a child process, driven as a person, a unit file or a pipe would: its two streams line by line, and
// waits with a deadline instead of sleeps.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { eventually } from './eventually.ts';

const LAUNCHER = fileURLToPath(new URL('../../scripts/gate-reader', import.meta.url));

export interface Daemon {
  readonly process: ChildProcessWithoutNullStreams;
  /** Complete lines so far. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Lines of standard output that are feedback. */
  feedback(): readonly string[];
  /** The parts of the ready line, once it is there. */
  ready(): Promise<Readonly<Record<string, string>>>;
  /** Ends by a signal (default SIGTERM) and resolves with the exit code, or the signal's name. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  exited(): Promise<number | NodeJS.Signals>;
}

const running = new Set<ChildProcessWithoutNullStreams>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

function collect(stream: NodeJS.ReadableStream): string[] {
  const lines: string[] = [];
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  return lines;
}

/** Starts `gate-reader` with these words; `through` is a program that becomes it, e.g. `prlimit` with its options. */
export function startDaemon(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  through: readonly string[] = [],
): Daemon {
  const [program = LAUNCHER, ...rest] = [...through, LAUNCHER, ...words];
  const child = spawn(program, rest, { env: { ...process.env, LANG: 'C', ...environment } });
  running.add(child);
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal ?? -1);
    });
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdin.on('error', () => undefined);
  const all = () => `${stdout.join('\n')}\n${stderr.join('\n')}`;
  return {
    process: child,
    stdout,
    stderr,
    feedback: () => stdout.filter((line) => /^(granted|denied) /.test(line)),
    async ready() {
      const line = await eventually('the ready line', () => stdout.find((candidate) => candidate.startsWith('ready ')), {
        detail: all,
      });
      return Object.fromEntries(
        line
          .split(' ')
          .slice(1)
          .map((part) => part.split(/=(.*)/s, 2) as [string, string]),
      );
    },
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
    exited: () => ended,
  };
}

/** A folder of its own under the system's temporary folder, and how to remove it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'gate-reader-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes a configuration into a folder; YAML is a superset of JSON. */
export function writeConfiguration(folder: string, configuration: object): string {
  const file = join(folder, 'gate-reader.yaml');
  writeFileSync(file, JSON.stringify(configuration, undefined, 2));
  return file;
}
