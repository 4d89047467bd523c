// `journal export`: exact bytes, or a table that is safe to open.

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFolder, openRecord, rewrite, rowsOf } from '../../fakes/record.ts';
import { bytesOf, morning } from './morning.ts';
import { CLI, cleanEnvironment, runProgram } from '../program.ts';

describe('journal export', () => {
  test('gives the exact bytes, one event a line', async () => {
    const record = morning();
    const { code, stdout, stderr } = await runProgram(['journal', 'export', '--data', record.folder]);
    expect({ code, stderr, same: stdout === bytesOf(record) }).toEqual({ code: 0, stderr: '', same: true });
  });

  test('gives every event of a journal of several pages, beside the daemon that writes it', async () => {
    const record = openRecord();
    for (let index = 0; index < 1_100; index++) record.scan(index);
    const { stdout } = await runProgram(['journal', 'export', '--data', record.folder]);
    expect(stdout === bytesOf(record)).toBe(true);
  });

  test('--from and --to, with or without leading zeros, beyond the ends as well', async () => {
    const record = morning();
    const lines = bytesOf(record).split('\n');
    const { stdout } = await runProgram(['journal', 'export', '--from', '000000000003', '--to', '4', '--data', record.folder]);
    expect(stdout).toBe(`${lines[2]}\n${lines[3]}\n`);
    expect((await runProgram(['journal', 'export', '--from', '0', '--to', '9999', '--data', record.folder])).stdout).toBe(
      bytesOf(record),
    );
    expect((await runProgram(['journal', 'export', '--from', '100', '--data', record.folder])).stdout).toBe('');
  });

  test('--since keeps what is not before it, whatever offset it is written in', async () => {
    const record = morning();
    const { stdout } = await runProgram(['journal', 'export', '--since', '2026-11-20T23:45:02Z', '--data', record.folder]);
    expect(stdout).toBe(bytesOf(record).split('\n').slice(2).join('\n'));
  });

  test('csv opens in a spreadsheet: byte order mark, CRLF, quotes, and no cell is a formula', async () => {
    const record = morning();
    rewrite(record.file, 2, (text) => text.replace('******000001', '=HYPERLINK(\\"http://x\\",1)'));
    rewrite(record.file, 3, (text) => text.replace('******000002', '@a'));
    const { stdout } = await runProgram(['journal', 'export', '--format', 'csv', '--data', record.folder]);
    const [head, ...rows] = stdout.split('\r\n');
    expect(head).toBe(
      '\ufeffsequence,time,type,gate,scanner,direction,verdict,reason,kind,holder,label,ref,warnings,clock,detail',
    );
    expect(rows[1]).toMatch(
      /^2,2026-11-21T06:45:01\.000\+07:00,gate\.scan\.v1,cong-chinh,main,in,granted,recorded,cccd,unlisted,"'=HYPERLINK\(""http:\/\/x"",1\)",A+1,,synchronised,$/,
    );
    expect(rows[2]).toContain(",'@a,");
    expect(rows[4]).toContain(',"part=scanner:main; state=lost; message=rút ""cáp"""');
    expect(rows).toHaveLength(8);
  });

  test('--out writes a file for its owner alone and says how much', async () => {
    const record = morning();
    const out = join(dataFolder(), 'events.jsonl');
    const { stdout, stderr } = await runProgram(['journal', 'export', '--out', out, '--data', record.folder]);
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: `7 events written to ${out}\n` });
    expect(readFileSync(out, 'utf8')).toBe(bytesOf(record));
    expect(statSync(out).mode & 0o777).toBe(0o600);
  });

  test('a file that cannot be written: said, exit 1', async () => {
    const { code, stderr } = await runProgram(['journal', 'export', '--out', '/dev/full', '--data', morning().folder]);
    expect(code).toBe(1);
    expect(stderr).toContain('Writing /dev/full failed: ENOSPC');
    expect((await runProgram(['journal', 'export', '--out', '/nowhere/x', '--data', morning().folder])).code).toBe(1);
  });

  test('ends quietly when nobody reads on', () => {
    const record = openRecord();
    for (let index = 0; index < 500; index++) record.scan(index);
    const script = `"$0" "$1" journal export --data "$2" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const env = cleanEnvironment();
    const told = execFileSync('bash', ['-c', `${script} 2>&1`, process.execPath, CLI, record.folder], { env, encoding: 'utf8' });
    expect(told.split('\n')).toEqual([rowsOf(record.file)[0]?.body.toString(), '0', '']);
  });

  test.each([
    [['--from', 'x']],
    [['--from', '-1']],
    [['--since', '2026-02-30T00:00:00Z']],
    [['--since', 'yesterday']],
    [['--format', 'xml']],
    [['--json', '--format', 'csv']],
    [['--unknown']],
  ])('%j is wrong usage: exit 2', async (words) => {
    const { code, stdout } = await runProgram(['journal', 'export', ...words, '--data', '/nowhere']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
