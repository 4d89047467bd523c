// The pattern table, config/patterns.json: what each signal looks and sounds like. A table that is read has every row, and no
// step outside what lamps and buzzers can do.
//
//   "granted-in": { "green": { "steps": [[1, 1500]] }, "passive": [[1900, 120]], "active": [[1, 120]] }
//                    lamp: [on 0|1, ms]                 tone: [Hz or 0, ms]       buzzer: [on 0|1, ms]
//   everyMs: the steps start again that often;  forMs: until then (absent: until pre-empted);  soundEveryMs: the same for sound

import { readFileSync } from 'node:fs';

import * as z from 'zod';

import { SIGNALS } from '../admission/feedback.ts';
import { isMap } from './path.ts';

const milliseconds = z.int().min(1).max(120_000);
const onOff = z.tuple([z.literal([0, 1]), milliseconds]);
/** 500-2000 Hz is what small passive buzzers do well; 0 is a pause. Source of the rows: measured and seen at other gates. */
const tone = z.tuple([z.union([z.literal(0), z.int().min(100).max(5_000)]), milliseconds]);
const lamp = z.strictObject({
  steps: z.array(onOff).min(1).max(64),
  everyMs: milliseconds.optional(),
  forMs: milliseconds.optional(),
});
const row = z.strictObject({
  green: lamp.optional(),
  red: lamp.optional(),
  passive: z.array(tone).max(64).optional(),
  active: z.array(onOff).max(64).optional(),
  soundEveryMs: milliseconds.optional(),
});

const table = z.strictObject(
  Object.fromEntries(SIGNALS.map((signal) => [signal, row])) as Record<(typeof SIGNALS)[number], typeof row>,
);

const TABLE = new URL('../../config/patterns.json', import.meta.url);

/** Checks a pattern table; @throws with the path of the first fault: a broken table is a broken installation. */
function patternTable(parsed: unknown): z.infer<typeof table> {
  const result = table.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`pattern table: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

/** The table that comes with the program. */
function shippedPatterns(): ReturnType<typeof patternTable> {
  return patternTable(JSON.parse(readFileSync(TABLE, 'utf8')));
}

/**
 * The table that comes with the program; a row that `file` names is the file's. @throws what was wrong with the file: it can't
 * be read, is no JSON, or a row is none
 */
export function patternsOf(file: string | undefined): ReturnType<typeof patternTable> {
  const shipped = shippedPatterns();
  if (file === undefined) return shipped;
  const rows: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isMap(rows)) throw new Error('pattern table: wanted rows by name, such as "denied": { ... }');
  return patternTable({ ...shipped, ...rows });
}

/** The table of an indicator, whose file was checked with the configuration. */
export function patternsFor(indicator: { readonly kind: string; readonly patternsFile?: string | undefined }) {
  return patternsOf(indicator.patternsFile);
}
