// Lists for a command that looks: of the folder and the data folder's copy the higher version, and nothing that is not proven.

import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { type LoadedLists, type LoadOptions, loadLists } from '../../src/lists/loaded.ts';
import { openLists } from '../../src/lists/lists.ts';
import { at, makeIssuer, NOW_MS, pupil, refOf, SITE } from './issuer.ts';

const issuer = await makeIssuer();

function folder(files: Readonly<Record<string, Uint8Array>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'gate-reader-loaded-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [list, bytes] of Object.entries(files)) writeFileSync(join(path, `${list}.jws`), bytes);
  return path;
}

function loaded(options: Partial<LoadOptions>): LoadedLists {
  const lists = loadLists({ site: SITE, issuers: [issuer.jwk], atMs: NOW_MS, ...options });
  onTestFinished(() => lists.close());
  return lists;
}

/** A data folder in which a daemon has taken these lists over. */
async function stored(offers: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const dataFolder = folder();
  const ignore = (): void => undefined;
  const hooks = { taken: ignore, refused: ignore, keys: ignore, askAgain: ignore, setAside: ignore, fault: ignore };
  const lists = openLists(
    { dataFolder, site: SITE, now: () => NOW_MS, issuers: () => [issuer.jwk], roots: () => [issuer.jwk] },
    hooks,
  );
  for (const [list, bytes] of Object.entries(offers)) expect((await lists.offer(list, bytes)).outcome).toBe('taken');
  await lists.close();
  return dataFolder;
}

describe('loadLists', () => {
  test('answers from the folder alone', async () => {
    const lists = loaded({
      folder: folder({
        roster: await issuer.list('roster', 7, [pupil(1), pupil(2)]),
        revoked: await issuer.list('revoked', 3, [{ ref: refOf(2) }]),
        policy: await issuer.list('policy', 1, [{ holder: 'pupil', gates: ['g'] }]),
      }),
    });
    expect(lists.info('roster', NOW_MS)?.version).toBe(7);
    expect([lists.rosterEntry(refOf(1)), lists.rosterEntry(refOf(3))]).toEqual([pupil(1), undefined]);
    expect([lists.isRevoked(refOf(1)), lists.isRevoked(refOf(2))]).toEqual([false, true]);
    expect([lists.holderPolicy('pupil'), lists.holderPolicy('staff')]).toEqual([{ gates: ['g'] }, undefined]);
    expect([...lists.roster()].map(({ ref }) => ref)).toEqual([refOf(1), refOf(2)]);
  });

  test('takes the higher version of folder and data folder, each list for itself', async () => {
    const lists = loaded({
      dataFolder: await stored({
        roster: await issuer.list('roster', 8, [pupil(8)]),
        revoked: await issuer.list('revoked', 2, [{ ref: refOf(2) }]),
      }),
      folder: folder({
        roster: await issuer.list('roster', 7, [pupil(7)]),
        revoked: await issuer.list('revoked', 3, [{ ref: refOf(3) }]),
      }),
    });
    expect([lists.rosterEntry(refOf(8))?.ref, lists.rosterEntry(refOf(7))]).toEqual([refOf(8), undefined]);
    expect([lists.isRevoked(refOf(2)), lists.isRevoked(refOf(3))]).toEqual([false, true]);
    expect([...lists.roster()].map(({ ref }) => ref)).toEqual([refOf(8)]);
  });

  test('counts as absent what is untrusted, for another site, over, cut, too large or not there', async () => {
    const stranger = await makeIssuer();
    const entries = [pupil(1)];
    const sound = await issuer.list('roster', 1, entries);
    for (const bytes of [
      await stranger.list('roster', 1, entries),
      await issuer.list('roster', 1, entries, { site: 'another' }),
      await issuer.list('roster', 1, entries, { expires: at(-0.5) }),
      sound.subarray(0, sound.length / 2),
    ]) {
      const lists = loaded({ folder: folder({ roster: bytes }) });
      expect([lists.info('roster', NOW_MS), lists.rosterEntry(refOf(1))]).toEqual([undefined, undefined]);
    }
    const large = folder({ roster: sound });
    truncateSync(join(large, 'roster.jws'), 100 * 1024 * 1024);
    expect(loaded({ folder: large }).rosterEntry(refOf(1))).toBeUndefined();
    expect(loaded({ folder: join(large, 'none'), dataFolder: large }).info('roster', NOW_MS)).toBeUndefined();
    expect(loaded({}).isRevoked(refOf(1))).toBe(false);
    expect(loaded({ folder: folder({ roster: sound }) }).rosterEntry(refOf(1))).toEqual(pupil(1));
  });

  test('trusts keys that the folder’s keys list adds, and tells them', async () => {
    const next = await makeIssuer();
    const lists = loaded({
      folder: folder({ keys: await issuer.list('keys', 1, [next.jwk]), roster: await next.list('roster', 1, [pupil(1)]) }),
    });
    expect(lists.keys).toEqual([next.jwk]);
    expect(lists.rosterEntry(refOf(1))).toEqual(pupil(1));
  });

  test('answers for another time: over then, and not refused for being asked about the past', async () => {
    const path = folder({ roster: await issuer.list('roster', 1, [pupil(1)]) });
    expect(loaded({ folder: path, atMs: Date.parse(at(29)) }).rosterEntry(refOf(1))).toBeUndefined();
    expect(loaded({ folder: path, atMs: Date.parse(at(-20)) }).rosterEntry(refOf(1))).toEqual(pupil(1));
  });
});
