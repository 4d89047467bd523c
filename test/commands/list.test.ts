// `gate-reader list sign|show` as somebody in an office or a script runs them; what is signed is judged by another implementation.

import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compactVerify, importJWK } from 'jose';
import { describe, expect, test } from 'vitest';

import { jsonLines } from '../../src/commands/list/json-lines.ts';
import { jwkThumbprint, publicJwk } from '../../src/system/secrets.ts';
import { dataFolder } from '../fakes/record.ts';
import { type Ended, runProgram } from './program.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const kid = jwkThumbprint(privateKey);
const REF = 'AAAABBBBCCCCDDDDEEEEFFFF2';

interface Desk {
  readonly folder: string;
  readonly key: string;
  /** Writes a file and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  sign(list: string, input: string, ...more: string[]): Promise<Ended>;
  /** Header and payload of what was signed, verified by jose. */
  signed(): Promise<{ header: object; payload: Record<string, unknown> }>;
  readonly out: string;
}

function desk(): Desk {
  const folder = dataFolder();
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const key = file('issuer.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  chmodSync(key, 0o600);
  const out = join(folder, 'signed.jws');
  return {
    folder,
    key,
    file,
    out,
    sign: (list, input, ...more) =>
      runProgram(['list', 'sign', '--key', key, '--list', list, input, '--out', out, '--site', 'demo', ...more]),
    async signed() {
      const publicKey = await importJWK({ ...publicJwk(privateKey), alg: 'EdDSA' });
      const { protectedHeader, payload } = await compactVerify(readFileSync(out, 'utf8'), publicKey);
      return { header: protectedHeader, payload: JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown> };
    },
  };
}

describe('list sign', () => {
  test('an array of entries: version and times by the clock, the file whole and for its owner alone', async () => {
    const here = desk();
    const before = Math.floor(Date.now() / 1000);
    const entries = [{ ref: `${REF}2` }, { ref: `${REF}3` }];
    const { code, stdout, stderr } = await here.sign('revoked', here.file('in.json', JSON.stringify(entries)));
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/signed\.jws: revoked of demo, version \d+, 2 entries, valid from .* signed by /);
    const { header, payload } = await here.signed();
    expect(header).toEqual({ alg: 'EdDSA', kid });
    expect(Object.keys(payload)).toEqual(['list', 'site', 'version', 'issued', 'expires', 'entries']);
    expect(payload).toMatchObject({ list: 'revoked', site: 'demo', entries });
    expect(payload['version']).toBeGreaterThanOrEqual(before);
    expect(Date.parse(String(payload['expires'])) - Date.parse(String(payload['issued']))).toBe(30 * 86_400_000);
    expect(statSync(here.out).mode & 0o777).toBe(0o600);
    expect(readdirSync(here.folder).toSorted()).toEqual(['in.json', 'issuer.key', 'signed.jws']);
  });

  test('the whole object, flags before it, and the summary as JSON', async () => {
    const here = desk();
    const whole = {
      site: 'other',
      version: 3,
      issued: '2026-11-21T00:00:00+07:00',
      expires: '2026-12-21T00:00:00+07:00',
      entries: [],
    };
    const { code, stdout } = await here.sign('policy', here.file('in.json', JSON.stringify(whole)), '--version', '9', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      file: here.out,
      list: 'policy',
      site: 'demo',
      version: 9,
      issued: whole.issued,
      expires: whole.expires,
      entries: 0,
      kid,
    });
    expect((await here.signed()).payload).toMatchObject({ site: 'demo', version: 9, issued: whole.issued });
  });

  test('the site of a configuration, and a JWK Set for keys', async () => {
    const here = desk();
    const config = here.file('gate-reader.yaml', 'site: thcs-mau\nreader: cong\nscanners: [{ id: stdin, kind: stdin }]\n');
    const jwks = here.file('keys.json', JSON.stringify({ keys: [{ ...publicJwk(privateKey), kid, use: 'sig' }] }));
    const words = ['list', 'sign', '--key', here.key, '--list', 'keys', jwks, '--out', here.out, '--config', config];
    expect((await runProgram(words)).code).toBe(0);
    writeFileSync(config, 'site: Không\n');
    expect((await runProgram(words)).code).toBe(78);
    expect((await here.signed()).payload).toMatchObject({ site: 'thcs-mau', entries: [{ ...publicJwk(privateKey), kid }] });
  });

  test('a table with a byte order mark, semicolons, quotes, empty cells and whole days of the site', async () => {
    const here = desk();
    const rows = [
      '\ufeffref;holder;label;person;from;until;gates;hold',
      `${REF}2;pupil;"N**n ""Tí"" A**";p-1;2026-09-01;2027-06-30;cong-chinh cong-sau;`,
      '',
      `${REF}3;staff;T**n B**;;2026-09-01T08:00:00+07:00;;;"Gặp văn phòng"`,
    ];
    expect((await here.sign('roster', here.file('in.csv', rows.join('\r\n')))).code).toBe(0);
    expect((await here.signed()).payload['entries']).toEqual([
      {
        ref: `${REF}2`,
        holder: 'pupil',
        label: 'N**n "Tí" A**',
        person: 'p-1',
        from: '2026-08-31T17:00:00.000Z',
        until: '2027-06-30T16:59:59.000Z',
        gates: ['cong-chinh', 'cong-sau'],
      },
      { ref: `${REF}3`, holder: 'staff', label: 'T**n B**', from: '2026-09-01T08:00:00+07:00', hold: 'Gặp văn phòng' },
    ]);
  });

  test('every fault of a table at once, with its line; nothing is signed and no value is repeated', async () => {
    const here = desk();
    const rows = [
      'ref,holder,label,from',
      `${REF}2,pupil,A**,2026-02-30`,
      'x,guest,,',
      `${REF}2,pupil,A**,`,
      `${REF}2,pupil,A**,`,
    ];
    const file = here.file('in.csv', rows.join('\n'));
    const { code, stderr } = await here.sign('roster', file);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      `${file}:2: entries[0].from: wanted an RFC 3339 time, e.g. 2026-11-21T06:45:00+07:00`,
      `${file}:3: entries[1].ref: wanted a reference: 26 characters of A-Z and 2-7`,
      `${file}:3: entries[1].holder: wanted visitor, staff, pupil or contractor`,
      `${file}:3: entries[1].label: is missing`,
      `${file}:5: entries[3].ref: is there twice; keep one`,
      '5 fault(s); nothing was signed',
    ]);
    expect(existsSync(here.out)).toBe(false);
  });

  test('every fault of JSON at once, with the line of its entry', async () => {
    const here = desk();
    const file = here.file(
      'in.json',
      `{"site": "demo",\n "entries": [\n  {"ref": "a,\\"[{"},\n\n  {"ref": "${REF}2",\n   "why": [1, {}]}, 7\n]}`,
    );
    const { code, stderr } = await here.sign('revoked', file);
    expect(code).toBe(1);
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.slice(file.length, file.length + 18)),
    ).toEqual([':3: entries[0].ref', ':5: entries[1].why', ':6: entries[2]: wa', '']);
  });

  test.each<[string, string, string | Uint8Array, string]>([
    ['keys', 'a table', 'ref\nx', 'keys can not be made from a table; wanted JSON'],
    ['roster', 'an unknown column', 'ref,holder,label,gate\n', 'the column "gate" is not known'],
    ['roster', 'a missing column', 'ref,holder\n', 'the column label is missing'],
    ['roster', 'a short row', `ref,holder,label\n${REF}2,pupil\n`, ':2: 2 cells, wanted 3'],
    ['roster', 'an open quote', 'ref,holder,label\n"x,pupil,y\n', ':2: a quote is not closed'],
    ['roster', 'nothing', '', 'the table is empty'],
    ['roster', 'no UTF-8', Uint8Array.of(0x5b, 0xff), 'is not UTF-8 text'],
    ['roster', 'half a JSON', '[{"ref": "x"', 'begins like JSON and is none'],
    ['roster', 'an object without entries', '{"site": "x"}', 'wanted an array of entries'],
    ['roster', 'another list', '{"list": "keys", "entries": []}', 'says it is "keys"'],
    ['roster', 'a field too much', '{"entries": [], "Version": 3}', 'the field "Version" is not known'],
    ['roster', 'a version as text', '{"version": "3", "entries": []}', 'version: found "3"'],
    ['keys', 'a private key', JSON.stringify([privateKey.export({ format: 'jwk' })]), 'never put it into a list'],
  ])('%s from %s is a fault: exit 1', async (list, _what, content, words) => {
    const here = desk();
    const { code, stderr } = await here.sign(list, here.file('in', content));
    expect(stderr).toContain(words);
    expect([code, existsSync(here.out)]).toEqual([1, false]);
  });

  test.each([
    ['--expires', '2020-01-01T00:00:00Z', 'it would end before it begins'],
    ['--expires', 'tomorrow', 'expires: found "tomorrow"'],
    ['--site', 'Cổng', 'site: found "Cổng"'],
    ['--timezone', 'Asia/Nowhere', 'Asia/Nowhere'],
  ])('%s %s is a fault', async (flag, value, words) => {
    const here = desk();
    const { code, stderr } = await here.sign('revoked', here.file('in.json', '[]'), flag, value);
    expect(stderr).toContain(words);
    expect([code, existsSync(here.out)]).toEqual([1, false]);
  });

  test('without a site, without a list, with a key that others can read', async () => {
    const here = desk();
    const input = here.file('in.json', '[]');
    const words = ['list', 'sign', '--key', here.key, input, '--out', here.out];
    expect((await runProgram(words)).code).toBe(2);
    expect(await runProgram([...words, '--list', 'revoked'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--site'),
    });
    chmodSync(here.key, 0o644);
    expect(await here.sign('revoked', input)).toMatchObject({ code: 1, stderr: expect.stringContaining('0644') });
    expect(existsSync(here.out)).toBe(false);
  });
});

