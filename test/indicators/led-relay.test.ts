// The relay as a LED of the kernel: openings of a duration of their own, and a start in the middle of a pulse.

import { describe, expect, test } from 'vitest';
import { noticeOf } from '../../src/admission/notice.ts';
import { Led, PulsedLed } from '../../src/indicators/led.ts';
import { ledsKind } from '../../src/indicators/leds.ts';
import { ledClass } from '../fakes/led-class.ts';
import { virtualTimers } from '../fakes/virtual-timers.ts';
import { GRANTED, OPTIONS, wired } from './wired-leds.ts';

describe('an opening of its own duration', () => {
  const open = (seconds: number) => noticeOf('command', seconds * 1000);
  const relay = (lines: readonly string[]) => lines.filter((line) => line.includes('relay'));

  test('lasts so long, and the next grant as configured', () => {
    const { timers, indicator, took } = wired();
    for (const notice of [open(8), open(1)]) {
      indicator.announce(notice);
      timers.pass(10_000);
    }
    indicator.show(GRANTED);
    timers.pass(10_000);
    expect(relay(took())).toEqual([
      '0 relay on',
      '8000 relay off',
      '10000 relay on',
      '11000 relay off',
      '20000 relay on',
      '23000 relay off',
    ]);
  });

  test('begun in a pulse comes right after it, be it longer or shorter, and the longest of several', () => {
    const { timers, indicator, took } = wired();
    indicator.announce(open(5));
    timers.pass(1_000);
    indicator.announce(open(1));
    timers.pass(10_000);
    indicator.show(GRANTED);
    timers.pass(1_000);
    for (const seconds of [2, 9, 4]) indicator.announce(open(seconds));
    indicator.show(GRANTED);
    timers.pass(30_000);
    expect(relay(took())).toEqual([
      '0 relay on',
      '5000 relay off',
      '5040 relay on',
      '6040 relay off',
      '11000 relay on',
      '14000 relay off',
      '14040 relay on',
      '23040 relay off',
    ]);
    // What was waited for is not kept.
    indicator.announce(open(1));
    timers.pass(500);
    indicator.show(GRANTED);
    timers.pass(10_000);
    expect(relay(took())).toEqual(['42000 relay on', '43000 relay off', '43040 relay on', '46040 relay off']);
  });

  test('is ended by the kernel after a close in the middle of it; what waited for its end opens nothing', async () => {
    const { timers, indicator, took } = wired();
    indicator.announce(open(60));
    timers.pass(1_000);
    indicator.announce(open(20));
    await indicator.close();
    timers.pass(200_000);
    expect(relay(took())).toEqual(['0 relay on', '60000 relay off']);
  });
});

test.each([
  [8_000, undefined, ['0 relay on', '8000 relay off']],
  [8_000, 3_000, ['0 relay on', '8000 relay off', '9040 relay on', '12040 relay off']],
  [1_000, 1_100, ['0 relay on', '1000 relay off', '1100 relay on', '4100 relay off']],
])('a pulse of %i ms goes on under the next daemon; it opens for its own grants alone, after it', (pulseMs, atMs, seen) => {
  const { timers, files, took } = wired();
  const kind = ledsKind(OPTIONS, { files });
  kind.open({ ...timers, after: () => () => undefined }).pulse(pulseMs);
  timers.pass(1_000);
  const next = kind.open(timers);
  if (atMs !== undefined) {
    timers.pass(atMs - 1_000);
    next.pulse();
  }
  timers.pass(60_000);
  expect(took().filter((line) => line.includes('relay'))).toEqual(seen);
});

test.each([0, 9, 29, 30, 35, 39, 40, 48, 75, 110, 300])(
  'a kernel that is %i ms late with the end of a pulse loses no grant',
  (lateMs) => {
    const timers = virtualTimers();
    const files = ledClass(['relay'], timers, { lateMs });
    const relay = new PulsedLed(new Led('relay', files), 1_000, timers);
    relay.prepare();
    relay.fire();
    timers.pass(500);
    relay.fire();
    timers.pass(5_000);
    const ups = files.seen.filter(([, , on]) => on).map(([atMs]) => atMs);
    const downs = files.seen.filter(([, , on]) => !on).map(([atMs]) => atMs);
    expect(downs.map((atMs, index) => atMs - (ups[index] ?? 0))).toEqual([1_000 + lateMs, 1_000 + lateMs]);
    expect((ups[1] ?? 0) - (downs[0] ?? 0)).toBeLessThanOrEqual(100);
    expect(timers.waiting()).toBe(0);
  },
);

test('a look that comes after the pulse begins no other one', () => {
  const timers = virtualTimers();
  const files = ledClass(['relay'], timers);
  const late = { now: timers.now, after: (ms: number, then: () => void) => timers.after(ms + 80, then) };
  const relay = new PulsedLed(new Led('relay', files), 50, late);
  relay.prepare();
  relay.fire();
  timers.pass(1_000);
  expect(files.seen).toEqual([
    [0, 'relay', true],
    [50, 'relay', false],
  ]);
});
