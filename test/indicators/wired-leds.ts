// Lamps, buzzer and relay on a fake of the kernel's LED class, with time in the test's hands.

import type { Feedback } from '../../src/admission/feedback.ts';
import { patternsFor } from '../../src/config/patterns.ts';
import { driveIndicator } from '../../src/indicators/drive.ts';
import { ledsKind } from '../../src/indicators/leds.ts';
import { ledClass } from '../fakes/led-class.ts';
import { virtualTimers } from '../fakes/virtual-timers.ts';

export const LABELS = ['green', 'red', 'buzzer', 'relay'];
export const OPTIONS = {
  green: { label: 'green' },
  red: { label: 'red' },
  buzzer: { label: 'buzzer' },
  relay: { label: 'relay', pulseMs: 3000 },
};
export const GRANTED: Feedback = {
  verdict: 'granted',
  reason: 'ok',
  kind: 'token',
  signal: 'granted-in',
  repeated: false,
  opens: true,
};
export const DENIED: Feedback = { ...GRANTED, verdict: 'denied', reason: 'expired', signal: 'denied', opens: false };

/** The indicator on a LED class of its own, and what the lamps did. */
export function wired({ labels = LABELS, locked = [] as string[], localTime = '12:00' } = {}) {
  const timers = virtualTimers();
  const files = ledClass(labels, timers);
  for (const file of locked) files.locked.add(file);
  const faults: (string | undefined)[] = [];
  const indicator = driveIndicator(ledsKind(OPTIONS, { files }), {
    patterns: patternsFor({ kind: 'leds' }),
    quietHours: { from: '20:00', to: '06:00' },
    localTime: () => localTime,
    report: (message) => faults.push(message),
    timers,
    atExit: () => () => undefined,
    random: () => 0,
  });
  /** What the lamps did since the last look. */
  const took = () => files.seen.splice(0).map(([ms, label, on]) => `${ms} ${label} ${on ? 'on' : 'off'}`);
  took();
  return { timers, files, faults, indicator, took };
}
