// The daemon's log: one JSON line for each change of state, on standard error alone, written before the call returns.
// Nobody logs what was scanned; should a field of that kind slip in, it is censored. A log that can't be written stops nothing.

import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import pino from 'pino';
import type pinoPretty from 'pino-pretty';

const require = createRequire(import.meta.url);
const STDERR = 2;
/** What waits for standard error when it takes nothing. */
const BACKLOG_BYTES_MAX = 1_048_576;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Fields first, then a message in plain words. An exception goes into the field `err`. */
type Write = (fields: object, message: string) => void;

export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** Where lines go; a line ends with LF. */
export interface LogStream {
  write(line: string): unknown;
}

export interface LogOptions {
  /** The least level that is written. */
  readonly level: LogLevel;
  /** `JOURNAL_STREAM`: lines start with `<N>` for journald; `NO_COLOR`: no colour on a terminal. */
  readonly environment: NodeJS.ProcessEnv;
  /** Instead of standard error. */
  readonly stream?: LogStream;
}

/** Words for what a code said and whose it was. */
const PERSONAL = ['bytes', 'label', 'name', 'ref', 'text'];

/** pino's level numbers to those of syslog (sd-daemon(3)); journald files a line without `<N>` under 6. */
const PRIORITIES: ReadonlyMap<number, number> = new Map([
  [10, 7],
  [20, 7],
  [30, 6],
  [40, 4],
  [50, 3],
  [60, 2],
]);

/** Makes the log. Errors of the stream itself are swallowed: a gate works on when nobody reads its log. */
export function createLog({ level, environment, stream }: LogOptions): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: PERSONAL.flatMap((key) => [key, `*.${key}`]), censor: '[personal]' },
    },
    destination(environment, stream),
  );
}

function destination(environment: NodeJS.ProcessEnv, stream: LogStream | undefined): LogStream {
  // A terminal comes first: a desktop's terminals inherit JOURNAL_STREAM from the session that started them.
  if (stream === undefined && isatty(STDERR)) return terminal(environment);
  const plain = stream ?? standardError();
  return environment['JOURNAL_STREAM'] === undefined ? plain : withPriority(plain);
}

/** A reader that stalls or a full disk must not stop the gate: no waiting, a bounded backlog, then lines are dropped. */
function standardError(): LogStream {
  const sonic = pino.destination({ fd: STDERR, sync: true, maxLength: BACKLOG_BYTES_MAX, retryEAGAIN: () => false });
  sonic.on('error', () => undefined);
  return sonic;
}

/** pino-pretty costs time and memory at start, so only a person at a terminal pays for it. */
function terminal(environment: NodeJS.ProcessEnv): LogStream {
  const pretty = require('pino-pretty') as typeof pinoPretty;
  const colorize = (environment['NO_COLOR'] ?? '') === '';
  return pretty({ destination: STDERR, sync: true, colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' });
}

/** pino writes the number of the line's level into `lastLevel` of a stream that carries its metadata mark. */
function withPriority(stream: LogStream): LogStream {
  return {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 30,
    write(line: string): void {
      stream.write(`<${PRIORITIES.get(this.lastLevel) ?? 6}>${line}`);
    },
  } as LogStream & { lastLevel: number };
}
