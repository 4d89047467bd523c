// `journal stats`, and what every journal command does where there is nothing to read.

import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anyNumber } from '../fakes/like.ts';
import { dataFolder, openRecord, tamper } from '../fakes/record.ts';
import { morning } from './journal/morning.ts';
import { runProgram } from './program.ts';

describe('journal stats', () => {
  test('--json has every number', async () => {
    const record = morning();
    const { code, stdout } = await runProgram(['journal', 'stats', '--json', '--data', record.folder]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      epoch: record.journal.epoch,
      rows: 7,
      first: 1,
      last: 7,
      sent: 0,
      receipted: 0,
      backlog: { count: 7, oldestAgeSeconds: anyNumber() },
      sealedThrough: 6,
      prunedThrough: 0,
      bytes: anyNumber(),
    });
  });

  test('the backlog is what the configuration says: without receipts by what is sent, with them by what is stored', async () => {
    const record = morning();
    tamper(join(record.folder, 'uplink.db'), (database) => {
      database.exec('CREATE TABLE cursor(epoch TEXT PRIMARY KEY, sent INTEGER, receipted INTEGER)');
      database.prepare('INSERT INTO cursor VALUES (?, 5, 3)').run(record.journal.epoch);
    });
    const words = ['journal', 'stats', '--json', '--data', record.folder];
    expect(JSON.parse((await runProgram(words)).stdout)).toMatchObject({ sent: 5, receipted: 3, backlog: { count: 2 } });
    const environment = { GATE_READER__UPLINK__RECEIPTS: 'required' };
    expect(JSON.parse((await runProgram(words, { environment })).stdout)).toMatchObject({ backlog: { count: 4 } });
  });

  test('in words', async () => {
    const { stdout } = await runProgram(['journal', 'stats', '--data', morning().folder]);
    expect(stdout).toContain('7 events, 1 to 7\n');
    expect(stdout.split('\n')).toHaveLength(7);
  });
});

describe('every journal command', () => {
  test.each([['tail'], ['export'], ['verify'], ['stats']])(
    '%s without a journal says so: exit 1, nothing on standard output',
    async (name) => {
      const folder = dataFolder();
      const { code, stdout, stderr } = await runProgram(['journal', name, '--data', folder]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`There is no journal in ${folder}`);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test.each([['tail'], ['export'], ['verify'], ['stats']])('%s on a file that is no journal says so: exit 1', async (name) => {
    const folder = dataFolder();
    writeFileSync(join(folder, 'journal.db'), 'x'.repeat(5_000));
    const { code, stderr } = await runProgram(['journal', name, '--data', folder]);
    expect(code).toBe(1);
    expect(stderr).toContain('is damaged (SQLITE_NOTADB)');
  });

  test('looks where a daemon with the same configuration keeps its data', async () => {
    const home = dataFolder();
    const record = openRecord({ folder: join(home, '.local/state/gate-reader/demo/demo') });
    record.scan(1);
    const { code, stdout } = await runProgram(['journal', 'stats', '--json'], { environment: { HOME: home } });
    expect({ code, rows: (JSON.parse(stdout) as { rows: number }).rows }).toEqual({ code: 0, rows: 1 });
  });

  test('a faulty configuration is exit 78 with its faults', async () => {
    const file = join(dataFolder(), 'gate-reader.yaml');
    writeFileSync(file, 'site: Demo\nreader: a\n');
    const { code, stderr } = await runProgram(['journal', 'tail', '--config', file]);
    expect(code).toBe(78);
    expect(stderr).toContain(`${file}:1:7: site: `);
  });

  test.runIf(process.getuid?.() === 0)('another user is told whose journal it is', async () => {
    const record = morning();
    record.journal.close();
    chmodSync(record.folder, 0o755);
    const { code, stderr } = await runProgram(['journal', 'stats', '--data', record.folder], { uid: 65_534 });
    expect(code).toBe(1);
    expect(stderr).toContain('run this as the user the daemon runs as');
    chmodSync(record.folder, 0o700);
    expect((await runProgram(['journal', 'stats', '--data', record.folder], { uid: 65_534 })).stderr).toContain(
      'cannot be opened by this user (EACCES)',
    );
  });
});
