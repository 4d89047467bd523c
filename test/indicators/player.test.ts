// Rows on lamps and buzzer through time: who pre-empts whom, and what comes back.

import { describe, expect, test } from 'vitest';
import { noticeOf } from '../../src/admission/notice.ts';
import { patternsFor } from '../../src/config/patterns.ts';
import { type Levels, Player } from '../../src/indicators/player.ts';
import type { Sounder } from '../../src/indicators/schedule.ts';
import { virtualTimers } from '../fakes/virtual-timers.ts';

const PATTERNS = patternsFor({ kind: 'leds' });

function playing(sounder: Sounder = 'active', kernelBlinks = false, quiet: (nowMs: number) => boolean = () => false) {
  const timers = virtualTimers();
  const seen: string[] = [];
  const apply = ({ green, red, redBlink, sound }: Levels) => {
    const lamps = `${green ? 'G' : '-'}${redBlink ? 'B' : red ? 'R' : '-'}`;
    seen.push(`${timers.now()} ${lamps} ${sound}`);
  };
  const player = new Player({
    patterns: PATTERNS,
    sounder,
    quiet: () => quiet(timers.now()),
    kernelBlinks: () => kernelBlinks,
    apply,
    timers,
  });
  /** What happened since the last look. */
  const took = () => seen.splice(0);
  return { timers, player, took };
}

const [HELD_OPEN, FORCED, EXIT] = [noticeOf('held-open'), noticeOf('forced'), noticeOf('exit-request')];
const MINUTE_MS = 60_000;

const shown = (signal: keyof typeof PATTERNS, repeated = false) => ({ signal, repeated });

