// A commit whose flush fails is written all the same: what was answered with a failure must not be there after a crash.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildMeddler, FAILING_FLUSHES, Meddler, SOUND, unableToMeddle } from '../../scripts/faults/meddler.ts';
import { dataFolder, openRecord, rowsOf } from '../fakes/record.ts';

const CHILD = fileURLToPath(new URL('full.child.ts', import.meta.url));

/** A journal in a child whose disk fails as it is told. */
function onBadDisk(folder: string) {
  const tools = dataFolder();
  const meddler = new Meddler({ library: buildMeddler(tools), file: join(tools, 'orders'), meddled: folder });
  const environment = { ...process.env, ...meddler.environment };
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['pipe', 'pipe', 'inherit'], env: environment });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(async () => {
    await kill();
    meddler.close();
  });
  return {
    meddler,
    kill,
    async scan(): Promise<boolean> {
      child.stdin.write('scan\n');
      const { answer } = JSON.parse(String((await lines.next()).value)) as { readonly answer: { readonly ok: boolean } };
      return answer.ok;
    },
  };
}

describe.skipIf(unableToMeddle() !== undefined)('SqliteJournal on a disk that fails to flush', () => {
  test('what was answered with a failure is not there after a crash, and what comes later is', async () => {
    const folder = realpathSync(dataFolder());
    const disk = onBadDisk(folder);
    expect(await disk.scan()).toBe(true);
    disk.meddler.order(FAILING_FLUSHES);
    expect([await disk.scan(), await disk.scan()]).toEqual([false, false]);
    expect(disk.meddler.read('failedSyncs')).toBeGreaterThanOrEqual(2);
    await disk.kill();
    const { journal, file } = openRecord({ folder });
    expect(journal.sequence).toBe(1);
    expect(rowsOf(file)).toHaveLength(1);
  });

  test('once it flushes again the next scan is recorded', async () => {
    const folder = realpathSync(dataFolder());
    const disk = onBadDisk(folder);
    expect(await disk.scan()).toBe(true);
    disk.meddler.order(FAILING_FLUSHES);
    expect(await disk.scan()).toBe(false);
    disk.meddler.order(SOUND);
    expect(await disk.scan()).toBe(true);
    await disk.kill();
    const { setAside, file } = openRecord({ folder });
    expect(setAside).toEqual([]);
    // Both scans, and the word that the journal works again.
    expect(rowsOf(file)).toHaveLength(3);
  });
});
