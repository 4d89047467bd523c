// The configuration of buttons and contacts: what they are wired to (`kind`) and what they mean (`role`). Each kind takes each
// role, so the schema is their product; a new kind or role is one entry.

import * as z from 'zod';
import { KEY_MAX, keyCode, SWITCH_MAX } from '../system/key-codes.ts';
import type { Finding } from './finding.ts';
import { gpioChip, gpioLine } from './gpio.ts';
import { isMap, valueAt } from './path.ts';
import { checkedText, slug } from './texts.ts';

const id = slug().describe('Name of this input in events and logs, unique among inputs: 1-40 of a-z, 0-9 and -');
const way = z.enum(['in', 'out']);
const seconds = (least: number, most: number, usual: number, what: string) =>
  z.int().min(least).max(most).default(usual).describe(`${what}, in seconds, ${least}-${most}`);

/** What an input may mean, with the keys that come with it. */
const ROLES = {
  'exit-request': {
    role: z.literal('exit-request').describe('A button that opens the gate from inside'),
  },
  direction: {
    role: z.literal('direction').describe('A button that says which way the next code is for'),
    direction: way.describe('in or out'),
    holdSeconds: seconds(1, 60, 10, 'How long the button counts for the next code'),
  },
  door: {
    role: z.literal('door').describe('A contact that is active while the door is open'),
    heldOpenSeconds: seconds(1, 3600, 30, 'How long the door may stay open'),
  },
  tamper: {
    role: z.literal('tamper').describe('A contact that is active while the housing is open'),
  },
  turn: {
    role: z.literal('turn').describe('A contact that pulses when somebody went through'),
    direction: z.exactOptional(way).describe('The way of a turnstile with a contact for each; absent: either way'),
    withinSeconds: seconds(1, 120, 8, 'How long after a grant somebody must have gone through'),
  },
} as const;

/** A turnstile's contact closes for a few milliseconds only; a button bounces for up to thirty. */
const debounceMs = (usual: number) =>
  z
    .int()
    .min(0)
    .max(1000)
    .default(usual)
    .describe('How long the level must stay before it counts, in milliseconds, 0-1000; by the kernel');

const gpiochip = (usualMs: number) => ({
  id,
  kind: z.literal('gpiochip').describe('A line of a GPIO chip, through its character device'),
  chip: gpioChip(),
  line: gpioLine(),
  activeLow: z.boolean().default(false).describe('true: low is active, as with a button between line and ground'),
  pull: z
    .exactOptional(z.enum(['up', 'down', 'none']))
    .describe("up, down or none: the chip's resistor on the line; absent: as the system left it"),
  debounceMs: debounceMs(usualMs),
});

const evdev = {
  id,
  kind: z.literal('evdev').describe('A key or switch of an input device of the kernel (dtoverlay=gpio-key)'),
  name: z.exactOptional(z.string().min(1).max(79)).describe('Name of the device, as doctor lists them; or path'),
  path: z
    .exactOptional(checkedText((text) => (/^\/[^\0]+$/.test(text) ? undefined : 'config.fault.input-path')))
    .describe('The device, best a link under /dev/input/by-path: its number may change; or name'),
  key: z
    .exactOptional(
      z.union(
        [z.int().min(1).max(KEY_MAX), checkedText((text) => (keyCode(text) === undefined ? 'config.fault.key-name' : undefined))],
        { error: 'config.fault.key-name' },
      ),
    )
    .describe(`The key: a name such as KEY_EXIT, or its number in linux/input-event-codes.h, 1-${KEY_MAX}; or switch`),
  switch: z.exactOptional(z.int().min(0).max(SWITCH_MAX)).describe(`Number of a switch (SW_...), 0-${SWITCH_MAX}; or key`),
};

const BOUNCE_MS = 30;
const TURN_BOUNCE_MS = 5;
const { 'exit-request': exitRequest, direction, door, tamper, turn } = ROLES;

