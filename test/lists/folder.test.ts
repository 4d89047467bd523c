// The folder of signed lists: read at the start, watched, and never a way around the rules.

import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { eventually } from '../fakes/eventually.ts';
import { bytesOf, makeIssuer, NOW_MS, pupil, pupils, refOf } from './issuer.ts';
import { folder, issuer, offered, open, put } from './opened.ts';

describe('the folder', () => {
  test('is read at the start, keys before what they signed', async () => {
    const path = folder();
    const next = await makeIssuer();
    put(path, 'keys', await issuer.list('keys', 1, [next.jwk]));
    put(path, 'roster', await next.list('roster', 1, [pupil(1)]));
    put(path, 'guests', bytesOf('nothing of ours'));
    const here = open({ folder: path });
    await here.lists.settled;
    expect(here.told).toEqual(
      ['taken keys 1', 'keys 1', 'taken roster 1'].toSorted((a, b) => here.told.indexOf(a) - here.told.indexOf(b)),
    );
    expect(here.lists.rosterEntry(refOf(1))).toEqual(pupil(1));
  });

  test('is watched: a file that comes, changes, or is put there bit by bit', async () => {
    const path = folder();
    const here = open({ folder: path });
    await here.lists.settled;
    put(path, 'roster', await issuer.list('roster', 1, [pupil(1)]));
    await eventually('version 1', () => here.lists.info('roster', NOW_MS)?.version === 1);
    const bytes = await issuer.list('roster', 2, pupils(500));
    const file = join(path, 'roster.jws');
    writeFileSync(file, bytes.subarray(0, bytes.length / 2));
    here.lists.recheck();
    // One list after the other: with this answer the half has been judged.
    await offered(here, 'revoked', await issuer.list('revoked', 1, []));
    writeFileSync(file, bytes);
    await eventually('version 2', () => here.lists.info('roster', NOW_MS)?.version === 2);
    expect(here.told).toEqual(['taken roster 1', 'taken revoked 1', 'taken roster 2']);
  });

  test('a file that stays cut is told of in the end', async () => {
    const path = folder();
    const bytes = await issuer.list('roster', 2, pupils(500));
    writeFileSync(join(path, 'roster.jws'), bytes.subarray(0, bytes.length / 2));
    const here = open({ folder: path });
    await here.lists.settled;
    expect(here.told).toEqual([]);
    await eventually('the refusal', () => here.told.length > 0);
    expect(here.told).toEqual(['refused roster - malformed']);
  });

  test('that is not there, or comes later, is no fault', async () => {
    const path = join(folder(), 'later');
    const here = open({ folder: path });
    await here.lists.settled;
    mkdirSync(path);
    put(path, 'revoked', await issuer.list('revoked', 1, []));
    here.lists.recheck();
    await eventually('the list', () => here.told.includes('taken revoked 1'));
  });

  test('a file of 100 MB is refused without being read', async () => {
    const path = folder();
    const file = join(path, 'roster.jws');
    closeSync(openSync(file, 'w'));
    truncateSync(file, 100 * 1024 * 1024);
    const here = open({ folder: path });
    const before = process.memoryUsage().rss;
    await here.lists.settled;
    expect(here.told).toEqual(['refused roster - too-large']);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
  });

  test('of the folder and the broker the higher version wins, and an older file is no news at each start', async () => {
    const path = folder();
    put(path, 'roster', await issuer.list('roster', 5, [pupil(5)]));
    const here = open({ folder: path });
    await here.lists.settled;
    expect(await offered(here, 'roster', await issuer.list('roster', 4, [pupil(4)]))).toBe('not-newer');
    expect(await offered(here, 'roster', await issuer.list('roster', 6, [pupil(6)]))).toBe('taken');
    await here.lists.close();
    const again = open({ folder: path, dataFolder: here.dataFolder });
    await again.lists.settled;
    expect(again.told).toEqual([]);
    put(path, 'roster', await issuer.list('roster', 3, [pupil(3)]));
    await eventually('the refusal', () => again.told.length > 0);
    expect(again.told).toEqual(['refused roster 3 not-newer']);
    expect(again.lists.rosterEntry(refOf(6))).toEqual(pupil(6));
  });
});
