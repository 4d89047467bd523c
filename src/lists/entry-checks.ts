// Small checks that the entries of a list are made of: each adds what is wrong to a list of faults and never throws. Objects
// are closed: a key that is not named is a fault, so `__proto__` and misspellings are.

import { parseRfc3339 } from '../system/rfc3339.ts';

/** What is wrong with a field; each has its words under `list.fault.*`. */
export type FaultCode =
  | 'not-object'
  | 'unknown-field'
  | 'missing'
  | 'not-text'
  | 'text-length'
  | 'control-character'
  | 'not-list'
  | 'list-length'
  | 'ref'
  | 'holder'
  | 'gate'
  | 'time'
  | 'until-before-from'
  | 'date'
  | 'time-of-day'
  | 'weekday'
  | 'number'
  | 'key'
  | 'private-key'
  | 'twice';

/** Where inside the entry (`hours.windows[0].from`; empty: the entry itself), and what. Holds no value of the entry. */
export interface EntryFault {
  readonly path: string;
  readonly code: FaultCode;
}

export type Check = (value: unknown, path: string, faults: EntryFault[]) => void;

type Shape = Readonly<Record<string, Check>>;

/** Names come from the list's author and go to a terminal and a log. */
const shownName = (name: string): string => (/^[A-Za-z0-9_-]{1,40}$/.test(name) ? name : '?');

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

export function object(required: Shape, optional: Shape = {}): Check {
  return (value, path, faults) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      faults.push({ path, code: 'not-object' });
      return;
    }
    const fields = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(fields)) {
      const check = Object.hasOwn(required, name) ? required[name] : Object.hasOwn(optional, name) ? optional[name] : undefined;
      if (check === undefined) faults.push({ path: join(path, shownName(name)), code: 'unknown-field' });
      else check(fields[name], join(path, name), faults);
    }
    for (const name of Object.keys(required)) {
      if (!Object.hasOwn(fields, name)) faults.push({ path: join(path, name), code: 'missing' });
    }
  };
}

/** `keyOf`: what no two items may share. */
export function listOf(each: Check, least: number, most: number, keyOf?: (item: unknown) => unknown): Check {
  return (value, path, faults) => {
    if (!Array.isArray(value)) {
      faults.push({ path, code: 'not-list' });
      return;
    }
    const items = value as readonly unknown[];
    if (items.length < least || items.length > most) {
      faults.push({ path, code: 'list-length' });
      return;
    }
    const seen = new Set<unknown>();
    items.forEach((item, index) => {
      each(item, `${path}[${index}]`, faults);
      const key = keyOf?.(item);
      if (key !== undefined && seen.has(key)) faults.push({ path: `${path}[${index}]`, code: 'twice' });
      seen.add(key);
    });
  };
}

/** C0, C1, format, lone surrogates, and what breaks a line. */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Text that people see: 1 to `most` code points without control characters. */
export function text(most: number): Check {
  return (value, path, faults) => {
    if (typeof value !== 'string') faults.push({ path, code: 'not-text' });
    else if (value.trim() === '' || value.length > 2 * most || Array.from(value).length > most)
      faults.push({ path, code: 'text-length' });
    else if (UNSHOWABLE.test(value)) faults.push({ path, code: 'control-character' });
  };
}

const accepting =
  (code: FaultCode, accepts: (value: string) => boolean): Check =>
  (value, path, faults) => {
    if (typeof value !== 'string' || !accepts(value)) faults.push({ path, code });
  };

export const matching = (pattern: RegExp, code: FaultCode): Check => accepting(code, (value) => pattern.test(value));

/** A pseudonym: the first 26 characters of RFC 4648 base32. */
export const ref: Check = matching(/^[A-Z2-7]{26}$/, 'ref');

export const gate: Check = matching(/^[a-z0-9-]{1,40}$/, 'gate');

export const timeOfDay: Check = matching(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'time-of-day');

/** RFC 3339 with offset. */
export const time: Check = accepting('time', (value) => parseRfc3339(value) !== undefined);

/** A day that exists, `YYYY-MM-DD`. */
export const date: Check = accepting(
  'date',
  (value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && parseRfc3339(`${value}T00:00:00Z`) !== undefined,
);

export function wholeNumber(least: number, most: number, code: FaultCode = 'number'): Check {
  return (value, path, faults) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) faults.push({ path, code });
  };
}
