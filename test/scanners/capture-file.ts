// A capture: what one device sent, and when, as text that people can read and check; beside it, in NAME.expected.json, what a
// scanner makes of it. Anything unknown in either file is refused, so that a slip cannot make a capture say less.
//
//   # a remark, also behind a line
//   kind hid-pos                hid-pos | hid-keyboard | serial | stdin | camera
//   descriptor 058c 0902 a101   HID: the report descriptor, hexadecimal; several lines are one
//   layout de                   hid-keyboard; suffix "\r" and prefix "\u0002", as JSON: serial and stdin
//   fakes-only WHY              what no kernel lets through; the bench's drivers are not asked
//   +8 02385d51 3130 x3         8 ms after what came before: one report of a HID device; three times, each after 8 ms
//   +0 780d x2500  +0 "ễ\r"     one write of a stream, 2,500 times those bytes; one of text in UTF-8
//   +700                        nothing for 700 ms
//   +0 unplugged    +0 plugged    +0 end (stdin: its end)    +0 show "TEXT" (camera: a picture of it; "" of nothing)

import { readFileSync } from 'node:fs';
import * as z from 'zod';

export const CAPTURES = new URL('../captures/', import.meta.url);

export type Step = { readonly afterMs: number } & (
  | { readonly what: 'bytes'; readonly bytes: Buffer; readonly times: number }
  | { readonly what: 'show'; readonly text: string }
  | { readonly what: 'nothing' | 'unplugged' | 'plugged' | 'end' }
);

export interface Capture {
  readonly name: string;
  readonly kind: 'hid-pos' | 'hid-keyboard' | 'serial' | 'stdin' | 'camera';
  readonly descriptor: Buffer;
  readonly layout: 'us' | 'de';
  readonly suffix?: string | undefined;
  readonly prefix?: string | undefined;
  /** Why only fakes can send this. */
  readonly fakesOnly?: string;
  readonly steps: readonly Step[];
  readonly expected: Expected;
}

const expectedSchema = z.strictObject({
  about: z.string().min(1),
  scans: z.array(
    z
      .strictObject({
        text: z.string().optional(),
        hex: z.string().optional(),
        symbology: z.string().optional(),
        lossy: z.literal(true).optional(),
        fault: z.literal('overlong').optional(),
      })
      .refine(({ text, hex, fault }) => [text, hex, fault].filter((each) => each !== undefined).length === 1),
  ),
  /** Bytes that became no code, by cause; a cause that is absent stands for none. */
  discarded: z
    .strictObject({ overlong: z.int(), silence: z.int(), unplugged: z.int(), malformed: z.int() })
    .partial()
    .default({}),
  /** What is reported of the scanner, in order: a part of each message, null where it is back. */
  faults: z.array(z.string().min(1).nullable()).default([]),
});
export type Expected = z.output<typeof expectedSchema>;

const headSchema = z.strictObject({
  kind: z.enum(['hid-pos', 'hid-keyboard', 'serial', 'stdin', 'camera']),
  descriptor: z
    .string()
    .regex(/^(?:[0-9a-f]{2})*$/u, 'wants hexadecimal')
    .optional(),
  layout: z.enum(['us', 'de']).optional(),
  suffix: z.string().optional(),
  prefix: z.string().optional(),
  'fakes-only': z.string().min(1).optional(),
});

/** @throws Error with file and line of the first thing that is no capture */
export function readCapture(name: string): Capture {
  const text = readFileSync(new URL(`${name}.capture`, CAPTURES), 'utf8');
  const expected = expectedSchema.parse(JSON.parse(readFileSync(new URL(`${name}.expected.json`, CAPTURES), 'utf8')));
  return { name, expected, ...parseCapture(text, `${name}.capture`) };
}

/** @throws Error naming `where` and the line */
export function parseCapture(text: string, where: string): Omit<Capture, 'name' | 'expected'> {
  const head: Record<string, string> = {};
  const steps: Step[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/(?:^|\s+)#[^"]*$/u, '').trimEnd();
    if (line === '') continue;
    const [word = '', ...rest] = line.split(' ');
    const value = rest.join(' ');
    try {
      if (line.startsWith('+')) steps.push(stepOf(word, value));
      else if (word === 'descriptor') head[word] = `${head[word] ?? ''}${value.replaceAll(' ', '')}`;
      else if (head[word] !== undefined) throw new Error(`${word} is said twice`);
      else head[word] = word === 'suffix' || word === 'prefix' ? quoted(value) : value;
    } catch (error) {
      throw new Error(`${where}:${index + 1}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  const { kind, descriptor = '', layout = 'us', 'fakes-only': fakesOnly, ...framing } = headSchema.parse(head);
  if (steps.length === 0) throw new Error(`${where}: nothing is sent`);
  const played = kind.startsWith('hid-') ? steps : steps.map(asOneWrite);
  return {
    kind,
    layout,
    descriptor: Buffer.from(descriptor, 'hex'),
    steps: played,
    ...framing,
    ...(fakesOnly ? { fakesOnly } : {}),
  };
}

function stepOf(time: string, value: string): Step {
  const afterMs = Number(/^\+(\d{1,6})$/u.exec(time)?.[1] ?? Number.NaN);
  if (Number.isNaN(afterMs)) throw new Error(`${time} is no time: +MS is wanted`);
  if (value === '') return { afterMs, what: 'nothing' };
  if (value === 'unplugged' || value === 'plugged' || value === 'end') return { afterMs, what: value };
  if (value.startsWith('show ')) return { afterMs, what: 'show', text: quoted(value.slice(5)) };
  const [, sent = '', count = '1'] = /^(.*?)(?: x(\d+))?$/u.exec(value) ?? [];
  return { afterMs, what: 'bytes', bytes: bytesOf(sent), times: Number(count) };
}

function asOneWrite(step: Step): Step {
  return step.what === 'bytes'
    ? { ...step, bytes: Buffer.concat(Array.from({ length: step.times }, () => step.bytes)), times: 1 }
    : step;
}

function bytesOf(sent: string): Buffer {
  if (sent.startsWith('"')) return Buffer.from(quoted(sent));
  const hex = sent.replaceAll(' ', '');
  if (!/^(?:[0-9a-f]{2})+$/u.test(hex)) throw new Error(`${JSON.stringify(sent)} is neither hexadecimal nor "text"`);
  return Buffer.from(hex, 'hex');
}

function quoted(json: string): string {
  const text: unknown = JSON.parse(json);
  if (typeof text !== 'string') throw new Error(`${json} is no "text"`);
  return text;
}
