// `gate-reader list sign`: a signed list from JSON or a table. All of it is right, or nothing is signed and every fault is told.

import { renameSync, rmSync, readFileSync, writeFileSync } from 'node:fs';

import type { ListName } from '../../admission/ports.ts';
import { printable } from '../../config/path.ts';
import { slug } from '../../config/texts.ts';
import { parseEntries } from '../../lists/entries.ts';
import { MOST_LIST_BYTES } from '../../lists/jws.ts';
import { readList } from '../../lists/read-list.ts';
import { signJws } from '../../system/jws.ts';
import { parseRfc3339 } from '../../system/rfc3339.ts';
import { jwkThumbprint, publicJwk } from '../../system/secrets.ts';
import { systemLanguage, type Words, wording } from '../../system/wording.ts';
import { readSigningKey } from '../../trust/key-file.ts';
import { EXIT } from '../exit.ts';
import { withKeyFaults } from '../key-fault.ts';
import { print } from '../output.ts';
import { shown } from '../pass/order.ts';
import { isTimezone } from '../pass/times.ts';
import { settingOf, tell } from '../setting.ts';
import { type Input, type InputFault, readInput, written } from './input.ts';

export interface SignFlags {
  /** File of the issuer's private key. */
  readonly key: string;
  readonly list: ListName;
  readonly out: string;
  readonly site?: string;
  readonly config?: string;
  readonly version?: number;
  /** RFC 3339. */
  readonly issued?: string;
  readonly expires?: string;
  readonly timezone: string;
  readonly json?: true;
}

const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;
const MODE = 0o600;

export async function signList(file: string, flags: SignFlags): Promise<void> {
  const say = wording(systemLanguage(process.env));
  const faulty = (...faults: readonly InputFault[]): void => tellFaults(file, faults, say);
  if (!isTimezone(flags.timezone)) return faulty({ key: 'pass.fault.timezone', params: { found: shown(flags.timezone) } });
  const setting = flags.config === undefined ? undefined : settingOf({ config: flags.config });
  if (flags.config !== undefined && setting === undefined) return;
  const bytes = contentOf(file, say);
  if (bytes === undefined) return;
  const reading = readInput(bytes, flags.list, flags.timezone);
  if (!reading.ok) return faulty(...reading.faults);
  const { input } = reading;
  const frame = frameOf(input, flags, setting?.configuration.site);
  const faults = [...frame.faults, ...entryFaults(input, flags.list)];
  if (faults.length > 0) return faulty(...faults);
  const key = withKeyFaults(say, () => readSigningKey(flags.key));
  if (key === undefined) return;
  const { list } = flags;
  const { site, version, issued, expires } = frame;
  const jws = signJws(JSON.stringify({ list, site, version, issued, expires, entries: input.entries }), key);
  if (jws.length > MOST_LIST_BYTES)
    return faulty({ key: 'list.sign.too-large', params: { bytes: jws.length, most: MOST_LIST_BYTES } });
  // By the reader's own eyes: what is written is taken.
  const proof = readList(Buffer.from(jws), { list, site, issuers: [publicJwk(key)], nowMs: parseRfc3339(issued) ?? 0 });
  if (!proof.ok) throw new Error(`the signed list would be refused: ${proof.refusal.reason}`);
  if (!isWritten(flags.out, jws, say)) return;
  const made = { file: flags.out, list, site, version, issued, expires, entries: input.entries.length, kid: jwkThumbprint(key) };
  tell(say('list.sign.made', made));
  if (flags.json) await print(`${JSON.stringify(made)}\n`);
}

interface Frame {
  readonly site: string;
  readonly version: number;
  readonly issued: string;
  readonly expires: string;
  readonly faults: readonly InputFault[];
}

/** Flags, else what the input says, else the default. */
function frameOf({ frame }: Input, flags: SignFlags, configured: string | undefined): Frame {
  const faults: InputFault[] = [];
  const site = flags.site ?? frame['site'] ?? configured;
  if (typeof site !== 'string') faults.push({ key: 'list.sign.no-site' });
  else if (!slug().safeParse(site).success) faults.push({ key: 'list.sign.site', params: { found: shown(site) } });
  const version = flags.version ?? frame['version'] ?? Math.floor(Date.now() / 1000);
  if (!Number.isSafeInteger(version) || (version as number) < 0)
    faults.push({ key: 'list.sign.version', params: { found: shown(written(version)) } });
  const issued = flags.issued ?? frame['issued'] ?? rfc3339(Date.now());
  const issuedMs = timeOf(issued, 'issued', faults);
  const expires = flags.expires ?? frame['expires'] ?? rfc3339((issuedMs ?? 0) + DEFAULT_DAYS * DAY_MS);
  const expiresMs = timeOf(expires, 'expires', faults);
  if (issuedMs !== undefined && expiresMs !== undefined && expiresMs <= issuedMs) faults.push({ key: 'list.sign.order' });
  return { site: written(site), version: version as number, issued: written(issued), expires: written(expires), faults };
}

const rfc3339 = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function timeOf(text: unknown, name: string, faults: InputFault[]): number | undefined {
  const ms = typeof text === 'string' ? parseRfc3339(text) : undefined;
  if (ms === undefined) faults.push({ key: 'list.sign.time', params: { name, found: shown(written(text)) } });
  return ms;
}

function entryFaults(input: Input, list: ListName): InputFault[] {
  const parsed = parseEntries(list, input.entries, Number.POSITIVE_INFINITY);
  if (parsed.ok) return [];
  return parsed.faults.map(({ index, path, code }) => {
    const line = input.lineOf(index);
    const key = path === '' ? ('list.input.entry' as const) : ('list.input.entry-field' as const);
    return { ...(line === undefined ? {} : { line }), key, params: { index, field: path, fault: code } };
  });
}

/** `FILE:LINE: what is wrong`, every one of them. */
function tellFaults(file: string, faults: readonly InputFault[], say: Words): void {
  const lines = faults.map(({ line, key, params = {} }) => {
    const fault = params['fault'];
    const words = fault === undefined ? params : { ...params, fault: say(`list.fault.${fault}` as Parameters<Words>[0]) };
    return `${printable(file)}${line === undefined ? '' : `:${line}`}: ${say(key, words)}`;
  });
  tell(...lines, say('list.sign.faults', { count: faults.length }));
  process.exitCode = EXIT.failed;
}

function contentOf(file: string, say: Words): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    tell(say('list.unreadable', { file, cause: error.message }));
    process.exitCode = EXIT.failed;
    return undefined;
  }
}

/** In one step: a reader may be watching the folder. */
function isWritten(file: string, content: string, say: Words): boolean {
  const aside = `${file}.${process.pid}.part`;
  try {
    writeFileSync(aside, content, { mode: MODE });
    renameSync(aside, file);
    return true;
  } catch (error) {
    rmSync(aside, { force: true });
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    tell(say('list.unwritable', { file, cause: error.message }));
    process.exitCode = EXIT.failed;
    return false;
  }
}
