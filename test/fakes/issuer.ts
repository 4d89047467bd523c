// A school's issuer for tests: an Ed25519 key, the trust file and site key that its readers have, and what it signs with them.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ListName } from '../../src/admission/ports.ts';
import { type Pass, signPass } from '../../src/commands/pass/code.ts';
import type { PassOrder } from '../../src/commands/pass/order.ts';
import { signJws } from '../../src/system/jws.ts';
import { pseudonyms, publicJwk } from '../../src/system/secrets.ts';

export const SITE = 'thcs-phung-cong';
const GATE = 'cong-chinh';

export interface ListOrder {
  readonly site?: string;
  readonly version?: number;
  /** RFC 3339. */
  readonly issued?: string;
  readonly expires?: string;
  /** Instead of the issuer's own. */
  readonly key?: KeyObject;
}

export interface Issuer {
  readonly key: KeyObject;
  /** Folder of signed lists. */
  readonly lists: string;
  /** A configuration file of a reader that trusts this issuer, with these further keys. */
  config(more?: Readonly<Record<string, unknown>>): string;
  /** A signed list as its issuer publishes it. */
  list(name: ListName, entries: readonly object[], order?: ListOrder): string;
  /** Puts it into the folder of lists. */
  publish(name: ListName, entries: readonly object[], order?: ListOrder): void;
  pass(order?: Partial<PassOrder>): Pass & { readonly ref: string };
  /** How the site's readers call who presents this. */
  ref(kind: string, identifier: string | Uint8Array): string;
}

export const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

/** Everything in `folder`. */
export function makeIssuer(folder: string): Issuer {
  const key = newKey();
  const [issuers, lists, siteKeyFile] = [join(folder, 'trust.json'), join(folder, 'lists'), join(folder, 'site.key')];
  const siteKey = Buffer.alloc(32, 7);
  mkdirSync(lists, { recursive: true });
  writeFileSync(issuers, JSON.stringify({ keys: [publicJwk(key)] }));
  writeFileSync(siteKeyFile, siteKey, { mode: 0o600 });
  const { ref } = pseudonyms(siteKey);
  const list: Issuer['list'] = (name, entries, order = {}) => {
    const { site = SITE, version = 1, issued = '2026-11-20T06:00:00+07:00', expires = '2027-06-01T00:00:00+07:00' } = order;
    return signJws(JSON.stringify({ list: name, site, version, issued, expires, entries }), order.key ?? key);
  };
  return {
    key,
    lists,
    ref,
    list,
    config(more = {}) {
      const file = join(folder, 'gate-reader.yaml');
      const own = { language: 'en', site: SITE, reader: 'cong-chinh-1', gate: GATE, scanners: [{ id: 'stdin', kind: 'stdin' }] };
      writeFileSync(file, JSON.stringify({ ...own, trust: { issuers, lists }, privacy: { siteKeyFile }, ...more }));
      return file;
    },
    publish: (name, entries, order) => writeFileSync(join(lists, `${name}.jws`), list(name, entries, order)),
    pass(order = {}) {
      const day = { from: Date.parse('2026-11-20T00:00:00+07:00') / 1000, until: Date.parse('2026-11-30T00:00:00+07:00') / 1000 };
      const made = signPass({ name: 'Nguyễn Văn Mẫu', kind: 'visitor', gates: [], once: false, ...day, ...order }, SITE, key);
      return { ...made, ref: ref('pass', made.cti) };
    },
  };
}
