// The entries of the four lists, parsed strictly. Holding parsed entries proves: every field is known, in range and of its
// type, and nobody is listed twice.
//
//   roster   {ref, holder, label, person?, from?, until?, gates?, hours?, hold?, clearance?, escort?}
//   revoked  {ref}
//   keys     {kty: "OKP", crv: "Ed25519", x, kid?, use?, alg?, key_ops?}     a public JWK (RFC 8037); the last four say nothing here
//   policy   {holder, hours?, gates?, clearance?, escort?}
//
//   holder     visitor | staff | pupil | contractor          from, until  RFC 3339
//   hours      {windows: [{days: [1..7], from: "HH:MM", to}], exceptions?: [{date: "YYYY-MM-DD", windows: [{from, to}]}]}
//   clearance  {name, until?: "YYYY-MM-DD"}                  escort  {by: [person or ref], before: "HH:MM", withinSeconds?}

import type { Clearance, Escort, HolderPolicy, Hours, ListName, RosterEntry } from '../admission/ports.ts';
import { parseRfc3339 } from '../system/rfc3339.ts';
import type { PublicJwk } from '../system/secrets.ts';
import * as check from './entry-checks.ts';
import { isSmallOrder } from '../system/ed25519.ts';
import type { EntryFault } from './entry-checks.ts';

export const LIST_NAMES = ['roster', 'revoked', 'keys', 'policy'] as const satisfies readonly ListName[];

export const isListName = (name: string): name is ListName => (LIST_NAMES as readonly string[]).includes(name);

/** What a label, a hold's message or a person may be long. */
const MOST_LABEL = 120;
const MOST_PERSON = 64;

export type PolicyEntry = HolderPolicy & { readonly holder: RosterEntry['holder'] };

export type Entries =
  | { readonly list: 'roster'; readonly entries: readonly RosterEntry[] }
  | { readonly list: 'revoked'; readonly entries: readonly { readonly ref: string }[] }
  | { readonly list: 'keys'; readonly entries: readonly PublicJwk[] }
  | { readonly list: 'policy'; readonly entries: readonly PolicyEntry[] };

/** A fault with the entry it is in, from 0. */
export interface IndexedFault extends EntryFault {
  readonly index: number;
}

export type ParsedEntries =
  | { readonly ok: true; readonly parsed: Entries }
  | { readonly ok: false; readonly faults: readonly IndexedFault[] };

const window = { from: check.timeOfDay, to: check.timeOfDay };
const hours = check.object(
  {
    windows: check.listOf(
      check.object({ days: check.listOf(check.wholeNumber(1, 7, 'weekday'), 1, 7, (day) => day), ...window }),
      0,
      50,
    ),
  },
  {
    exceptions: check.listOf(
      check.object({ date: check.date, windows: check.listOf(check.object(window), 0, 10) }),
      0,
      400,
      dateOf,
    ),
  },
);
const rules = {
  gates: check.listOf(check.gate, 0, 100, (gate) => gate),
  hours,
  clearance: check.object({ name: check.text(60) }, { until: check.date }),
  escort: check.object(
    { by: check.listOf(check.text(MOST_PERSON), 1, 20, (person) => person), before: check.timeOfDay },
    { withinSeconds: check.wholeNumber(1, 3600) },
  ),
};
const holder = check.matching(/^(?:visitor|staff|pupil|contractor)$/, 'holder');

const CHECKS: Readonly<Record<ListName, check.Check>> = {
  roster: check.object(
    { ref: check.ref, holder, label: check.text(MOST_LABEL) },
    { person: check.text(MOST_PERSON), from: check.time, until: check.time, hold: check.text(MOST_LABEL), ...rules },
  ),
  revoked: check.object({ ref: check.ref }),
  keys: check.object(
    { kty: check.matching(/^OKP$/, 'key'), crv: check.matching(/^Ed25519$/, 'key'), x: keyPoint },
    {
      kid: check.text(200),
      use: check.text(20),
      alg: check.text(20),
      key_ops: check.listOf(check.text(20), 0, 10),
      d: isPrivate,
    },
  ),
  policy: check.object({ holder }, rules),
};

/** What no two entries of a list may share. */
const KEY_FIELDS = { roster: 'ref', revoked: 'ref', keys: 'x', policy: 'holder' } as const;

/** Every fault of every entry, up to `mostFaults`; none: the entries. */
export function parseEntries(list: ListName, raw: readonly unknown[], mostFaults = 1): ParsedEntries {
  const faults: IndexedFault[] = [];
  const seen = new Set<unknown>();
  for (const [index, entry] of raw.entries()) {
    const found: EntryFault[] = [];
    CHECKS[list](entry, '', found);
    if (found.length === 0) {
      const key = (entry as Readonly<Record<string, unknown>>)[KEY_FIELDS[list]];
      if (seen.has(key)) found.push({ path: KEY_FIELDS[list], code: 'twice' });
      seen.add(key);
      if (list === 'roster') found.push(...orderOf(entry as Written));
    }
    faults.push(...found.map((fault) => ({ index, ...fault })));
    if (faults.length >= mostFaults) break;
  }
  return faults.length > 0 ? { ok: false, faults: faults.slice(0, mostFaults) } : { ok: true, parsed: taken(list, raw) };
}

/** A roster entry as it is written in a list; its shape is checked when this type is given to it. */
interface Written {
  readonly ref: string;
  readonly holder: RosterEntry['holder'];
  readonly label: string;
  readonly person?: string;
  readonly from?: string;
  readonly until?: string;
  readonly gates?: readonly string[];
  readonly hours?: Hours;
  readonly hold?: string;
  readonly clearance?: Clearance;
  readonly escort?: Escort;
}

/** Only for entries without faults. */
function taken(list: ListName, raw: readonly unknown[]): Entries {
  switch (list) {
    case 'roster':
      return { list, entries: (raw as readonly Written[]).map(rosterEntry) };
    case 'revoked':
      return { list, entries: raw as readonly { ref: string }[] };
    case 'keys':
      return { list, entries: (raw as readonly PublicJwk[]).map(({ kty, crv, x }) => ({ kty, crv, x })) };
    case 'policy':
      return { list, entries: raw as readonly PolicyEntry[] };
  }
}

function rosterEntry({ from, until, ...rest }: Written): RosterEntry {
  const fromMs = from === undefined ? undefined : parseRfc3339(from);
  const untilMs = until === undefined ? undefined : parseRfc3339(until);
  return { ...rest, ...(fromMs === undefined ? {} : { fromMs }), ...(untilMs === undefined ? {} : { untilMs }) };
}

function orderOf({ from, until }: Written): EntryFault[] {
  const reversed = from !== undefined && until !== undefined && (parseRfc3339(from) ?? 0) > (parseRfc3339(until) ?? 0);
  return reversed ? [{ path: 'until', code: 'until-before-from' }] : [];
}

function dateOf(exception: unknown): unknown {
  return typeof exception === 'object' && exception !== null && 'date' in exception ? exception.date : undefined;
}

/** The 32 bytes of an Ed25519 public key in their one base64url form. */
function keyPoint(value: unknown, path: string, faults: EntryFault[]): void {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64url') : Buffer.alloc(0);
  const sound = bytes.length === 32 && bytes.toString('base64url') === value && !isSmallOrder(bytes);
  if (!sound) faults.push({ path, code: 'key' });
}

function isPrivate(_value: unknown, path: string, faults: EntryFault[]): void {
  faults.push({ path, code: 'private-key' });
}