describe('list show', () => {
  test('says what it is, by whom, who is on it; verified with --trust', async () => {
    const here = desk();
    const entries = Array.from({ length: 7 }, (_, index) => ({
      ref: `${REF}${index % 6 === 0 ? 'A' : '2'}`.replace('BBBB', `BBB${'ABCDEFG'[index]}`),
      holder: index === 0 ? 'staff' : 'pupil',
      label: `T**n ${index}`,
    }));
    await here.sign('roster', here.file('in.json', JSON.stringify(entries)), '--version', '3');
    const unchecked = await runProgram(['list', 'show', here.out]);
    expect(unchecked.code).toBe(0);
    expect(unchecked.stdout).toMatch(/^roster \(who may pass\) of demo, version 3\nValid from .*\n\? signature: not checked; /);
    expect(unchecked.stdout).toMatch(/\n7 entries: 1 staff, 6 pupil\n {2}AAAABBBA\S+ {2}staff {2}T\*\*n 0\n/);
    const trust = here.file('trust.json', JSON.stringify({ keys: [publicJwk(privateKey)] }));
    const checked = await runProgram(['list', 'show', here.out, '--trust', trust, '--json']);
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      list: 'roster',
      signature: 'verified',
      kid,
      entries: 7,
      faults: 0,
      state: 'current',
    });
  });

  test('by a key that does not count, or changed afterwards: said so, exit 1', async () => {
    const here = desk();
    await here.sign('revoked', here.file('in.json', '[]'));
    const stranger = here.file('stranger.json', JSON.stringify({ keys: [publicJwk(generateKeyPairSync('ed25519').privateKey)] }));
    const unknown = await runProgram(['list', 'show', here.out, '--trust', stranger]);
    expect([unknown.code, unknown.stdout.includes('none of the keys')]).toEqual([1, true]);
    const trust = here.file('trust.json', JSON.stringify({ keys: [publicJwk(privateKey)] }));
    const jws = readFileSync(here.out, 'utf8');
    const [header = '', payload = '', signature = ''] = jws.split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('"demo"', '"dome"');
    writeFileSync(here.out, `${header}.${Buffer.from(changed).toString('base64url')}.${signature}`);
    const wrong = await runProgram(['list', 'show', here.out, '--trust', trust]);
    expect([wrong.code, wrong.stdout.includes('signature: WRONG')]).toEqual([1, true]);
  });

  test('what is no signed list is named for what it is; a hostile label does not reach the terminal', async () => {
    const here = desk();
    const show = async (content: string) => await runProgram(['list', 'show', here.file('x.jws', content)]);
    expect(await show('{"list":"roster"}')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('not signed') });
    expect(await show('abc')).toMatchObject({ code: 1, stderr: expect.stringContaining('no signed list') });
    expect((await runProgram(['list', 'show', join(here.folder, 'none')])).stderr).toContain('cannot be read');
    const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const hostile = {
      list: 'roster\u001b[2J',
      site: '\u001b]0;x\u0007',
      version: 1,
      issued: '2026-11-21T00:00:00Z',
      expires: '2026-12-21T00:00:00Z',
      entries: [{ ref: `${REF}2`, holder: 'pupil', label: '\u001b[31m' }],
    };
    const { stdout } = await show(`${b64({ alg: 'EdDSA', kid: '\u001b[5m' })}.${b64(hostile)}.${'A'.repeat(86)}`);
    expect(stdout).toContain('1 of them are faulty');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});

describe('jsonLines', () => {
  test.each<[string, 1 | 2, number[]]>([
    ['[]', 1, []],
    ['[1,\n2, 3\n,\n"a,\\n]"]', 1, [1, 2, 2, 4]],
    ['\n[ [1,\n2],\n{"a": [1, 2]} ]', 1, [2, 4]],
    ['{"site": "x, y", "entries": [\n{"ref": "["},\n\n{"a": [\n1, 2]}]}', 2, [2, 4]],
    ['{"entries": [], "version": 3}', 2, []],
  ])('%j', (text, depth, lines) => {
    expect(jsonLines(text, depth)).toEqual(lines);
  });
});
