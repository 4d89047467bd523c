// `pass issue|sheet` as a person or a script runs it: what it makes is read and verified by other code.

import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from 'vitest';

import { pseudonyms } from '../../src/system/secrets.ts';
import { issuerKey, type IssuerKey } from '../../src/trust/issuers.ts';
import { makeKeyFile } from '../../src/trust/key-file.ts';
import { openTrust } from '../../src/trust/keyring.ts';
import { dataFolder } from '../fakes/record.ts';
import { readPass, readPng, readSymbol, rowsOfSvg, rowsOfTerminal } from './pass/independent.ts';
import { runProgram } from './program.ts';

const NAME = 'Nguyễn Thị Mẫu';

let folder: string;
let keyFile: string;
let issuer: IssuerKey;
beforeEach(() => {
  folder = dataFolder();
  keyFile = join(folder, 'issuer.key');
  issuer = issuerKey(makeKeyFile(keyFile));
});

const publicBytes = (): Uint8Array => Buffer.from(issuer.jwk.x, 'base64url');
const claimsOf = (code: string) => {
  const { claims, isSigned } = readPass(code, publicBytes());
  return { isSigned, from: claims.get(5), until: claims.get(4), cti: claims.get(7) as Uint8Array, pass: claims.get(-70001) };
};

const words = (...others: readonly string[]): string[] => {
  const dates = ['--from', '2026-11-21', '--until', '2026-11-22'];
  return ['pass', 'issue', '--key', keyFile, '--name', NAME, '--kind', 'visitor', ...dates, ...others];
};

