// A journal that is damaged under the uplink: said so, with what was being read; nothing that is no event any more is sent.
import Database from 'better-sqlite3';
import { closeSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { upTo } from './centre.ts';
import { centre, journal, mosquitto, run } from './running.ts';
import { until } from './until.ts';
import type { TestJournal } from './journal.ts';

function change({ folder }: TestJournal, sql: string): void {
  const database = new Database(join(folder, 'journal.db'));
  database.exec(sql);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

const broken: readonly (readonly [string, string])[] = [
  ['zeros', 'zeroblob(300)'],
  ['noise', 'randomblob(300)'],
  ['an event whose end is missing', 'substr(body, 1, length(body) - 1)'],
  ['an event with a zero in it', "CAST(replace(CAST(body AS TEXT), 'granted', char(0)) || char(0) AS BLOB)"],
];

describe('the uplink', () => {
  test.each(broken)('sends no batch with %s in it, and says which rows it was reading', async (_, body) => {
    const rows = journal(5);
    change(rows, `UPDATE event SET body = ${body} WHERE sequence = 3`);
    const broker = await mosquitto();
    const listener = await centre(broker.url);
    const { damages, faults } = run(rows, { broker: broker.url });
    const suspicion = await until('a suspicion', () => damages[0]);
    expect(suspicion).toMatchObject({ epoch: 'epoch-1', rows: { from: 1, to: 5 } });
    await until('the fault', () => faults.some((fault) => fault?.includes('cannot be read for sending')));
    expect(listener.sequences()).toEqual([]);
  });

  test.each(broken)('sends no live event that is %s', async (_, body) => {
    const rows = journal();
    const broker = await mosquitto();
    const listener = await centre(broker.url);
    const { uplink, damages, links } = run(rows, { broker: broker.url });
    await until('the link', () => links.some(({ connected }) => connected));
    rows.append(2);
    change(rows, `UPDATE event SET body = ${body} WHERE sequence = 2`);
    uplink.appended(2);
    expect(await until('a suspicion', () => damages[0])).toMatchObject({ rows: { from: 2, to: 2 } });
    await until('the one before', () => listener.sequences().length > 0);
    expect(listener.sequences()).toEqual([1]);
  });

  test('says it of a file whose first page is gone, although that can’t say which journal it is', async () => {
    const rows = journal(5);
    change(rows, 'SELECT 1');
    const fd = openSync(join(rows.folder, 'journal.db'), 'r+');
    writeSync(fd, Buffer.alloc(512, 0xa5), 0, 512, 0);
    closeSync(fd);
    const { damages } = run(rows, { broker: 'mqtt://127.0.0.1:1' });
    expect(await until('a suspicion', () => damages[0])).toEqual({ epoch: '', fault: expect.stringMatching(/./) as string });
    expect(readFileSync(join(rows.folder, 'journal.db')).length).toBeGreaterThan(512);
  });

  test('suspects nothing of a file that is missing, and goes on when it is there', async () => {
    const rows = journal(5);
    const file = join(rows.folder, 'journal.db');
    change(rows, 'SELECT 1');
    renameSync(file, `${file}.away`);
    const broker = await mosquitto();
    const listener = await centre(broker.url);
    const { damages, faults } = run(rows, { broker: broker.url });
    await until('the fault', () => faults.some((fault) => fault?.includes('cannot be read for sending')));
    renameSync(`${file}.away`, file);
    await until('the events', () => listener.sequences().length === 5);
    expect(listener.sequences()).toEqual(upTo(5));
    expect(damages).toEqual([]);
  });
});