export const inputsSchema = z
  .array(
    z.discriminatedUnion('kind', [
      z.discriminatedUnion('role', [
        z.strictObject({ ...gpiochip(BOUNCE_MS), ...exitRequest }).meta({ title: 'Exit button on a GPIO line' }),
        z.strictObject({ ...gpiochip(BOUNCE_MS), ...direction }).meta({ title: 'Direction button on a GPIO line' }),
        z.strictObject({ ...gpiochip(BOUNCE_MS), ...door }).meta({ title: 'Door contact on a GPIO line' }),
        z.strictObject({ ...gpiochip(BOUNCE_MS), ...tamper }).meta({ title: 'Tamper contact on a GPIO line' }),
        z.strictObject({ ...gpiochip(TURN_BOUNCE_MS), ...turn }).meta({ title: 'Turn contact on a GPIO line' }),
      ]),
      z.discriminatedUnion('role', [
        z.strictObject({ ...evdev, ...exitRequest }).meta({ title: 'Exit button as a key' }),
        z.strictObject({ ...evdev, ...direction }).meta({ title: 'Direction button as a key' }),
        z.strictObject({ ...evdev, ...door }).meta({ title: 'Door contact as a key' }),
        z.strictObject({ ...evdev, ...tamper }).meta({ title: 'Tamper contact as a key' }),
        z.strictObject({ ...evdev, ...turn }).meta({ title: 'Turn contact as a key' }),
      ]),
    ]),
  )
  .default([])
  .meta({ title: 'Inputs', description: 'Buttons and contacts' });

/** What the shape cannot say: one id, line and key an input, a key of a device, and turns that can be told apart. */
export function inputRules(root: unknown): Finding[] {
  const inputs = valueAt(root, ['inputs']);
  if (!Array.isArray(inputs)) return [];
  const findings: Finding[] = [];
  const seen = new Map(indicatorLines(root));
  for (const [index, input] of inputs.entries()) {
    if (!isMap(input)) continue;
    const own = `inputs[${index}]`;
    findings.push(...deviceFindings(input, index));
    for (const [key, name] of [['id', `id ${String(input['id'])}`] as const, ...wireOf(input)]) {
      const first = seen.get(name);
      seen.set(name, first ?? own);
      if (first === undefined) continue;
      const code = key === 'id' ? 'config.fault.input-id-twice' : 'config.fault.input-twice';
      findings.push({ path: ['inputs', index, key], code, params: { found: JSON.stringify(input[key]), first } });
    }
  }
  return [...findings, ...turnFindings(inputs)];
}

/** The lines that lamps, buzzer and relay are on. */
function indicatorLines(root: unknown): [string, string][] {
  const indicator = valueAt(root, ['indicator']);
  if (!isMap(indicator)) return [];
  return Object.entries(indicator).flatMap(([output, wired]): [string, string][] => {
    if (!isMap(wired) || wired['line'] === undefined) return [];
    return [[lineName(indicator['chip'], wired['line']), `indicator.${output}`]];
  });
}

const lineName = (chip: unknown, line: unknown): string => `line ${JSON.stringify([chip, line])}`;

/** What an input is wired to, with the key that a fault about it points to. */
function wireOf(input: Record<string, unknown>): [string, string][] {
  const { chip, line, path, name, key, switch: number } = input;
  if (input['kind'] === 'gpiochip') return [['line', lineName(chip, line)]];
  const device = path ?? name;
  if (device === undefined) return [];
  const code = typeof key === 'string' || typeof key === 'number' ? keyCode(key) : undefined;
  if (code !== undefined) return [['key', `key ${JSON.stringify([device, code])}`]];
  return number === undefined ? [] : [['switch', `switch ${JSON.stringify([device, number])}`]];
}

function deviceFindings(input: Record<string, unknown>, index: number): Finding[] {
  if (input['kind'] !== 'evdev') return [];
  const one = (...keys: string[]): boolean => keys.filter((key) => input[key] !== undefined).length === 1;
  const path = ['inputs', index];
  return [
    ...(one('name', 'path') ? [] : [{ path, code: 'config.fault.input-device' as const }]),
    ...(one('key', 'switch') ? [] : [{ path, code: 'config.fault.input-key' as const }]),
  ];
}

/** One turn contact, or one for each way. */
function turnFindings(inputs: readonly unknown[]): Finding[] {
  const turns = inputs.flatMap((input, index) => (isMap(input) && input['role'] === 'turn' ? [{ input, index }] : []));
  const [first, ...others] = turns;
  const ways = new Set(turns.map(({ input }) => input['direction']));
  if (first === undefined || others.length === 0 || (!ways.has(undefined) && ways.size === turns.length)) return [];
  return others.map(({ index }) => ({
    path: ['inputs', index, 'role'],
    code: 'config.fault.turn-twice',
    params: { first: `inputs[${first.index}]` },
  }));
}