describe('pass issue', () => {
  test('prints a pass that an independent implementation verifies, and draws the same in the terminal', async () => {
    const { code, stdout, stderr } = await runProgram(words('--gate', 'cong-chinh', '--gate', 'cong-sau', '--once'));
    expect(code).toBe(0);
    const pass = stdout.slice(0, -1);
    expect(stdout).toBe(`${pass}\n`);
    expect(claimsOf(pass)).toMatchObject({
      isSigned: true,
      from: Date.parse('2026-11-21T00:00:00+07:00') / 1000,
      until: Date.parse('2026-11-22T23:59:59+07:00') / 1000,
      pass: new Map<number, unknown>([
        [1, NAME],
        [2, ['cong-chinh', 'cong-sau']],
        [3, true],
        [4, 1],
      ]),
    });
    expect(readSymbol(rowsOfTerminal(stderr))).toBe(pass);
    expect(stderr).toMatch(/QR version 1[0-9], \d+ x \d+ modules, error correction M/);
    expect(stderr).not.toContain(NAME);
  });

  test("is trusted by a reader that has the issuer's key in its file", async () => {
    const { stdout } = await runProgram(words('--quiet'));
    const trust = openTrust({ extraIssuers: [issuer] });
    const { headers } = readPass(stdout.trimEnd(), publicBytes());
    expect(trust.checkIssuer(headers.get(4) as Uint8Array, Buffer.alloc(1), Buffer.alloc(64))).toBe('invalid');
  });

  test('writes a picture that holds what it printed, for its owner alone', async () => {
    const png = join(folder, 'pass.png');
    const { stdout, stderr } = await runProgram(words('--png', png, '--quiet'));
    expect(readSymbol(readPng(readFileSync(png)).rows, 1)).toBe(stdout.slice(0, -1));
    expect(statSync(png).mode & 0o777).toBe(0o600);
    expect(stderr).toMatch(/^(?:Note: .*\n)?$/);
  });

  test('gives JSON with the reference by the site key, or null', async () => {
    const key = randomBytes(32);
    writeFileSync(join(folder, 'site.key'), key, { mode: 0o600 });
    const sited = JSON.parse((await runProgram(words('--json', '--data', folder))).stdout) as {
      code: string;
      cti: string;
      ref: string;
    };
    expect(Buffer.from(claimsOf(sited.code).cti).toString('hex')).toBe(sited.cti);
    expect(sited.ref).toBe(pseudonyms(key).ref('pass', Buffer.from(sited.cti, 'hex')));
    expect(JSON.parse((await runProgram(words('--json'))).stdout)).toMatchObject({ ref: null });
  });

  test('tells every fault of what was typed, at once, without the name', async () => {
    const name = 'Mẫu'.repeat(14);
    const faulty = ['--name', name, '--from', '2026-02-30', '--until', 'later', '--gate', 'Cổng'];
    const { code, stdout, stderr } = await runProgram(words(...faulty));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).toEqual(['name', 'from', 'until', 'gates']);
    expect(stderr).not.toContain('Mẫu');
  });

  test.each([
    ['a kind that is none', ['--kind', 'king'], /visitor, staff, pupil, contractor/],
    ['an end before the beginning', ['--until', '2026-11-20'], /until: it would end/],
    ['a zone that is none', ['--timezone', 'Asia/Nowhere'], /timezone: found "Asia\/Nowhere"/],
    ['an empty issuer', ['--issuer', ''], /issuer: found 0 characters/],
    [
      'more gates than a code holds',
      Array.from({ length: 30 }, (_, gate) => ['--gate', `cong-${gate}-${'x'.repeat(30)}`]).flat(),
      /gates: the code would have \d+/,
    ],
  ])('refuses %s', async (_, given, message) => {
    const { code, stdout, stderr } = await runProgram(words(...given));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('signs with no key that others can read, and with no public one', async () => {
    chmodSync(keyFile, 0o644);
    const open = await runProgram(words());
    expect(open).toMatchObject({ code: 1, stdout: '' });
    expect(open.stderr).toContain('mode 0644 lets others read it; run: chmod 600');
    const jwk = join(folder, 'public.json');
    writeFileSync(jwk, JSON.stringify(issuer.jwk), { mode: 0o600 });
    expect(await runProgram(words('--key', jwk))).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('public key'),
    });
  });

  test('prints no pass where its picture cannot be written', async () => {
    const { code, stdout, stderr } = await runProgram(words('--png', '/nowhere/pass.png'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('/nowhere/pass.png');
  });

  test('speaks Vietnamese', async () => {
    const { stderr } = await runProgram(words('--until', 'mai'), { environment: { LANG: 'vi_VN.UTF-8' } });
    expect(stderr).toContain('until: đang là "mai"');
  });
});

describe('pass sheet', () => {
  const sheet = (csv: string, ...others: readonly string[]) => {
    const [table, page] = [join(folder, 'passes.csv'), join(folder, 'passes.html')];
    writeFileSync(table, csv);
    return { page, run: runProgram(['pass', 'sheet', '--key', keyFile, '--csv', table, '--out', page, ...others]) };
  };
  const HEADER = 'name,kind,from,until,gates,once\n';

  test('makes a page to print with a pass for each row, read back from its pictures', async () => {
    const rows = `${NAME},visitor,2026-11-21,2026-11-22,cong-chinh cong-sau,yes\n"Trần <b>""Giả"" & Con",pupil,2026-11-21,2026-11-22,,\n`;
    const { page, run } = sheet(`\uFEFF${HEADER}${rows}`, '--language', 'vi');
    expect(await run).toMatchObject({ code: 0, stdout: '' });
    expect(statSync(page).mode & 0o777).toBe(0o600);
    const html = readFileSync(page, 'utf8');
    const cards = html.match(/<article>.*?<\/article>/gu) ?? [];
    const passes = cards.map((card) => claimsOf(readSymbol(rowsOfSvg(card))).pass as Map<number, unknown>);
    expect(passes.map((pass) => pass.get(1))).toEqual([NAME, 'Trần <b>"Giả" & Con']);
    expect(cards[0]).toContain(`<h2>${NAME}</h2><p>Khách</p>`);
    expect(cards[0]).toContain('<p>Cổng: cong-chinh, cong-sau</p><p>Dùng một lần</p>');
    expect(cards[0]).toMatch(/<p>00:00 21\/11\/2026 đến 23:59 22\/11\/2026<\/p>/u);
    expect(cards[1]).toContain('<h2>Trần &lt;b&gt;&quot;Giả&quot; &amp; Con</h2><p>Học sinh</p>');
    expect(cards[1]).toContain('<p>Mọi cổng</p>');
    expect(html).toMatch(/^<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">/);
    expect(html).toContain('@page { size: A4;');
    expect(html).not.toMatch(/<script|https?:|url\(|@import|<link|<img| on\w+=/i);
    expect(html.match(/<(\w+)/gu)?.filter((tag) => tag === '<article').length).toBe(html.match(/<\/article>/gu)?.length);
  });

  test('gives as JSON which row became which pass', async () => {
    const key = randomBytes(32);
    writeFileSync(join(folder, 'site.key'), key, { mode: 0o600 });
    const row = 'A,staff,2026-11-21,2026-11-22,,\n';
    const { page, run } = sheet(`${HEADER}\n${row}${row}`, '--json', '--data', folder);
    const { passes } = JSON.parse((await run).stdout) as { passes: { line: number; code: string; cti: string; ref: string }[] };
    expect(passes.map(({ line }) => line)).toEqual([3, 4]);
    for (const { code, cti, ref } of passes) {
      expect(Buffer.from(claimsOf(code).cti).toString('hex')).toBe(cti);
      expect(ref).toBe(pseudonyms(key).ref('pass', Buffer.from(cti, 'hex')));
      expect(readFileSync(page, 'utf8')).toContain(`<p class="ref">${ref}</p>`);
    }
    expect(new Set(passes.map(({ cti }) => cti)).size).toBe(2);
  });

  test('makes nothing of a table with faults, and tells them all with their lines', async () => {
    const { page, run } = sheet(`${HEADER}${NAME},king,2026-11-21,2026-11-22,,\nA,pupil\n,staff,x,2026-11-22,,\n`);
    const { code, stdout, stderr } = await run;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.match(/passes\.csv:\d+: (?:\w+:)?/gu)).toEqual([
      'passes.csv:2: kind:',
      'passes.csv:3: ',
      'passes.csv:4: name:',
      'passes.csv:4: from:',
    ]);
    expect(stderr).toContain('4 faults');
    expect(stderr).not.toContain(NAME);
    expect(statSync(page, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('says which row asks for more gates than a code holds', async () => {
    const gates = Array.from({ length: 30 }, (_, gate) => `cong-${gate}-${'x'.repeat(30)}`).join(' ');
    const { stderr } = await sheet(`${HEADER}A,staff,2026-11-21,2026-11-22,,\nB,staff,2026-11-21,2026-11-22,${gates},\n`).run;
    expect(stderr).toMatch(/passes\.csv:3: gates: the code would have \d+ characters, readers take 1024/);
  });

  test('says that the table is not there, or the page can not be', async () => {
    const missing = await runProgram([
      'pass',
      'sheet',
      '--key',
      keyFile,
      '--csv',
      '/nowhere/a.csv',
      '--out',
      join(folder, 'b.html'),
    ]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('/nowhere/a.csv cannot be read') });
    const { run } = sheet(`${HEADER}A,staff,2026-11-21,2026-11-22,,\n`, '--out', '/nowhere/b.html');
    expect(await run).toMatchObject({ code: 1, stderr: expect.stringContaining('/nowhere/b.html cannot be written') });
  });
});

test('pass --help shows examples', async () => {
  for (const given of [
    ['pass', '--help'],
    ['pass', 'issue', '--help'],
    ['pass', 'sheet', '--help'],
  ]) {
    expect((await runProgram(given)).stdout).toMatch(/Examples:\n {2}gate-reader pass/);
  }
});
