// The watchdog: fed by proofs of life, never by the timer alone.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Log } from '../../src/system/log.ts';
import { deadProbes, type Probe, startWatchdog, watchdogIntervalMs } from '../../src/system/watchdog.ts';

describe('watchdogIntervalMs', () => {
  test('is the microseconds of the environment as milliseconds', () => {
    expect(watchdogIntervalMs({ WATCHDOG_USEC: '30000000' }, 7)).toBe(30_000);
    expect(watchdogIntervalMs({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 7)).toBe(30_000);
  });

  test('is nothing when the manager does not watch, or watches another process', () => {
    expect(watchdogIntervalMs({}, 7)).toBeUndefined();
    expect(watchdogIntervalMs({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, 7)).toBeUndefined();
  });

  test('is nothing for a value that is no interval', () => {
    for (const value of ['', '0', '-5', '1.5', '1e6', 'soon']) {
      expect(watchdogIntervalMs({ WATCHDOG_USEC: value }, 7), value).toBeUndefined();
    }
  });
});

test('deadProbes names the probes that answer no or throw, in their order', () => {
  const throws = (): boolean => {
    throw new Error('closed');
  };
  const probes: Probe[] = [
    { name: 'journal', alive: throws },
    { name: 'lane', alive: () => true },
    { name: 'indicator', alive: () => false },
  ];
  expect(deadProbes(probes)).toEqual(['journal', 'indicator']);
});

describe('startWatchdog', () => {
  let pings = 0;
  let alive = true;
  let lines: string[] = [];
  const note = (_: object, message: string): void => {
    lines.push(message);
  };
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const start = (): (() => void) =>
    startWatchdog({
      intervalMs: 10_000,
      probes: [{ name: 'journal', alive: () => alive }],
      ping: () => {
        pings += 1;
        return true;
      },
      log,
    });

  beforeEach(() => {
    vi.useFakeTimers();
    pings = 0;
    alive = true;
    lines = [];
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('pings at once and then at half the interval, without a word', () => {
    const stop = start();
    expect(pings).toBe(1);
    vi.advanceTimersByTime(4_999);
    expect(pings).toBe(1);
    vi.advanceTimersByTime(1);
    expect(pings).toBe(2);
    vi.advanceTimersByTime(50_000);
    expect(pings).toBe(12);
    expect(lines).toEqual([]);
    stop();
    vi.advanceTimersByTime(50_000);
    expect(pings).toBe(12);
  });

  test('withholds the ping while a probe is dead and says so once, with its name', () => {
    const stop = start();
    alive = false;
    vi.advanceTimersByTime(30_000);
    expect(pings).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('no sign of life from journal');
    alive = true;
    vi.advanceTimersByTime(5_000);
    expect(pings).toBe(2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('alive again');
    stop();
  });
});
