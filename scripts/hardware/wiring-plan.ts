// hardware/wiring.json, read strictly: which line does what on which model. Everything about the wiring is made from it.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const text = z.string().min(1);
const both = { vi: text, en: text };
const bcm = z.int().min(0).max(27);

const model = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+$/),
  name: text,
  /** The section of config.txt that only this model reads. */
  filter: text,
  /** The chip's label, which stays from kernel to kernel. */
  chip: text,
  /** First sysfs number of the chip: no promise of the kernel, told to those who must read an old script. */
  sysfsBases: z.array(z.strictObject({ kernel: text, base: z.int().min(0) })).min(1),
  pwm: z.strictObject({ chip: text, channel: z.int().min(0) }),
  supply: z.strictObject({ volts: z.number(), amperes: z.number(), plug: text }),
  /** What one pin gives with certainty at a good level. */
  pinMilliamperes: z.number(),
});

const output = z.strictObject({
  key: z.enum(['green', 'red', 'buzzer', 'relay']),
  bcm,
  /** Its name below /sys/class/leds. */
  label: text,
  /** Of the driver board. */
  channel: z.int().min(1).max(4),
  ...both,
});

const input = z.strictObject({
  id: text,
  role: z.enum(['exit-request', 'door', 'tamper', 'turn', 'direction']),
  bcm,
  /** On the input board; the same name stands in the pictures. */
  terminal: text,
  /** Of the contact to ground while nothing happens. `closed`: a cut wire shows as an alarm. */
  contact: z.enum(['open', 'closed']),
  debounceMs: z.int().min(0).max(1000),
  /** Further keys of the configuration, as YAML in a flow map. */
  options: z.exactOptional(text),
  /** As an input event (dtoverlay=gpio-key), where that is of use. */
  key: z.exactOptional(z.strictObject({ name: text, code: z.int().min(1).max(767) })),
  ...both,
});

const supply = (is: '3V3' | 'GND') => z.strictObject({ pin: z.int().min(1).max(40), is: z.literal(is), ...both });

const plan = z.strictObject({
  models: z.array(model).min(1),
  outputs: z.array(output).min(1),
  tone: z.strictObject({ bcm, function: z.int().min(0).max(7), ...both }),
  inputs: z.array(input).min(1),
  /** 3.3 V of the input board, ground of the driver board, ground of the input board. */
  power: z.tuple([supply('3V3'), supply('GND'), supply('GND')]),
  /** Lines that stay free; `short` stands in the picture. */
  reserved: z.array(z.strictObject({ bcm, short: text, ...both })),
  sources: z.array(z.strictObject({ of: text, is: text })).min(1),
});

export type WiringPlan = z.infer<typeof plan>;
export type Model = WiringPlan['models'][number];
export type InputLine = WiringPlan['inputs'][number];

/** @throws where the file is not as it must be */
export function wiringPlan(): WiringPlan {
  const file = fileURLToPath(new URL('../../hardware/wiring.json', import.meta.url));
  return plan.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Active means: pressed, door open, cabinet opened, somebody through. A contact that rests closed is active when high. */
export function activeLow({ contact }: InputLine): boolean {
  return contact === 'open';
}
