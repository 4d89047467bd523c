// What scripts/vm/kiosk-wiring.c wires: LEDs of the kernel on lines of the simulated chip, and a PWM chip that is no hardware.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chips } from './gpio-sim.ts';

/** The LEDs' labels, and how to look at what is on their lines; the relay's is low while it works. */
export function wiredLeds() {
  const { header } = chips();
  // Not before the chip: this driver leaves out for good what it can't have at once.
  execFileSync('modprobe', ['leds-gpio'], { stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    green: { label: 'kiosk-green', level: () => header.level(40) },
    red: { label: 'kiosk-red', level: () => header.level(41) },
    relay: { label: 'kiosk-relay', level: (): 0 | 1 => (header.level(43) === 0 ? 1 : 0) },
  };
}

const STATE = '/sys/kernel/debug/pwm';

/** The pitch that a channel of the PWM chip is told to make now, in Hz; 0: silence. @throws Error where it is not half on, half off */
function toneOn(channel: number): number {
  const line = readFileSync(STATE, 'utf8')
    .split('\n')
    .find((text) => text.startsWith(` pwm-${channel} `));
  const [, periodNs = 0, dutyNs = 0] = /period: (\d+) ns duty: (\d+) ns/u.exec(line ?? '')?.map(Number) ?? [];
  if (line === undefined) throw new Error(`${STATE} tells of no channel ${channel}`);
  if (!line.includes(' enabled')) return 0;
  if (Math.abs(dutyNs * 2 - periodNs) > 2) throw new Error(`channel ${channel} is ${dutyNs} of ${periodNs} ns on, wanted half`);
  return Math.round(1_000_000_000 / periodNs);
}

export interface Listening {
  /** 1: a tone. */
  level(): 0 | 1;
  /** What was heard, when `level` was asked. @throws Error where it was anything but the pitches of TONE_ROWS */
  told(): string;
}

/** A passive buzzer on a channel: 0 is the kernel's beeper, 1 is left for sysfs. */
export function listenOn(channel: 0 | 1): Listening {
  const heard = new Set<number>();
  return {
    level() {
      const hz = toneOn(channel);
      if (hz > 0) heard.add(hz);
      return hz > 0 ? 1 : 0;
    },
    told() {
      const pitches = [...heard].join(' and ');
      if (pitches !== `${GRANTED_HZ} and ${UNREADABLE_HZ}`) {
        throw new Error(`the buzzer was told ${pitches || 'no'} Hz, wanted ${GRANTED_HZ} and ${UNREADABLE_HZ}`);
      }
      return `the buzzer was told ${pitches} Hz`;
    },
  };
}

const GRANTED_HZ = 1900;
const UNREADABLE_HZ = 700;

/** Rows for `patternsFile`: tones so long that an emulated machine can't miss one, and one of them is cut by a kill. */
export const TONE_ROWS = {
  'granted-in': { green: { steps: [[1, 1500]] }, passive: [[GRANTED_HZ, 1200]] },
  unreadable: { red: { steps: [[1, 400]] }, passive: [[UNREADABLE_HZ, 300]] },
};
