// Check: with `leds` outputs the right LEDs of the kernel light, the kernel ends the relay's pulse also for a daemon that was killed
// in the middle of it, and the daemon that comes after it neither cuts that pulse nor begins one that nobody was granted.

import { eventually } from '../fakes/eventually.ts';
import { Led, PulsedLed } from '../../src/indicators/led.ts';
import { sysfs } from '../../src/system/sysfs.ts';
import type { Check } from './check.ts';
import { watchLevels } from './levels.ts';
import { PULSE_MS, playOutputs } from './outputs.ts';
import { makeUserLed, type UserLed } from './user-led.ts';

export const drivesLeds: Check = {
  name: 'leds',
  modules: ['uleds', 'ledtrig-oneshot', 'ledtrig-timer'],
  async run() {
    const [green, red, buzzer, relay] = [
      makeUserLed('gate-green'),
      makeUserLed('gate-red'),
      makeUserLed('gate-buzzer'),
      makeUserLed('gate-relay'),
    ];
    const indicator = {
      kind: 'leds',
      green: { label: green.label },
      red: { label: red.label },
      buzzer: { label: buzzer.label },
      relay: { label: relay.label, pulseMs: PULSE_MS },
    };
    const levels = { green: green.level, red: red.level, buzzer: buzzer.level, relay: relay.level };
    const seen = await playOutputs({ indicator, levels });
    return [...seen, await openedAgain(makeUserLed('gate-other'))];
  },
};

const TIMERS = {
  now: () => performance.now(),
  after(ms: number, then: () => void) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
/** The emulated processor's doing. */
const OFF_MS = 400;

/** What a daemon's start does to a pulse of twice the configured time that the one before it began, and grants after it. */
async function openedAgain(relay: UserLed): Promise<string> {
  const levels = watchLevels({ relay: relay.level });
  const attend = (): PulsedLed => new PulsedLed(new Led(relay.label, sysfs()), PULSE_MS, TIMERS);
  const longMs = 2 * PULSE_MS;
  try {
    const before = attend();
    before.prepare();
    before.fire(longMs);
    await eventually('the relay up', () => levels.level('relay') === 1);
    const next = attend();
    next.prepare();
    next.fire();
    const falls = (): number[] => levels.changes.flatMap(({ level, atMs }) => (level === 0 ? [atMs] : []));
    await eventually('two pulses', () => falls().length >= 2, { detail: () => JSON.stringify(levels.changes) });
    // A third would have begun by then.
    const quietMs = performance.now() + longMs + PULSE_MS;
    await eventually('some time', () => performance.now() > quietMs);
    const at = levels.changes.map(({ atMs }) => atMs);
    const [first = 0, second = 0, ...more] = at.flatMap((atMs, index) => (index % 2 === 1 ? [atMs - (at[index - 1] ?? 0)] : []));
    const as = (upMs: number, wantedMs: number): boolean => Math.abs(upMs - wantedMs) < OFF_MS + levels.blindMs;
    if (!as(first, longMs) || !as(second, PULSE_MS) || more.length > 0)
      throw new Error(`pulses of ${[first, second, ...more].map(Math.round).join(', ')} ms, wanted ${longMs}, ${PULSE_MS}`);
    return `opened again in a pulse: up for ${Math.round(first)} ms of ${longMs}, then the next grant's ${Math.round(second)} of ${PULSE_MS}`;
  } finally {
    levels.stop();
  }
}
