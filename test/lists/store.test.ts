// lists.db: a swap is whole, and what happens to a file that is damaged, foreign or cannot be written.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';

import { eventually } from '../fakes/eventually.ts';
import { pupil, pupils, refOf } from './issuer.ts';
import { folder, issuer, offered, open, put } from './opened.ts';

describe('a swap', () => {
  test('of 50,000 entries is seen whole or not at all, and no look-up fails meanwhile', async () => {
    const here = open();
    await offered(here, 'roster', await issuer.list('roster', 1, pupils(50_000, 'v1')));
    const next = offered(here, 'roster', await issuer.list('roster', 2, pupils(50_000, 'v2')));
    const state = { done: false };
    const ended = next.then(() => (state.done = true));
    const seen: string[] = [];
    let looks = 0;
    while (!state.done) {
      const labels = [0, 24_999, 49_999].map((index) => here.lists.rosterEntry(refOf(index))?.label);
      looks += 1;
      for (const label of labels) if (seen.at(-1) !== label) seen.push(String(label));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
    // Once v2 was seen v1 never comes back, and nobody is ever missing.
    expect([seen[0], seen.at(-1), seen.length]).toEqual(['v1', 'v2', 2]);
    expect(looks).toBeGreaterThan(100);
    const count = new Database(here.database, { readonly: true });
    onTestFinished(() => void count.close());
    expect(count.prepare('SELECT count(*), min(body) = max(body) FROM roster').raw().get()).toEqual([50_000, 1]);
    expect(here.lists.rosterEntry(refOf(50_000))).toBeUndefined();
  });

  test('leaves no log behind: what is told as taken is in the file itself', async () => {
    const here = open();
    await offered(here, 'roster', await issuer.list('roster', 1, pupils(1_000)));
    // From now on a reader has it open, so that closing the writer settles nothing.
    await offered(here, 'roster', await issuer.list('roster', 2, pupils(1_001)));
    const copy = join(folder(), 'lists.db');
    writeFileSync(copy, readFileSync(here.database));
    const database = new Database(copy, { readonly: true });
    onTestFinished(() => void database.close());
    expect(database.prepare('SELECT count(*) FROM roster').pluck().get()).toBe(1_001);
  });
});

describe('a damaged lists.db', () => {
  test('found at the start is set aside; the folder fills the new one', async () => {
    const path = folder();
    put(path, 'roster', await issuer.list('roster', 5, [pupil(5)]));
    const dataFolder = folder();
    writeFileSync(join(dataFolder, 'lists.db'), 'no database at all, but long enough to be looked at as one'.repeat(20));
    const here = open({ folder: path, dataFolder });
    await eventually('the list', () => here.lists.rosterEntry(refOf(5)));
    expect(here.told.filter((line) => line === 'set aside')).toHaveLength(1);
    expect(readFileSync(join(dataFolder, 'lists.db.damaged'), 'utf8')).toMatch(/^no database/);
  });

  test('found by a look-up is set aside, everything is asked for again and taken again', async () => {
    const here = open();
    const roster = await issuer.list('roster', 5, pupils(2_000));
    await offered(here, 'roster', roster.slice());
    await here.lists.close();
    const bytes = readFileSync(here.database);
    bytes.fill(0x5a, 4096 * 6);
    writeFileSync(here.database, bytes);
    const again = open({ dataFolder: here.dataFolder });
    for (let index = 0; index < 2_000; index += 1) again.lists.rosterEntry(refOf(index));
    await eventually('to be asked again', () => again.told.includes('ask again'));
    expect(again.told).toEqual(['set aside', 'ask again']);
    expect(await offered(again, 'roster', roster)).toBe('taken');
    expect(again.lists.rosterEntry(refOf(1_999))).toEqual(pupil(1_999));
  });

  test('that came about unseen is set aside by the worker, which takes the list all the same', async () => {
    const here = open();
    writeFileSync(here.database, 'no database at all, but long enough to be looked at as one'.repeat(20));
    expect(await offered(here, 'revoked', await issuer.list('revoked', 1, [{ ref: refOf(1) }]))).toBe('taken');
    expect(here.told).toEqual(['set aside', 'taken revoked 1']);
    expect(here.lists.isRevoked(refOf(1))).toBe(true);
  });

  test('of another program is set aside at the start', async () => {
    const dataFolder = folder();
    const foreign = new Database(join(dataFolder, 'lists.db'));
    foreign.exec('CREATE TABLE theirs(a)');
    foreign.close();
    const here = open({ dataFolder });
    await eventually('to be set aside', () => here.told.includes('set aside'));
    expect(await offered(here, 'revoked', await issuer.list('revoked', 1, [{ ref: refOf(1) }]))).toBe('taken');
    expect(here.lists.isRevoked(refOf(1))).toBe(true);
  });
});

describe('a disk that does not take a list', () => {
  test('stored-failed: told once, with a fault until it works; the list before stays', async () => {
    const here = open();
    await offered(here, 'revoked', await issuer.list('revoked', 1, [{ ref: refOf(1) }]));
    const locker = new Database(here.database);
    onTestFinished(() => void locker.close());
    locker.exec('CREATE TRIGGER full BEFORE INSERT ON revoked BEGIN SELECT RAISE(ABORT, "no room"); END');
    const next = await issuer.list('revoked', 2, [{ ref: refOf(2) }]);
    expect(await offered(here, 'revoked', next.slice())).toBe('stored-failed');
    expect(await offered(here, 'revoked', next.slice())).toBe('stored-failed');
    await eventually('the fault', () => here.told.includes('fault'));
    expect([here.lists.isRevoked(refOf(1)), here.lists.isRevoked(refOf(2))]).toEqual([true, false]);
    locker.exec('DROP TRIGGER full');
    here.lists.recheck();
    expect(await offered(here, 'revoked', next)).toBe('taken');
    await eventually('the end of the fault', () => here.told.includes('works'));
    expect(here.told.filter((line) => line.startsWith('refused'))).toEqual(['refused revoked 2 stored-failed']);
  });
});

test('lists.db holds no more of a list than its entries: the hash is of the bytes', async () => {
  const here = open();
  const bytes = await issuer.list('revoked', 1, []);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await offered(here, 'revoked', bytes);
  const database = new Database(here.database, { readonly: true });
  onTestFinished(() => void database.close());
  expect(database.prepare('SELECT sha256, kid, version FROM list').get()).toEqual({ sha256, kid: issuer.kid, version: 1 });
});
