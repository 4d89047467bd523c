// `gate-reader list show`: what a signed list is, by whom, whether that is proven, and who is on it. Takes nothing over.

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

import { printable } from '../../config/path.ts';
import { isListName, LIST_NAMES, parseEntries } from '../../lists/entries.ts';
import { MOST_LIST_BYTES, openJws } from '../../lists/jws.ts';
import { type Frame, readFrame } from '../../lists/read-list.ts';
import type { RefusalReason } from '../../lists/refusal.ts';
import { takeApart, withoutEnd } from '../../system/jws.ts';
import type { PublicJwk } from '../../system/secrets.ts';
import { systemLanguage, type Words, wording } from '../../system/wording.ts';
import { readIssuers } from '../../trust/issuers.ts';
import { EXIT } from '../exit.ts';
import { withKeyFaults } from '../key-fault.ts';
import { print } from '../output.ts';
import { tell } from '../setting.ts';

export interface ShowFlags {
  readonly json?: true;
  /** JWK Set of the keys that count. */
  readonly trust?: string;
}

/** `not-checked`: no keys were named to check it with. */
type Proof = 'verified' | 'unknown-issuer' | 'bad-signature' | 'not-checked';

interface Shown {
  readonly list: string;
  readonly site: string;
  readonly version: number;
  readonly issued: string;
  readonly expires: string;
  readonly state: 'current' | 'expired' | 'not-yet-issued';
  readonly kid: string;
  readonly signature: Proof;
  readonly entries: number;
  readonly faults: number;
  /** Roster and policy: how many of each holder. */
  readonly holders: Readonly<Record<string, number>>;
  readonly first: readonly string[];
}

const FIRST = 5;

export async function showList(file: string, flags: ShowFlags): Promise<void> {
  const say = wording(systemLanguage(process.env));
  const issuers = flags.trust === undefined ? undefined : keysOf(flags.trust, say);
  if (flags.trust !== undefined && issuers === undefined) return;
  const bytes = contentOf(file, say);
  if (bytes === undefined) return;
  const shown = look(bytes, issuers);
  if (typeof shown === 'string') {
    tell(say('list.show.refused', { file, why: say(`list.refusal.${shown}` as Parameters<Words>[0]) }));
    process.exitCode = EXIT.failed;
    return;
  }
  if (shown.signature === 'unknown-issuer' || shown.signature === 'bad-signature') process.exitCode = EXIT.failed;
  await print(flags.json ? `${JSON.stringify({ file, ...shown })}\n` : inWords(shown, say));
}

function keysOf(file: string, say: Words): readonly PublicJwk[] | undefined {
  return withKeyFaults(say, () => readIssuers(file).map(({ jwk }) => jwk));
}

/** What can be said of it, or why it is no signed list. */
function look(file: Buffer, issuers: readonly PublicJwk[] | undefined): Shown | RefusalReason {
  const bytes = withoutEnd(file);
  const apart = takeApart(bytes, MOST_LIST_BYTES);
  if (!apart.ok) return apart.reason;
  const frame = readFrame(apart.envelope.payload);
  if (frame === undefined) return 'malformed';
  const opened = issuers && openJws(bytes, issuers);
  const signature = opened === undefined ? 'not-checked' : opened.ok ? 'verified' : (opened.reason as Proof);
  const { list, site, version, issuedMs, expiresMs, entries } = frame;
  const now = Date.now();
  return {
    list: printable(list),
    site: printable(site),
    version,
    issued: new Date(issuedMs).toISOString(),
    expires: new Date(expiresMs).toISOString(),
    state: expiresMs <= now ? 'expired' : issuedMs > now ? 'not-yet-issued' : 'current',
    kid: printable(apart.envelope.kid).slice(0, 64),
    signature,
    entries: entries.length,
    ...contents(frame),
  };
}

function contents({ list, entries }: Frame): Pick<Shown, 'faults' | 'holders' | 'first'> {
  if (!isListName(list)) return { faults: entries.length, holders: {}, first: [] };
  const parsed = parseEntries(list, entries, Number.POSITIVE_INFINITY);
  const bad = new Set(parsed.ok ? [] : parsed.faults.map(({ index }) => index));
  const good = entries.filter((_entry, index) => !bad.has(index)) as readonly Readonly<Record<string, string>>[];
  const holders: Record<string, number> = {};
  for (const { holder } of good) if (holder !== undefined) holders[holder] = (holders[holder] ?? 0) + 1;
  const name = ({ ref, holder, label, x }: Readonly<Record<string, string>>) =>
    [ref, holder, label, x].filter((part) => part !== undefined).join('  ');
  return { faults: bad.size, holders, first: good.slice(0, FIRST).map(name) };
}

function inWords(shown: Shown, say: Words): string {
  const { list, entries, holders, faults, first } = shown;
  const what = LIST_NAMES.find((name) => name === list);
  const each = Object.entries(holders).map(([holder, count]) => `${count} ${holder}`);
  const lines = [
    say('list.show.what', {
      list: what === undefined ? list : `${list} (${say(`list.name.${what}`)})`,
      site: shown.site,
      version: shown.version,
    }),
    say(`list.show.${shown.state}`, { issued: shown.issued, expires: shown.expires }),
    say(`list.show.${shown.signature}`, { kid: shown.kid }),
    `${say('list.show.entries', { count: entries })}${each.length === 0 ? '' : `: ${each.join(', ')}`}`,
    ...(faults === 0 ? [] : [say('list.show.faults', { count: faults })]),
    ...first.map((line) => `  ${line}`),
    ...(entries - faults > first.length ? ['  …'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function contentOf(file: string, say: Words): Buffer | undefined {
  try {
    const fd = openSync(file, 'r');
    try {
      if (fstatSync(fd).size <= MOST_LIST_BYTES) return readFileSync(fd);
      tell(say('list.show.refused', { file, why: say('list.refusal.too-large') }));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    tell(say('list.unreadable', { file, cause: error.message }));
  }
  process.exitCode = EXIT.failed;
  return undefined;
}
