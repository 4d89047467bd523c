// The two clocks of the machine and how far the wall clock can be trusted.
// Guarantees: text and day follow the site's zone across daylight saving; in doubt the clock counts as unsynchronised.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock, ClockState, Instant, Moment } from '../admission/ports.ts';
import { libc } from './libc.ts';

/** Where the clock gets its readings from; tests pass their own. */
export interface ClockSources {
  /** Milliseconds since 1970 by the wall clock. */
  wallMs(): number;
  /** Milliseconds since the machine started, with fractions. */
  monotonicMs(): number;
  /** Asks the kernel; called at most once in `STATE_FRESH_MS`. */
  state(): ClockState;
  /** An id of this boot. */
  boot(): string;
}

const STATE_FRESH_MS = 1_000;
const MINUTE_MS = 60_000;
/** Zones change their offset on quarters of an hour only (the oddest, Lord Howe, at 15:30 UTC), and offsets are such quarters. */
const OFFSET_SLOT_MS = 15 * MINUTE_MS;

// linux/timex.h, 64-bit: int modes; long offset, freq, maxerror, esterror; int status; ... 208 bytes in all.
const TIMEX_BYTES = 208;
const TIMEX_STATUS = 40;
const TIMEX_OFFSET = 8;
const STA_NANO = 0x2000;
const STA_UNSYNC = 0x40;
const TIME_ERROR = 5;

/**
 * The machine's clock for a site.
 *
 * `describe` rounds `monotonicMs` down to whole milliseconds, as the record carries it; `read` keeps the fraction, so that
 * short spans can be measured.
 *
 * @param timeZone IANA name, such as `Asia/Ho_Chi_Minh`; an unknown one throws `RangeError`
 */
export function systemClock(timeZone: string, sources: ClockSources = kernelSources): Clock {
  const offsetAt = offsetReader(timeZone);
  const boot = sources.boot();
  let state: ClockState = 'unsynchronised';
  let stateReadMs = Number.NEGATIVE_INFINITY;

  const freshState = (): ClockState => {
    const nowMs = sources.monotonicMs();
    if (nowMs - stateReadMs >= STATE_FRESH_MS) {
      state = sources.state();
      stateReadMs = nowMs;
    }
    return state;
  };

  return {
    read: (): Instant => ({ wallMs: sources.wallMs(), monotonicMs: sources.monotonicMs() }),
    describe: (instant: Instant): Moment => {
      const offset = offsetAt(instant.wallMs);
      const local = new Date(instant.wallMs + offset.minutes * MINUTE_MS).toISOString();
      return {
        wallMs: instant.wallMs,
        monotonicMs: Math.floor(instant.monotonicMs),
        text: local.slice(0, -1) + offset.text,
        ...calendarOf(instant.wallMs + offset.minutes * MINUTE_MS),
        state: freshState(),
        boot,
      };
    },
  };
}

const DAY_MS = 86_400_000;

/** Day, day before and ISO weekday of local milliseconds. */
function calendarOf(localMs: number): Pick<Moment, 'day' | 'dayBefore' | 'weekday'> {
  const dayOf = (ms: number) => {
    const text = new Date(ms).toISOString();
    return text.slice(0, text.indexOf('T'));
  };
  return { day: dayOf(localMs), dayBefore: dayOf(localMs - DAY_MS), weekday: new Date(localMs).getUTCDay() || 7 };
}

interface Offset {
  readonly minutes: number;
  /** As RFC 3339 writes it: `+07:00`. */
  readonly text: string;
}

/** Asks once a quarter of an hour: Intl's formatting costs tens of microseconds, the rest of `describe` less than one. */
function offsetReader(timeZone: string): (wallMs: number) => Offset {
  const ask = process.env['TZ'] === timeZone ? ownZone : intlZone(timeZone);
  let slot = Number.NaN;
  let offset: Offset = { minutes: 0, text: '+00:00' };
  return (wallMs) => {
    const wanted = Math.floor(wallMs / OFFSET_SLOT_MS);
    if (wanted !== slot) {
      offset = ask(wallMs);
      slot = wanted;
    }
    return offset;
  };
}

/** A process that lives in the site's zone asks its own dates: 8 MB of ICU data for other zones' names are never read. */
function ownZone(wallMs: number): Offset {
  const minutes = -new Date(wallMs).getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const digits = (value: number) => String(value).padStart(2, '0');
  return { minutes, text: `${minutes < 0 ? '-' : '+'}${digits(hours)}:${digits(rest)}` };
}

/** @throws RangeError for an unknown zone */
function intlZone(timeZone: string): (wallMs: number) => Offset {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (wallMs) => parseOffset(format.formatToParts(wallMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT');
}

/** Reads ECMA-402's `longOffset`: `GMT`, `GMT+07:00`, `GMT-03:30`. */
function parseOffset(name: string): Offset {
  const match = /^GMT([+-])(\d\d):(\d\d)/.exec(name);
  if (match === null) return { minutes: 0, text: '+00:00' };
  const [, sign, hours, minutes] = match;
  const total = Number(hours) * 60 + Number(minutes);
  return { minutes: sign === '-' ? -total : total, text: `${sign}${hours}:${minutes}` };
}

const kernelSources: ClockSources = {
  wallMs: () => Date.now(),
  // libuv reads CLOCK_MONOTONIC here, which Linux counts from the start of the machine; performance.now() counts from the
  // start of the process and would mean nothing after a restart of the daemon.
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  state: kernelClockState,
  boot: () => {
    try {
      return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      // Without the kernel's id every start counts as a boot of its own: events are then never ordered by a clock that restarted.
      return randomUUID();
    }
  },
};

/**
 * What the kernel says of its wall clock: adjtimex(2) with `modes` 0 only reads and needs no privilege. Whatever can't be
 * read (no libc, a sandbox that forbids the call) is `unsynchronised`.
 */
export function kernelClockState(): ClockState {
  const timex = Buffer.alloc(TIMEX_BYTES);
  const result = libc()?.adjtimex(timex) ?? -1;
  if (result < 0 || result === TIME_ERROR) return 'unsynchronised';
  return (timex.readInt32LE(TIMEX_STATUS) & STA_UNSYNC) === 0 ? 'synchronised' : 'unsynchronised';
}

/**
 * How far the wall clock is from its reference by the kernel's account, in milliseconds; undefined while nothing disciplines
 * it. What timedatectl and chrony steer towards zero.
 *
 * @see adjtimex(2): `offset` counts nanoseconds where the status has STA_NANO, microseconds elsewhere
 */
export function kernelClockOffsetMs(): number | undefined {
  const timex = Buffer.alloc(TIMEX_BYTES);
  const result = libc()?.adjtimex(timex) ?? -1;
  const status = timex.readInt32LE(TIMEX_STATUS);
  if (result < 0 || result === TIME_ERROR || (status & STA_UNSYNC) !== 0) return undefined;
  return Number(timex.readBigInt64LE(TIMEX_OFFSET)) / ((status & STA_NANO) === 0 ? 1e3 : 1e6);
}