describe('Player', () => {
  test('shows lamp and sound from the first moment, and goes dark', () => {
    const { player, timers, took } = playing();
    player.show(shown('granted-in'));
    expect(took()).toEqual(['0 G- 1']);
    timers.pass(10_000);
    expect(took()).toEqual(['120 G- 0', '1500 -- 0']);
    expect(timers.waiting()).toBe(0);
  });

  test('plays tones on a passive buzzer', () => {
    const { player, timers, took } = playing('passive');
    player.show(shown('unreadable'));
    timers.pass(10_000);
    expect(took()).toEqual(['0 -R 700', '80 -R 0', '150 -- 0', '160 -- 700', '240 -- 0', '300 -R 0', '450 -- 0']);
  });

  test('a new verdict pre-empts the one that is shown, also one of the same kind', () => {
    const { player, timers, took } = playing();
    player.show(shown('denied'));
    timers.pass(500);
    player.show(shown('granted-in'));
    timers.pass(1000);
    player.show(shown('granted-in'));
    timers.pass(10_000);
    expect(took()).toEqual(['0 -R 1', '500 G- 1', '620 G- 0', '1500 G- 1', '1620 G- 0', '3000 -- 0']);
  });

  test('a repeat is the first lamp with the soft sound', () => {
    const { player, timers, took } = playing();
    player.show(shown('denied', true));
    timers.pass(10_000);
    expect(took()).toEqual(['0 -R 1', '30 -R 0', '4000 -- 0']);
  });

  test('what lasts comes back after a verdict', () => {
    const { player, timers, took } = playing();
    player.rest('ready');
    timers.pass(5_100);
    player.show(shown('granted-in'));
    timers.pass(6_600);
    expect(took()).toEqual([
      '0 G- 0',
      '60 -- 0',
      '5000 G- 0',
      '5060 -- 0',
      '5100 G- 1',
      '5220 G- 0',
      '6600 -- 0',
      '6600 G- 0',
      '6660 -- 0',
      '11600 G- 0',
      '11660 -- 0',
    ]);
  });

  test('a fault waits for the end of the verdict, and sounds each minute however many scans come between', () => {
    const { player, timers, took } = playing();
    player.show(shown('granted-in'));
    timers.pass(1000);
    player.rest('fault');
    player.rest('fault');
    timers.pass(600);
    expect(took()).toEqual(['0 G- 1', '120 G- 0', '1500 -- 0', '1500 -R 1']);
    const sounds: number[] = [];
    for (let scan = 0; scan < 60; scan += 1) {
      player.show(shown('granted-in'));
      timers.pass(3_000);
      sounds.push(
        ...took()
          .filter((line) => / -. 1$/.test(line))
          .map((line) => Number(line.split(' ')[0])),
      );
    }
    expect(sounds.length).toBeGreaterThan(1);
    for (const [index, at] of sounds.entries()) expect(at - (sounds[index - 1] ?? 1500)).toBeGreaterThanOrEqual(60_000);
    expect(sounds.length).toBeLessThanOrEqual(3);
  });

  test('a fault that began before the quiet hours is silent in them, and heard after them', () => {
    const quiet = (nowMs: number) => nowMs >= 2.5 * MINUTE_MS && nowMs < 5.5 * MINUTE_MS;
    const { player, timers, took } = playing('active', true, quiet);
    player.rest('fault');
    timers.pass(7.5 * MINUTE_MS);
    const minutes = took().flatMap((line) => (line.endsWith(' 1') ? [Number(line.split(' ')[0]) / MINUTE_MS] : []));
    expect(minutes).toEqual([0, 1, 2, 6, 7]);
  });

  test('a fault that began in the quiet hours is heard after them', () => {
    const { player, timers, took } = playing('active', true, (nowMs) => nowMs < 2.5 * MINUTE_MS);
    player.rest('fault');
    timers.pass(3.5 * MINUTE_MS);
    expect(took()).toEqual(['0 -B 0', '180000 -B 1', '180300 -B 0']);
  });

  test('a door that stands open waits for the verdict that somebody is looking at, and is never green', () => {
    const { player, timers, took } = playing('none');
    player.show(shown('denied'));
    timers.pass(1_000);
    player.announce(HELD_OPEN);
    timers.pass(10_000);
    expect(took().slice(0, 4)).toEqual(['0 -R 0', '4000 -- 0', '4000 -R 0', '4500 -- 0']);
    player.announce(HELD_OPEN);
    timers.pass(10_000);
    expect(took().filter((line) => line.includes('G'))).toEqual([]);
  });

  test('an alarm is shown at once; cut off by a verdict it begins again after it, and ends', () => {
    const { player, timers, took } = playing('none');
    player.show(shown('granted-in'));
    timers.pass(500);
    player.announce(FORCED);
    timers.pass(300);
    player.show(shown('denied'));
    timers.pass(4_000);
    expect(took()).toEqual(['0 G- 0', '500 -R 0', '625 -- 0', '750 -R 0', '4800 -- 0', '4800 -R 0']);
    player.announce(HELD_OPEN);
    player.announce(EXIT);
    timers.pass(30_000);
    const after = took();
    expect(after[0]).toBe('4800 G- 0');
    const alarm = after.filter((line) => line.includes('R'));
    expect(alarm.length).toBe(40);
    expect(timers.waiting()).toBe(0);
  });

  test('a notice that could not be shown for a minute is not shown any more', () => {
    const { player, timers, took } = playing('none');
    player.announce(FORCED);
    for (let scan = 0; scan < 50; scan += 1) {
      player.show(shown('granted-in'));
      timers.pass(1_400);
    }
    took();
    timers.pass(MINUTE_MS);
    expect(took()).toEqual(['70100 -- 0']);
  });

  test('a change from fault to ready is shown at once', () => {
    const { player, timers, took } = playing();
    player.rest('fault');
    timers.pass(100);
    player.rest('ready');
    expect(took()).toEqual(['0 -R 1', '100 G- 0']);
  });

  test('leaves an endless even blink to a kernel that blinks, and no other', () => {
    const { player, timers, took } = playing('none', true);
    player.rest('fault');
    timers.pass(100_000);
    expect(took()).toEqual(['0 -B 0']);
    player.show(shown('attention'));
    timers.pass(200);
    expect(took()).toEqual(['100000 G- 0', '100167 -- 0']);
  });

  test('does not drift within an hour', () => {
    const { player, timers, took } = playing('none');
    player.rest('ready');
    timers.pass(3_600_000);
    expect(
      took()
        .filter((line) => line.includes('G'))
        .at(-1),
    ).toBe('3600000 G- 0');
  });

  test('stops dark and silent, with nothing waiting', () => {
    const { player, timers, took } = playing();
    player.rest('fault');
    player.show(shown('denied'));
    player.stop();
    expect(took().at(-1)).toBe('0 -- 0');
    expect(timers.waiting()).toBe(0);
  });
});
