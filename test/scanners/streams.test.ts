// Scanners with an end: standard input and capture files.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { captureScanner } from '../../src/scanners/capture.ts';
import { makeScanner } from '../../src/scanners/kinds.ts';
import { stdinScanner } from '../../src/scanners/stdin.ts';
import { openPty } from '../fakes/pty.ts';
import { attend, clock, faults } from './attended.ts';

const soon = { timeout: 30_000, interval: 5 };
const stdin = { id: 'stdin', direction: 'both' } as const;
let folder: string;
let reported: ReturnType<typeof faults>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'captures-'));
  reported = faults();
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A process of its own whose standard input is the scanner; prints the codes and stops itself after one called `stop`. */
const CHILD = `
  const { makeScanner } = await import(${JSON.stringify(new URL('../../src/scanners/kinds.ts', import.meta.url).href)});
  const clock = { read: () => ({ wallMs: 0, monotonicMs: 0 }) };
  const abort = new AbortController();
  const scanner = makeScanner({ kind: 'stdin', id: 'stdin', direction: 'both' }, { clock, report: () => undefined });
  console.log('open');
  for await (const { bytes } of scanner.scans(abort.signal)) {
    console.log(Buffer.from(bytes).toString());
    if (Buffer.from(bytes).toString() === 'stop') setImmediate(() => abort.abort());
  }
  console.log('ended');
`;

test('stdinScanner yields lines and, at the end, a last one without a newline', async () => {
  const lane = attend(
    stdinScanner(stdin, { clock, report: reported.report, input: Readable.from([Buffer.from('a\nb\r'), Buffer.from('\nlast')]) }),
  );
  await vi.waitFor(() => expect(lane.ended).toBe(true), soon);
  expect(lane.texts).toEqual(['a', 'b', 'last']);
  expect(reported.told).toEqual([]);
});

test('stdinScanner drops half a line after silence although the pipe stays open', async () => {
  const input = new PassThrough();
  const scanner = stdinScanner(stdin, { clock, report: reported.report, input });
  const lane = attend(scanner);
  input.write('half');
  await vi.waitFor(() => expect(scanner.discarded.silence).toBe(4), soon);
  input.end('whole\n');
  await vi.waitFor(() => expect(lane.texts).toEqual(['whole']), soon);
});

test('stdinScanner that can no longer be read ends and says why', async () => {
  const input = new PassThrough();
  const lane = attend(stdinScanner(stdin, { clock, report: reported.report, input }));
  input.destroy(new Error('EIO: i/o error, read'));
  await vi.waitFor(() => expect(lane.ended).toBe(true), soon);
  expect(reported.told).toEqual([expect.stringContaining('EIO')]);
});

test('stdinScanner aborted in a pending read ends at once, without a fault, and lets its input go', async () => {
  const input = new PassThrough();
  const lane = attend(stdinScanner(stdin, { clock, report: reported.report, input }));
  input.write('a\n');
  await vi.waitFor(() => expect(lane.texts).toEqual(['a']), soon);
  await lane.stop();
  expect(input.destroyed).toBe(true);
  expect(reported.told).toEqual([]);
});

test('stdinScanner lets the event loop run between the codes of one chunk', async () => {
  const lines = Array.from({ length: 100 }, (_, n) => String(n));
  const lane = attend(
    stdinScanner(stdin, { clock, report: reported.report, input: Readable.from([Buffer.from(lines.join('\n'))]) }),
  );
  let seenMidway = false;
  const look = () => {
    seenMidway ||= lane.scans.length > 0 && lane.scans.length < 100;
    if (!lane.ended) setImmediate(look);
  };
  look();
  await vi.waitFor(() => expect(lane.ended).toBe(true), soon);
  expect(seenMidway).toBe(true);
});

function child(input: 'pipe' | number): { input: Writable | null; done: Promise<{ code: number | null; output: string }> } {
  const started = spawn(process.execPath, ['--input-type=module', '-e', CHILD], { stdio: [input, 'pipe', 'inherit'] });
  const output = started.stdout ? text(started.stdout) : '';
  return {
    input: started.stdin,
    done: once(started, 'exit').then(async () => ({ code: started.exitCode, output: await output })),
  };
}

test('makeScanner of kind stdin leaves the process free to go after an abort, while the pipe is still open', async () => {
  const { input, done } = child('pipe');
  input?.write('one\nstop\n');
  expect(await done).toEqual({ code: 0, output: 'open\none\nstop\nended\n' });
});

test('makeScanner of kind stdin reads what is typed into a terminal and goes after an abort', async () => {
  const terminal = openPty({ raw: false });
  const far = openSync(terminal.path, constants.O_RDWR | constants.O_NOCTTY);
  const { done } = child(far);
  await terminal.write('one\rstop\r');
  expect(await done).toEqual({ code: 0, output: 'open\none\nstop\nended\n' });
  closeSync(far);
  terminal.close();
});

test('makeScanner of kind serial makes a scanner that opens nothing before it is read from', () => {
  const scanner = makeScanner(
    { kind: 'serial', id: 'main', direction: 'in', path: '/nowhere/tty', baudRate: 9_600 },
    { clock, report: reported.report },
  );
  expect([scanner.id, scanner.direction, scanner.discarded]).toEqual(['main', 'in', { overlong: 0, silence: 0, unplugged: 0 }]);
  expect(reported.told).toEqual([]);
});

test('captureScanner replays a file to its end, raw bytes and all', async () => {
  const path = join(folder, 'gate.bin');
  writeFileSync(path, Buffer.concat([Buffer.from(']Q1one\r'), Buffer.alloc(5_000, 'x'), Buffer.from('\r\0two\r\nlast')]));
  const attempt = await captureScanner({ id: 'replay', direction: 'in', path }, { clock, report: reported.report });
  if (!attempt.ok) throw new Error(attempt.message);
  const lane = attend(attempt.scanner);
  await vi.waitFor(() => expect(lane.ended).toBe(true), soon);
  expect(lane.texts).toEqual(['one', '!overlong', '\0two', 'last']);
  expect(attempt.scanner.discarded.overlong).toBe(5_000);
});

test('captureScanner of - reads standard input and takes no pause for silence', async () => {
  vi.useFakeTimers();
  try {
    const input = new PassThrough();
    const attempt = await captureScanner({ id: 'replay', direction: 'in', path: '-' }, { clock, report: reported.report, input });
    if (!attempt.ok) throw new Error(attempt.message);
    const lane = attend(attempt.scanner);
    input.write('ha');
    await vi.advanceTimersByTimeAsync(10_000);
    input.end('lf\n');
    await vi.waitFor(() => expect(lane.ended).toBe(true), soon);
    expect(lane.texts).toEqual(['half']);
  } finally {
    vi.useRealTimers();
  }
});

test('captureScanner refuses a missing file and a folder before anything starts', async () => {
  const missing = await captureScanner(
    { id: 'replay', direction: 'in', path: join(folder, 'none.txt') },
    { clock, report: reported.report },
  );
  expect(missing).toEqual({ ok: false, code: 'absent', message: expect.stringContaining('none.txt') as string });
  expect(await captureScanner({ id: 'replay', direction: 'in', path: folder }, { clock, report: reported.report })).toMatchObject(
    { ok: false, code: 'not-a-file' },
  );
});
