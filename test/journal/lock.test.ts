// One daemon for one data folder, whatever way the one before ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isLocked, lockData, readHolder } from '../../src/journal/lock.ts';
import { anyText, matching } from '../fakes/like.ts';
import { dataFolder } from '../fakes/record.ts';

const CHILD = fileURLToPath(new URL('lock.child.ts', import.meta.url));

async function holding(as: 'daemon' | 'ask', folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CHILD, as, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('locked\n');
  return child;
}

describe('lockData', () => {
  test('takes a folder that nobody has, and leaves word who has it', () => {
    const folder = dataFolder();
    const locked = lockData(folder);
    expect('lock' in locked).toBe(true);
    expect(readHolder(folder)).toEqual({ pid: process.pid, since: matching(/^\d{4}-.*Z$/) });
    expect(isLocked(folder)).toBe(true);
    if ('lock' in locked) locked.lock.release();
    expect([isLocked(folder), readHolder(folder)]).toEqual([false, undefined]);
  });

  test('names the daemon that has it', async () => {
    const folder = dataFolder();
    const child = await holding('daemon', folder);
    expect(lockData(folder)).toEqual({ holder: { pid: child.pid, since: anyText() } });
    expect(isLocked(folder)).toBe(true);
  });

  test('takes the folder of a daemon that was killed', async () => {
    const folder = dataFolder();
    const child = await holding('daemon', folder);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(readHolder(folder)).toMatchObject({ pid: child.pid });
    expect(isLocked(folder)).toBe(false);
    const locked = lockData(folder);
    expect('lock' in locked).toBe(true);
    if ('lock' in locked) locked.lock.release();
  });

  test('waits for somebody who only asks', async () => {
    const folder = dataFolder();
    writeFileSync(join(folder, 'lock.db'), '');
    await holding('ask', folder);
    const locked = lockData(folder);
    expect('lock' in locked).toBe(true);
    if ('lock' in locked) locked.lock.release();
  });
});

test('isLocked makes no file: one of root’s could keep the daemon’s user out', () => {
  const folder = dataFolder();
  expect(isLocked(folder)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('readHolder of a word that is none is undefined', () => {
  const folder = dataFolder();
  writeFileSync(join(folder, 'daemon.json'), '{"pid":"1"}');
  expect(readHolder(folder)).toBeUndefined();
});
