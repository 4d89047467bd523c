// A signed list, read whole: envelope, payload, then every entry. Holding a `SignedList` proves that a trusted key signed it for
// this site, that it is in its time and newer than the one before, and that every entry is sound.
//
//   {"list": "roster", "site": slug, "version": whole number, "issued": RFC 3339, "expires": RFC 3339, "entries": [ … ]}
//
// All six fields and no other. The order of the checks is that of the refusals in refusal.ts.

import type { ListInfo, ListName } from '../admission/ports.ts';
import { withoutEnd } from '../system/jws.ts';
import { parseRfc3339 } from '../system/rfc3339.ts';
import type { PublicJwk } from '../system/secrets.ts';
import { type Entries, parseEntries } from './entries.ts';
import { openJws } from './jws.ts';
import type { Refusal, RefusalReason } from './refusal.ts';

/** Clocks of issuers and readers differ; one that is a day ahead is wrong. */
export const MOST_AHEAD_MS = 24 * 3_600_000;

export interface Expected {
  readonly list: ListName;
  readonly site: string;
  /** Whose signatures count now. */
  readonly issuers: readonly PublicJwk[];
  /** This reader's wall clock, milliseconds since 1970. */
  readonly nowMs: number;
  /** What the version must be above; absent: there is none yet. */
  readonly storedVersion?: number | undefined;
  /** How far in the future a list may be issued; default a day. */
  readonly mostAheadMs?: number;
}

export interface SignedList extends ListInfo {
  readonly site: string;
  readonly kid: string;
  readonly content: Entries;
}

export type Reading = { readonly ok: true; readonly list: SignedList } | { readonly ok: false; readonly refusal: Refusal };

/** A payload whose frame is sound; the entries are not looked at yet. */
export interface Frame extends ListInfo {
  readonly list: string;
  readonly site: string;
  readonly entries: readonly unknown[];
}

export function readList(bytes: Uint8Array, expected: Expected): Reading {
  const opened = openJws(withoutEnd(bytes), expected.issuers);
  if (!opened.ok) return { ok: false, refusal: { reason: opened.reason } };
  const { kid, payload } = opened.envelope;
  const frame = readFrame(payload);
  if (frame === undefined) return { ok: false, refusal: { reason: 'malformed' } };
  const { version, issuedMs, expiresMs, site } = frame;
  const refuse = (reason: RefusalReason, more: Partial<Refusal> = {}): Reading => ({
    ok: false,
    refusal: { reason, version, issuedMs, expiresMs, ...more },
  });
  const misplaced = misplacedFor(frame, expected);
  if (misplaced !== undefined) return refuse(misplaced);
  const entries = parseEntries(expected.list, frame.entries);
  if (!entries.ok) {
    const fault = entries.faults[0];
    return refuse('bad-entry', fault && { index: fault.index, detail: `${fault.path} ${fault.code}`.trim() });
  }
  return { ok: true, list: { site, version, issuedMs, expiresMs, kid, content: entries.parsed } };
}

/** Why a sound list is not for here and now. */
function misplacedFor(frame: Frame, expected: Expected): RefusalReason | undefined {
  if (frame.list !== expected.list) return 'wrong-list';
  if (frame.site !== expected.site) return 'wrong-site';
  if (expected.storedVersion !== undefined && frame.version <= expected.storedVersion) return 'not-newer';
  if (frame.expiresMs <= expected.nowMs) return 'expired';
  return frame.issuedMs > expected.nowMs + (expected.mostAheadMs ?? MOST_AHEAD_MS) ? 'not-yet-issued' : undefined;
}

const FIELDS = ['list', 'site', 'version', 'issued', 'expires', 'entries'];

/** The frame of a payload (UTF-8 JSON), or undefined where it is none. */
export function readFrame(payload: Uint8Array): Frame | undefined {
  const value = parseJson(payload);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  if (Object.keys(fields).length !== FIELDS.length || !FIELDS.every((name) => Object.hasOwn(fields, name))) return undefined;
  const { list, site, version, issued, expires, entries } = fields as Readonly<
    Record<keyof Frame | 'issued' | 'expires', unknown>
  >;
  if (typeof list !== 'string' || typeof site !== 'string' || typeof issued !== 'string' || typeof expires !== 'string')
    return undefined;
  if (!Number.isSafeInteger(version) || (version as number) < 0 || !Array.isArray(entries)) return undefined;
  const issuedMs = parseRfc3339(issued);
  const expiresMs = parseRfc3339(expires);
  if (issuedMs === undefined || expiresMs === undefined || expiresMs <= issuedMs) return undefined;
  return { list, site, version: version as number, issuedMs, expiresMs, entries: entries as readonly unknown[] };
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}
