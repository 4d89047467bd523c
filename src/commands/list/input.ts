// What a list is signed from: JSON (an array of entries, the whole object, or a JWK Set) or a table. Gives raw entries with the
// line each is on; what they hold is judged by the same parser as on the reader.

import type { ListName } from '../../admission/ports.ts';
import { isMap } from '../../config/path.ts';
import type { WordingKey, WordingParams } from '../../system/wording.ts';
import { shown } from '../pass/order.ts';
import { jsonLines } from './json-lines.ts';
import { tableEntries } from './table.ts';

export interface InputFault {
  readonly line?: number;
  readonly key: WordingKey;
  readonly params?: WordingParams;
}

export interface Input {
  readonly entries: readonly unknown[];
  /** What the object says beside the entries; flags win over it. */
  readonly frame: Readonly<Partial<Record<'list' | 'site' | 'version' | 'issued' | 'expires', unknown>>>;
  /** The line of an entry, from 1. */
  lineOf(index: number): number | undefined;
}

export type InputReading =
  | { readonly ok: true; readonly input: Input }
  | { readonly ok: false; readonly faults: readonly InputFault[] };

const FRAME = ['list', 'site', 'version', 'issued', 'expires'];

/** @param timezone the site's, for days in a table */
export function readInput(bytes: Uint8Array, list: ListName, timezone: string): InputReading {
  const text = decode(bytes);
  if (text === undefined) return refused({ key: 'list.input.encoding' });
  if (!/^\s*[[{]/u.test(text)) return tableEntries(text, list, timezone);
  return fromJson(text, list);
}

function fromJson(text: string, list: ListName): InputReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused({ key: 'list.input.not-json', params: { cause: jsonCause(error) } });
  }
  if (Array.isArray(value)) return accepted(text, 1, value as readonly unknown[]);
  if (!isMap(value)) return refused({ key: 'list.input.shape' });
  const { entries, ...frame } = value;
  if (list === 'keys' && entries === undefined && Array.isArray(frame['keys']) && Object.keys(frame).length === 1) {
    return accepted(text, 2, frame['keys'] as readonly unknown[]);
  }
  if (!Array.isArray(entries)) return refused({ key: 'list.input.shape' });
  const unknown = Object.keys(frame).filter((name) => !FRAME.includes(name));
  if (unknown.length > 0) {
    return {
      ok: false,
      faults: unknown.map((name) => ({ key: 'list.input.field', params: { found: shown(name), known: FRAME.join(', ') } })),
    };
  }
  if (frame['list'] !== undefined && frame['list'] !== list) {
    return refused({ key: 'list.input.other-list', params: { found: shown(written(frame['list'])), list } });
  }
  return accepted(text, 2, entries as readonly unknown[], frame);
}

/** A value of the input as text, for those that should have been text. */
export const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `depth`: of the array whose values are the entries. */
function accepted(text: string, depth: 1 | 2, entries: readonly unknown[], frame: Input['frame'] = {}): InputReading {
  let lines: readonly number[] | undefined;
  return { ok: true, input: { entries, frame, lineOf: (index) => (lines ??= jsonLines(text, depth))[index] } };
}

/** The parser's words without the piece of text that it quotes: that may be somebody's name. */
function jsonCause(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return /position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0] ?? 'end of the text';
}

const refused = (fault: InputFault): InputReading => ({ ok: false, faults: [fault] });

function decode(bytes: Uint8Array): string | undefined {
  try {
    // Without its byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
