// Lists under test: a data folder, a clock that a test sets, the real worker, and everything that was told, in order.

import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { type ListHooks, openLists } from '../../src/lists/lists.ts';
import { reasonText } from '../../src/lists/refusal.ts';
import type { PublicJwk } from '../../src/system/secrets.ts';
import { makeIssuer, NOW_MS, SITE } from './issuer.ts';

export const issuer = await makeIssuer();

/** A temporary folder that goes with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'gate-reader-lists-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface Setup {
  readonly dataFolder?: string;
  readonly folder?: string;
  readonly issuers?: readonly PublicJwk[];
  readonly site?: string;
}

/** Open lists with all that they told, in order, and a clock that a test sets. */
export function open({ dataFolder = folder(), issuers = [issuer.jwk], site = SITE, ...rest }: Setup = {}) {
  const told: string[] = [];
  const clock = { nowMs: NOW_MS };
  let listed: readonly PublicJwk[] = [];
  const hooks: ListHooks = {
    taken: (list, version) => told.push(`taken ${list} ${version}`),
    refused: (list, refusal) => told.push(`refused ${list} ${refusal.version ?? '-'} ${reasonText(refusal)}`),
    keys: (keys) => {
      listed = keys;
      told.push(`keys ${keys.length}`);
    },
    askAgain: () => told.push('ask again'),
    setAside: () => told.push('set aside'),
    fault: (message) => told.push(message === undefined ? 'works' : 'fault'),
  };
  const lists = openLists(
    { dataFolder, site, now: () => clock.nowMs, issuers: () => [...issuers, ...listed], roots: () => issuers, ...rest },
    hooks,
  );
  onTestFinished(() => lists.close());
  return { lists, told, clock, dataFolder, database: join(dataFolder, 'lists.db') };
}

/** The outcome of an offer in a word. */
export async function offered({ lists }: ReturnType<typeof open>, name: string, bytes: Uint8Array): Promise<string> {
  const outcome = await lists.offer(name, bytes);
  return outcome.outcome === 'refused' ? reasonText(outcome.refusal) : outcome.outcome;
}

/** Puts a file into a folder whole, with a time well past: nobody writes it any more. */
export function put(path: string, list: string, bytes: Uint8Array): void {
  const aside = join(path, `.${list}`);
  writeFileSync(aside, bytes);
  utimesSync(aside, 1_700_000_000 + bytes.length, 1_700_000_000);
  renameSync(aside, join(path, `${list}.jws`));
}
