// `journal verify`: what it proves, what it finds, by whose key.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRecord, rewrite } from '../../fakes/record.ts';
import { morning } from './morning.ts';
import { runProgram } from '../program.ts';

describe('journal verify', () => {
  test('proves a journal beside its daemon and after it', async () => {
    const record = morning();
    const words = ['journal', 'verify', '--json', '--data', record.folder];
    const good = { code: 0, stdout: '{"ok":true,"rows":7,"seals":1,"unsealed":0}\n', stderr: '' };
    expect(await runProgram(words)).toEqual(good);
    record.journal.close();
    expect(existsSync(`${record.file}-wal`)).toBe(false);
    expect(await runProgram(words)).toEqual(good);
  });

  test('names the first bad event, what it means and what to do: exit 1', async () => {
    const record = morning();
    rewrite(record.file, 3, (text) => text.replace('granted', 'denied'));
    const { code, stdout } = await runProgram(['journal', 'verify', '--data', record.folder]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ Event 3 is the first that is wrong; 2 before it are sound\.\nIt was changed.*\nKeep a copy/);
    const json = await runProgram(['journal', 'verify', '--json', '--data', record.folder]);
    expect(json).toEqual({ code: 1, stdout: '{"ok":false,"sequence":3,"fault":"changed","rows":2}\n', stderr: '' });
  });

  test('a page that cannot be read is a bad event too', async () => {
    const record = openRecord();
    for (let index = 0; index < 200; index++) record.scan(index);
    record.journal.close();
    const bytes = readFileSync(record.file);
    // A page of rows begins with 13 (SQLite's file format, 1.6); the overflow pages between them have no such byte.
    let page = 40 * 1024;
    while (bytes[page] !== 13) page += 512;
    bytes.fill(0xa5, page, page + 512);
    writeFileSync(record.file, bytes);
    const { code, stdout } = await runProgram(['journal', 'verify', '--json', '--data', record.folder]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, fault: 'unreadable' });
  });

  test('without reader.key it takes the key the journal names, and says that this is weaker', async () => {
    const record = morning();
    rmSync(join(record.folder, 'reader.key'));
    const { code, stdout, stderr } = await runProgram(['journal', 'verify', '--json', '--data', record.folder]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"ok":true,"rows":7,"seals":1,"unsealed":0}\n' });
    expect(stderr).toContain('reader.key is not here');
    rewrite(record.file, 7, (text) => text.replace(/"seal":"(.)/, '"seal":"x$1'));
    expect((await runProgram(['journal', 'verify', '--json', '--data', record.folder])).stdout).toContain('"fault":"wrong-seal"');
    expect(readdirSync(record.folder)).not.toContain('reader.key');
  });

  test('without any key only the chain is proved, and that is said', async () => {
    const record = openRecord();
    record.scan(1);
    rmSync(join(record.folder, 'reader.key'));
    const { code, stderr } = await runProgram(['journal', 'verify', '--data', record.folder]);
    expect(code).toBe(0);
    expect(stderr).toContain('only the chain is proved');
  });
});
