// The clock against known local times, against Intl for many zones, and against the kernel it runs on.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ClockState } from '../../src/admission/ports.ts';
import { type ClockSources, kernelClockState, systemClock } from '../../src/system/clock.ts';

function sources(changes: Partial<ClockSources> = {}): ClockSources {
  return { wallMs: () => 0, monotonicMs: () => 0, state: () => 'synchronised', boot: () => 'boot-1', ...changes };
}

function local(timeZone: string, utc: string): string {
  return systemClock(timeZone, sources()).describe({ wallMs: Date.parse(utc), monotonicMs: 0 }).text;
}

describe('systemClock.describe', () => {
  test('writes RFC 3339 with milliseconds and the offset of the site', () => {
    expect(local('Asia/Ho_Chi_Minh', '2026-11-20T23:45:03.127Z')).toBe('2026-11-21T06:45:03.127+07:00');
    expect(local('UTC', '2026-11-20T23:45:03.000Z')).toBe('2026-11-20T23:45:03.000+00:00');
  });

  test('knows zones that are no whole hours from UTC, and west of it', () => {
    expect(local('Asia/Kolkata', '2026-01-01T00:00:00.000Z')).toBe('2026-01-01T05:30:00.000+05:30');
    expect(local('Asia/Kathmandu', '2026-01-01T00:00:00.000Z')).toBe('2026-01-01T05:45:00.000+05:45');
    expect(local('America/St_Johns', '2026-01-01T00:00:00.000Z')).toBe('2025-12-31T20:30:00.000-03:30');
  });

  test('changes the offset at the millisecond in which daylight saving begins and ends', () => {
    const [berlin, lordHowe] = [systemClock('Europe/Berlin', sources()), systemClock('Australia/Lord_Howe', sources())];
    const at = (utc: string, clock = berlin): string => clock.describe({ wallMs: Date.parse(utc), monotonicMs: 0 }).text;
    expect(at('2026-03-29T00:59:59.999Z')).toBe('2026-03-29T01:59:59.999+01:00');
    expect(at('2026-03-29T01:00:00.000Z')).toBe('2026-03-29T03:00:00.000+02:00');
    expect(at('2026-10-25T00:59:59.999Z')).toBe('2026-10-25T02:59:59.999+02:00');
    expect(at('2026-10-25T01:00:00.000Z')).toBe('2026-10-25T02:00:00.000+01:00');
    // Lord Howe moves by half an hour at 15:30 UTC.
    expect(at('2026-10-03T15:29:59.999Z', lordHowe)).toBe('2026-10-04T01:59:59.999+10:30');
    expect(at('2026-10-03T15:30:00.000Z', lordHowe)).toBe('2026-10-04T02:30:00.000+11:00');
  });

  test('agrees with Intl about the wall clock of every zone the runtime knows, in two seasons', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    expect(zones.length).toBeGreaterThan(300);
    for (const timeZone of zones) {
      const clock = systemClock(timeZone, sources());
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
      for (const wallMs of [Date.parse('2026-01-15T10:07:08Z'), Date.parse('2026-07-15T22:53:09Z')]) {
        const { text, day } = clock.describe({ wallMs, monotonicMs: 0 });
        expect(text.slice(0, 19).replace('T', ' '), timeZone).toBe(format.format(wallMs));
        expect(Date.parse(text), timeZone).toBe(wallMs);
        expect(day, timeZone).toBe(text.slice(0, 10));
      }
    }
  });

  test('agrees with Intl when the process itself lives in the zone', () => {
    const before = process.env['TZ'];
    try {
      for (const timeZone of [
        'Asia/Ho_Chi_Minh',
        'Europe/Berlin',
        'Australia/Lord_Howe',
        'America/St_Johns',
        'Asia/Kathmandu',
        'UTC',
      ]) {
        delete process.env['TZ'];
        const elsewhere = systemClock(timeZone, sources());
        process.env['TZ'] = timeZone;
        const athome = systemClock(timeZone, sources());
        for (
          let wallMs = Date.parse('2026-01-01T00:00:00.500Z');
          wallMs < Date.parse('2027-01-01');
          wallMs += 9 * 3_600_000 + 1_234
        ) {
          expect(athome.describe({ wallMs, monotonicMs: 0 })).toEqual(elsewhere.describe({ wallMs, monotonicMs: 0 }));
        }
      }
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  test('gives the day of the site, not of UTC', () => {
    const clock = systemClock('Asia/Ho_Chi_Minh', sources());
    expect(clock.describe({ wallMs: Date.parse('2026-11-20T16:59:59.999Z'), monotonicMs: 0 }).day).toBe('2026-11-20');
    expect(clock.describe({ wallMs: Date.parse('2026-11-20T17:00:00.000Z'), monotonicMs: 0 }).day).toBe('2026-11-21');
  });

  test('rounds the monotonic time down and carries the boot', () => {
    const clock = systemClock('UTC', sources({ boot: () => '5f3c9a10' }));
    expect(clock.describe({ wallMs: 0, monotonicMs: 81_233_012.9 })).toMatchObject({ monotonicMs: 81_233_012, boot: '5f3c9a10' });
  });

  test('asks for the state of the clock once a second and not more', () => {
    let nowMs = 5_000;
    let asked = 0;
    let state: ClockState = 'unsynchronised';
    const ask = (): ClockState => {
      asked += 1;
      return state;
    };
    const clock = systemClock('UTC', sources({ monotonicMs: () => nowMs, state: ask }));
    const stateNow = (): ClockState => clock.describe(clock.read()).state;
    expect(stateNow()).toBe('unsynchronised');
    state = 'synchronised';
    nowMs = 5_999;
    expect(stateNow()).toBe('unsynchronised');
    expect(asked).toBe(1);
    nowMs = 6_000;
    expect(stateNow()).toBe('synchronised');
    expect(asked).toBe(2);
  });

  test('refuses a zone that does not exist', () => {
    expect(() => systemClock('Asia/Nowhere', sources())).toThrow(RangeError);
  });
});

describe('systemClock on this machine', () => {
  test('reads wall time, and monotonic time since the machine started', () => {
    const clock = systemClock('UTC');
    const beforeMs = Date.now();
    const first = clock.read();
    const second = clock.read();
    expect(first.wallMs).toBeGreaterThanOrEqual(beforeMs);
    expect(second.monotonicMs).toBeGreaterThan(first.monotonicMs);
    // /proc/uptime also counts time asleep, which CLOCK_MONOTONIC does not: it can only be the larger.
    const uptimeMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1_000;
    expect(first.monotonicMs).toBeLessThanOrEqual(uptimeMs + 100);
    expect(first.monotonicMs).toBeGreaterThan(performance.now());
  });

  test("carries the kernel's boot id", () => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    expect(systemClock('UTC').describe({ wallMs: 0, monotonicMs: 0 }).boot).toBe(boot);
  });

  test('kernelClockState is one of the two words, and the same when asked again', () => {
    const state = kernelClockState();
    expect(['synchronised', 'unsynchronised']).toContain(state);
    expect(kernelClockState()).toBe(state);
  });
});
