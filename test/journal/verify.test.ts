// The proof: what is whole is proved, and each way to change a record is found at its first bad event.

import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hashOf, readChain } from '../../src/journal/chain.ts';
import { openForReading } from '../../src/journal/database.ts';
import { makeSeal, sealHolds } from '../../src/journal/seal.ts';
import { prove, type Proof } from '../../src/journal/verify.ts';
import { jwkThumbprint, readerKey } from '../../src/system/secrets.ts';
import { openRecord, type Record, rewrite, rowsOf, tamper } from '../fakes/record.ts';

/** Twelve events: ten scans, their seal, one more scan. */
function sealedRecord(): Record {
  const record = openRecord();
  for (let index = 1; index <= 10; index++) record.scan(index);
  record.journal.seal(record.clock.describe(record.clock.read()));
  record.scan(11);
  record.journal.close();
  return record;
}

function proofOf({ file, folder }: Record, key: KeyObject | undefined = createPublicKey(readerKey(folder))): Proof {
  const connection = openForReading(file);
  try {
    const chain = readChain(connection);
    if (!chain) throw new Error('no chain');
    return prove(connection, chain, key, () => undefined);
  } finally {
    connection.close();
  }
}

/** Attaches every event after `sequence` to the one before it again, as a forger without the key would. */
function rechain(file: string, sequence: number): void {
  for (const { sequence: next } of rowsOf(file).filter((row) => row.sequence > sequence)) {
    const before = rowsOf(file).find((row) => row.sequence === next - 1);
    rewrite(file, next, (text) => text.replace(/"prevhash":"[^"]*"/, `"prevhash":"${before ? hashOf(before.body) : ''}"`));
  }
}

describe('prove', () => {
  test('a whole journal, with what no seal covers yet', () => {
    expect(proofOf(sealedRecord())).toEqual({ ok: true, rows: 12, seals: 1, unsealed: 1 });
  });

  test('an empty journal', () => {
    const record = openRecord();
    record.journal.close();
    expect(proofOf(record)).toEqual({ ok: true, rows: 0, seals: 0, unsealed: 0 });
  });

  test('tells how far it is', () => {
    const record = sealedRecord();
    const connection = openForReading(record.file);
    const chain = readChain(connection);
    const told: number[] = [];
    if (chain) prove(connection, chain, undefined, (rows) => told.push(rows));
    connection.close();
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test.each<[string, (file: string) => void, { sequence: number; fault: string }]>([
    [
      'a removed event',
      (file) => tamper(file, (db) => void db.exec('DELETE FROM event WHERE sequence = 4')),
      { sequence: 4, fault: 'gap' },
    ],
    [
      'a removed beginning',
      (file) => tamper(file, (db) => void db.exec('DELETE FROM event WHERE sequence < 4')),
      { sequence: 1, fault: 'gap' },
    ],
    ['bytes that are no JSON', (file) => rewrite(file, 4, () => 'x'), { sequence: 4, fault: 'not-an-event' }],
    ['JSON that is no event', (file) => rewrite(file, 4, () => '5'), { sequence: 4, fault: 'not-an-event' }],
    ['null', (file) => rewrite(file, 4, () => 'null'), { sequence: 4, fault: 'not-an-event' }],
    [
      'another epoch',
      (file) => rewrite(file, 4, (text) => text.replace(/"epoch":"./, '"epoch":"f')),
      { sequence: 4, fault: 'wrong-epoch' },
    ],
    [
      'another number',
      (file) => rewrite(file, 4, (text) => text.replace('"000000000004"', '"000000000005"')),
      { sequence: 4, fault: 'wrong-sequence' },
    ],
    [
      'a changed verdict',
      (file) => rewrite(file, 4, (text) => text.replace('granted', 'denied')),
      { sequence: 4, fault: 'changed' },
    ],
    [
      'a changed first event',
      (file) => rewrite(file, 1, (text) => text.replace('"in"', '"out"')),
      { sequence: 1, fault: 'changed' },
    ],
    [
      'an event before the last one changed',
      (file) => rewrite(file, 11, (text) => text.replace('"time":"2', '"time":"3')),
      { sequence: 11, fault: 'changed' },
    ],
    [
      'another hash of the event before',
      (file) => rewrite(file, 5, (text) => text.replace(/"prevhash":"./, '"prevhash":"_')),
      { sequence: 5, fault: 'wrong-prevhash' },
    ],
    [
      'a changed verdict with every event after it attached again',
      (file) => {
        rewrite(file, 4, (text) => text.replace('granted', 'denied'));
        rechain(file, 4);
      },
      { sequence: 11, fault: 'wrong-seal' },
    ],
    [
      'a seal without its signature',
      (file) => rewrite(file, 11, (text) => text.replace(/"seal":"[^"]*"/, '"seal":7')),
      { sequence: 11, fault: 'wrong-seal' },
    ],
    [
      'a seal without data',
      (file) => rewrite(file, 11, (text) => text.replace(/"data":.*$/, '"data":{}}')),
      { sequence: 11, fault: 'wrong-seal' },
    ],
    [
      'a last event that claims to be a seal',
      (file) => rewrite(file, 12, (text) => text.replace('gate.scan.v1', 'gate.seal.v1')),
      { sequence: 12, fault: 'wrong-seal' },
    ],
    [
      'a sealed end that is cut off',
      (file) => tamper(file, (db) => void db.exec('DELETE FROM event WHERE sequence > 9')),
      { sequence: 10, fault: 'end-missing' },
    ],
    [
      'everything removed',
      (file) => tamper(file, (db) => void db.exec('DELETE FROM event')),
      { sequence: 1, fault: 'end-missing' },
    ],
  ])('finds %s', (_, change, wanted) => {
    const record = sealedRecord();
    change(record.file);
    expect(proofOf(record)).toMatchObject({ ok: false, ...wanted });
  });

  test('a seal by another key is not this reader’s; without a key seals are counted only', () => {
    const record = sealedRecord();
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(proofOf(record, publicKey)).toEqual({ ok: false, rows: 10, sequence: 11, fault: 'wrong-seal' });
    const connection = openForReading(record.file);
    const chain = readChain(connection);
    expect(chain && prove(connection, chain, undefined, () => undefined)).toEqual({ ok: true, rows: 12, seals: 1, unsealed: 1 });
    connection.close();
  });
});

test('prove finds a seal over other events than those before it, also without a key', () => {
  const record = sealedRecord();
  rewrite(record.file, 11, (text) => text.replace('"to":"000000000010"', '"to":"000000000009"'));
  const connection = openForReading(record.file);
  const chain = readChain(connection);
  expect(chain && prove(connection, chain, undefined, () => undefined)).toMatchObject({
    ok: false,
    sequence: 11,
    fault: 'wrong-seal',
  });
  connection.close();
});

describe('SqliteJournal.seal', () => {
  test('closes what happened since the last seal, and nothing where nothing did', () => {
    const record = openRecord();
    const moment = () => record.clock.describe(record.clock.read());
    expect(record.journal.seal(moment())).toBeUndefined();
    record.scan(1);
    record.scan(2);
    expect(record.journal.unsealed).toBe(2);
    expect(record.journal.seal(moment())).toEqual({ ok: true, sequence: 3 });
    expect(record.journal.unsealed).toBe(0);
    expect(record.journal.seal(moment())).toBeUndefined();
    record.scan(3);
    expect(record.journal.seal(moment())).toEqual({ ok: true, sequence: 5 });
    const seals = rowsOf(record.file).map(
      ({ body }) => (JSON.parse(body.toString()) as { data: { from?: string; to?: string } }).data,
    );
    expect([seals[2], seals[4]]).toMatchObject([
      { from: '000000000001', to: '000000000002' },
      { from: '000000000003', to: '000000000004' },
    ]);
  });

  test('a restart knows what is sealed', () => {
    const record = sealedRecord();
    const again = openRecord({ folder: record.folder });
    expect(again.journal.unsealed).toBe(1);
    again.journal.seal(again.clock.describe(again.clock.read()));
    again.journal.close();
    expect(proofOf(record)).toEqual({ ok: true, rows: 13, seals: 2, unsealed: 0 });
    const third = openRecord({ folder: record.folder });
    expect(third.journal.unsealed).toBe(0);
  });
});

describe('sealHolds', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const run = { source: '/gates/a/b', epoch: 'e', from: '000000000001', to: '000000000002', hash: 'h' };
  const seal = makeSeal(run, privateKey, jwkThumbprint(publicKey));

  test('for exactly this run', () => {
    expect(sealHolds(seal, run, publicKey)).toBe(true);
    for (const key of Object.keys(run)) expect(sealHolds(seal, { ...run, [key]: 'x' }, publicKey), key).toBe(false);
  });

  test.each([[''], ['.'], ['..'], ['a.b.c'], [`${seal}.x`], [seal.slice(0, -4)], [seal.replace('.', '')]])(
    'never for %j',
    (text) => {
      expect(sealHolds(text, run, publicKey)).toBe(false);
    },
  );
});
