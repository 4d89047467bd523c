// `doctor` on data folders, journals and keys with one thing wrong at a time.

import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockData } from '../../../src/journal/lock.ts';
import { CursorFile } from '../../../src/uplink/cursors.ts';
import { containing } from '../../fakes/like.ts';
import { dataFolder, openRecord, rewrite } from '../../fakes/record.ts';
import { configured, examine, only } from './examine.ts';

describe('doctor, what is kept', () => {
  test('a data folder that others can open', async () => {
    const data = dataFolder();
    chmodSync(data, 0o755);
    expect(await only('data', {}, data)).toMatchObject({
      status: 'warning',
      found: containing('mode 0755'),
      cure: `chmod 700 ${data}`,
    });
  });

  test('a data folder that is a file, or below one', async () => {
    const file = join(dataFolder(), 'file');
    writeFileSync(file, '');
    expect(await only('data', {}, file)).toMatchObject({ status: 'failure' });
    expect(await only('data', {}, join(file, 'below'))).toMatchObject({ status: 'failure' });
  });

  test('a data folder in memory does not survive a restart', async () => {
    const { of } = await examine(['--config', await configured(), '--data', '/dev/shm/gate-reader-none']);
    expect(of('disk')).toMatchObject({ status: 'warning', found: containing('tmpfs') });
  });

  test('a running daemon is named, and a killed one is not', async () => {
    const data = dataFolder();
    const locked = lockData(data);
    onTestFinished(() => ('lock' in locked ? locked.lock.release() : undefined));
    expect(await only('lock', {}, data)).toMatchObject({ status: 'ok', found: containing(`pid ${process.pid}`) });
    if ('lock' in locked) locked.lock.release();
    expect(await only('lock', {}, data)).toMatchObject({ status: 'ok', found: 'no daemon runs on this data' });
  });

  test('a sound journal is counted, beside the daemon that writes it', async () => {
    const record = openRecord();
    for (const index of [1, 2, 3]) record.scan(index);
    expect(await only('journal', {}, record.folder)).toMatchObject({ status: 'ok', found: 'sound, 3 events' });
  });

  test('a journal whose newest events were changed', async () => {
    const record = openRecord();
    for (const index of [1, 2, 3]) record.scan(index);
    rewrite(record.file, 2, (text) => text.replace('granted', 'denied'));
    expect(await only('journal', {}, record.folder)).toMatchObject({
      status: 'failure',
      found: 'damaged: the chain is broken before event 3',
    });
  });

  test('a damaged journal, and one that was set aside before', async () => {
    const record = openRecord();
    record.scan(1);
    record.journal.close();
    writeFileSync(record.file, 'x'.repeat(9_000));
    expect(await only('journal', {}, record.folder)).toMatchObject({ status: 'failure', found: 'damaged: SQLITE_NOTADB' });
    renameSync(record.file, join(record.folder, 'damaged-2026-journal.db'));
    openRecord({ folder: record.folder }).scan(1);
    expect(await only('journal', {}, record.folder)).toMatchObject({
      status: 'warning',
      found: containing('damaged-2026-journal.db (not yet sent to the end, 0 so far)'),
      cure: containing('leave them there'),
    });
    const cursors = new CursorFile(record.folder, () => undefined);
    cursors.saveLeftover('damaged-2026-journal.db', { through: 9, sent: 7, unreadable: 2, finished: true });
    cursors.close();
    expect(await only('journal', {}, record.folder)).toMatchObject({
      status: 'warning',
      found: containing('damaged-2026-journal.db (7 events sent from it, at least 2 cannot be read)'),
      cure: containing('then move them away'),
    });
  });

  test('keys: sound ones, one that others can read, one that is no key - and nothing of what is in them', async () => {
    const { folder } = openRecord();
    writeFileSync(join(folder, 'site.key'), 'S'.repeat(32), { mode: 0o600 });
    expect(await only('keys', {}, folder)).toMatchObject({ status: 'ok' });
    chmodSync(join(folder, 'site.key'), 0o644);
    expect(await only('keys', {}, folder)).toMatchObject({
      status: 'failure',
      found: containing('others can read'),
    });
    chmodSync(join(folder, 'site.key'), 0o600);
    writeFileSync(join(folder, 'site.key'), 'SSSS');
    const found = await only('keys', {}, folder);
    expect(found).toMatchObject({ status: 'failure', found: containing('not the key it should be') });
    expect(JSON.stringify(found)).not.toContain('SSSS');
    rmSync(join(folder, 'site.key'));
    expect(await only('keys', {}, folder)).toMatchObject({
      status: 'ok',
      found: containing('is made at the first start'),
    });
  });
});
