// The configuration of the indicator (lamp, buzzer, relay): one schema a kind. A new kind is one entry in INDICATOR_KINDS.

import * as z from 'zod';
import type { Finding } from './finding.ts';
import { gpioChip, gpioLine, kernelName } from './gpio.ts';
import { isMap, valueAt } from './path.ts';
import { checkedText, filePath } from './texts.ts';

const TIME_OF_DAY = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
const timeOfDay = () => checkedText((text) => (TIME_OF_DAY.test(text) ? undefined : 'config.fault.time-of-day'));

const terminal = z
  .strictObject({ kind: z.literal('terminal').describe('One line a scan on standard output') })
  .meta({ title: 'Terminal' });

const none = z.strictObject({ kind: z.literal('none').describe('Shows nothing') }).meta({ title: 'No indicator' });

/** What every kind with lamps and a buzzer has. */
const shown = {
  patternsFile: z
    .exactOptional(filePath())
    .describe('JSON file with rows of config/patterns.json that differ here; rows it does not name stay as they are'),
  quietHours: z
    .exactOptional(
      z.strictObject({
        from: timeOfDay().describe('HH:MM, site time, from which on the buzzer is silent'),
        to: timeOfDay().describe('HH:MM, site time, until which; before from: the next day'),
      }),
    )
    .describe('When lamps work without sound'),
};

const pulseMs = z.int().min(50).max(60_000).default(3000).describe('How long a grant holds the relay, in milliseconds, 50-60000');

const pwm = z.strictObject({
  chip: z
    .string()
    .regex(/^pwmchip[0-9]{1,4}$/, { error: 'config.fault.pwm-chip' })
    .describe('Name below /sys/class/pwm, such as pwmchip0'),
  channel: z.int().min(0).max(63).describe('Channel of the chip, 0-63'),
});

const passive = z.literal('passive').default('passive').describe('passive');

/** What gives a passive buzzer its tones. */
const tones = [
  z.strictObject({ pwm: pwm.describe('PWM channel that gives a passive buzzer its tones'), kind: passive }),
  z.strictObject({
    beeper: kernelName('Name', 79).describe(
      "Name of the kernel's beeper that gives a passive buzzer its tones, such as pwm-beeper",
    ),
    kind: passive,
  }),
] as const;

const led = z.strictObject({ label: kernelName('Name below /sys/class/leds', 63) });

const leds = z
  .strictObject({
    kind: z.literal('leds').describe('LEDs of the kernel (dtoverlay=gpio-led); it times the relay by itself: recommended'),
    green: led.describe('The lamp that says pass'),
    red: led.describe('The lamp that says stop'),
    buzzer: z
      .exactOptional(z.union([led, ...tones], { error: 'config.fault.buzzer-leds' }))
      .describe('An active buzzer as a LED, or a passive one; absent: no sound'),
    relay: z.exactOptional(led.extend({ pulseMs })).describe('What opens the gate; absent: nothing does'),
    ...shown,
  })
  .meta({ title: 'Kernel LEDs' });

const offset = z.int().min(0).max(1023);
const activeLow = z.boolean().default(false).describe('true: the output works when the line is low');

const numberedLine = offset.describe('Offset on the chip (on a Raspberry Pi the BCM number)');

/** Lamps, buzzer and relay on lines of a chip. */
function wiredTo<Line extends z.ZodType<number | string>>(line: Line) {
  const wired = z.strictObject({ line, activeLow });
  return {
    green: wired.describe('The lamp that says pass'),
    red: wired.describe('The lamp that says stop'),
    buzzer: z
      .exactOptional(
        z.union(
          [
            wired.extend({
              kind: z
                .enum(['active', 'passive'])
                .default('active')
                .describe('active has a tone of its own; passive gets none on a plain line, only the rhythm'),
            }),
            ...tones,
          ],
          { error: 'config.fault.buzzer' },
        ),
      )
      .describe('Absent: no sound'),
    relay: z
      .exactOptional(wired.extend({ pulseMs }))
      .describe('What opens the gate; absent: nothing does. Timed by this program: kind leds is safer'),
    ...shown,
  };
}

const gpiochip = z
  .strictObject({
    kind: z.literal('gpiochip').describe('Lines of a GPIO chip, through its character device'),
    chip: gpioChip(),
    ...wiredTo(gpioLine()),
  })
  .meta({ title: 'GPIO chip' });

const onoff = z
  .strictObject({
    kind: z.literal('onoff').describe('Lines of a GPIO chip, through /sys/class/gpio: for older images without /dev/gpiochip0'),
    chip: checkedText((text) => (/^[\w.:+-]+$/.test(text) ? undefined : 'config.fault.gpio-label')).describe(
      'Label of the chip, such as pinctrl-bcm2835: cat /sys/class/gpio/gpiochip*/label',
    ),
    ...wiredTo(numberedLine),
  })
  .meta({ title: 'GPIO files' });

/** The kinds this version drives. */
const INDICATOR_KINDS = [terminal, none, leds, gpiochip, onoff] as const;

export const indicatorSchema = z
  .discriminatedUnion('kind', INDICATOR_KINDS)
  .default({ kind: 'terminal' })
  .meta({ title: 'Indicator', description: 'What shows the verdict at the gate' });

/** Two outputs must not be one line or one LED. */
export function indicatorRules(root: unknown): Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, string>();
  for (const output of ['green', 'red', 'buzzer', 'relay']) {
    const wired = valueAt(root, ['indicator', output]);
    if (!isMap(wired)) continue;
    for (const key of ['line', 'label']) {
      const value = wired[key];
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      const first = seen.get(`${key} ${value}`);
      if (first === undefined) seen.set(`${key} ${value}`, `indicator.${output}`);
      else {
        const params = { found: JSON.stringify(value), first };
        findings.push({ path: ['indicator', output, key], code: 'config.fault.line-twice', params });
      }
    }
  }
  return findings;
}
