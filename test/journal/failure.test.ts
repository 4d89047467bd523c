// A disk that refuses: the gate is told, nothing half-done stays, and every later scan tries again.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { anyText, containing } from '../fakes/like.ts';
import { dataFolder, openRecord, rowsOf } from '../fakes/record.ts';

const CHILD = fileURLToPath(new URL('full.child.ts', import.meta.url));

interface Answer {
  readonly answer: { readonly ok: boolean; readonly message?: string };
  readonly faults: readonly string[];
}

/** A journal in a child whose files may grow to `bytes`. SIGXFSZ is ignored, so that a write fails as on a full disk. */
function limited(folder: string, bytes: number) {
  const script = `trap '' XFSZ; exec prlimit --fsize=${bytes}:unlimited "$0" "$@"`;
  const child = spawn('sh', ['-c', script, process.execPath, CHILD, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(command: 'scan' | 'retry'): Promise<Answer> {
      child.stdin.write(`${command}\n`);
      return JSON.parse(String((await lines.next()).value)) as Answer;
    },
    giveRoom: () => execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']),
    async end() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

const isWhole = (file: string) =>
  rowsOf(file).every(({ sequence, body }, index) => sequence === index + 1 && body.toString().endsWith('}}'));

/** Scans until there is no room at all: the first failures make some, by what closing the file gives back. Counts what was recorded. */
async function fill(journal: ReturnType<typeof limited>): Promise<{ recorded: number; last: Answer }> {
  let [recorded, failures] = [0, 0];
  for (;;) {
    const last = await journal.ask('scan');
    recorded += last.answer.ok ? 1 : 0;
    failures = last.answer.ok ? 0 : failures + 1;
    if (failures === 3) return { recorded, last };
  }
}

const regained = (rows: ReturnType<typeof rowsOf>) => rows.filter(({ body }) => body.includes('"state":"regained"'));

describe('SqliteJournal on a full disk', () => {
  test('says so once, records exactly what it said it recorded, and recovers by itself with the next scan', async () => {
    const folder = dataFolder();
    const file = `${folder}/journal.db`;
    const journal = limited(folder, 120_000);
    const { recorded, last } = await fill(journal);
    expect(recorded).toBeGreaterThan(3);
    expect(last.answer.message).toMatch(/^SQLITE_(FULL|IOERR)/);
    // Lost, regained, lost again: on changes only, however many scans failed.
    expect(last.faults.length % 2).toBe(1);
    expect((await journal.ask('scan')).faults).toHaveLength(last.faults.length);
    journal.giveRoom();
    expect((await journal.ask('scan')).answer.ok).toBe(true);
    expect((await journal.ask('scan')).faults.at(-1)).toBe('works again');
    await journal.end();
    const rows = rowsOf(file);
    expect(rows.length - regained(rows).length).toBe(recorded + 2);
    expect(regained(rows)).toHaveLength((last.faults.length + 1) / 2);
    expect(isWhole(file)).toBe(true);
  });

  test('retry recovers a gate that nobody uses', async () => {
    const journal = limited(dataFolder(), 120_000);
    const { last } = await fill(journal);
    expect(last.faults.at(-1)).not.toBe('works again');
    journal.giveRoom();
    expect((await journal.ask('retry')).faults.at(-1)).toBe('works again');
  });
});

describe('SqliteJournal whose file goes away', () => {
  test('a deleted file: the next scan is recorded in a new one, and the new epoch is told', () => {
    const record = openRecord();
    record.scan(1);
    const before = record.journal.epoch;
    for (const suffix of ['', '-wal', '-shm']) rmSync(record.file + suffix, { force: true });
    expect(record.scan(2)).toEqual({ ok: true, sequence: 1 });
    expect(rowsOf(record.file)).toHaveLength(1);
    expect(record.journal.epoch).not.toBe(before);
    expect(record.setAside).toEqual([{ file: record.file, fault: containing('replaced'), epoch: record.journal.epoch }]);
  });

  test('a folder that is moved away and back: refused meanwhile, then goes on in the same journal', () => {
    const record = openRecord();
    record.scan(1);
    const epoch = record.journal.epoch;
    renameSync(record.folder, `${record.folder}.away`);
    expect(record.scan(2)).toMatchObject({ ok: false });
    expect(record.scan(3)).toMatchObject({ ok: false });
    expect(record.faults).toHaveLength(1);
    expect(record.journal.writable()).toBe(false);
    renameSync(`${record.folder}.away`, record.folder);
    expect(record.scan(4)).toMatchObject({ ok: true });
    expect(record.journal.epoch).toBe(epoch);
    expect(record.faults.at(-1)).toBeUndefined();
    expect(record.setAside).toEqual([]);
    expect(isWhole(record.file)).toBe(true);
  });

  test('a folder that cannot be used at the start: opens, refuses, and recovers', () => {
    const folder = dataFolder();
    const record = openRecord({ folder });
    record.journal.close();
    renameSync(record.file, `${record.file}.away`);
    mkdirSync(record.file);
    const broken = openRecord({ folder });
    expect(broken.scan(1)).toMatchObject({ ok: false });
    rmSync(record.file, { recursive: true });
    renameSync(`${record.file}.away`, record.file);
    expect(broken.scan(2)).toMatchObject({ ok: true });
    expect(broken.faults).toEqual([anyText(), undefined]);
  });
});
