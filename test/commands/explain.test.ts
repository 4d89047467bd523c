// `explain CODE|-`: CONTRACT section 6 as a child process sees it.

import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LfLines } from '../../src/commands/explain/lf-lines.ts';
import { dataFolder } from '../fakes/record.ts';
import { cardOf } from '../fakes/people.ts';
import { CLI, cleanEnvironment, runProgram, startProgram } from './program.ts';

const CARD = cardOf(1);
const GRANTED = {
  kind: 'cccd',
  verdict: 'granted',
  reason: 'recorded',
  holder: 'unlisted',
  label: '******000001',
  ref: null,
  warnings: [],
};
const denied = (kind: string, reason: string): object => ({
  kind,
  verdict: 'denied',
  reason,
  holder: null,
  label: null,
  ref: null,
  warnings: [],
});
const TRUNCATED = denied('cccd', 'truncated');
const MALFORMED = denied('cccd', 'malformed');
const UNKNOWN = denied('unknown', 'unrecognised');
const NATIONAL = { ...denied('national-qr', 'kind-refused'), holder: 'unlisted', label: '******001' };

/** The card with one byte of a letter of its name gone. */
const HALF = Buffer.from(CARD);
HALF[HALF.indexOf('ễ') + 1] = 0x78;

const linesOf = (stdout: string): unknown[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);

/** What it answers to each of these lines. */
async function answers(lines: readonly (string | Uint8Array)[], words: readonly string[] = []): Promise<unknown[]> {
  const input = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
  const { code, stdout, stderr } = await runProgram(['explain', '-', ...words], { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return linesOf(stdout);
}

function configured(configuration: object): string {
  const file = join(dataFolder(), 'gate-reader.yaml');
  writeFileSync(file, JSON.stringify({ site: 'a', reader: 'b', scanners: [{ id: 'stdin', kind: 'stdin' }], ...configuration }));
  return file;
}

describe('explain -', () => {
  const vectors: readonly (readonly [string, string | Uint8Array, object])[] = [
    ['a card', CARD, GRANTED],
    ['nothing', '', UNKNOWN],
    ['a card that is cut', CARD.slice(0, -3), TRUNCATED],
    ['twelve digits', '001099000001', TRUNCATED],
    ['a day that does not exist', CARD.replace('01011999', '31021999'), MALFORMED],
    ['a carriage return is data', `${CARD}\r`, MALFORMED],
    ['blanks are data', ` ${CARD}`, UNKNOWN],
    ['UTF-8 read as Latin-1', Buffer.from(CARD).toString('latin1'), GRANTED],
    ['half a UTF-8 sequence in the name', HALF, { ...GRANTED, warnings: ['lossy-text'] }],
    ['__proto__', '__proto__', UNKNOWN],
    ['JSON', '{"verdict":"granted"}', UNKNOWN],
    ['an escape sequence', '\u001b[2J\u001b]0;x\u0007', UNKNOWN],
    ['an escape sequence in a name', CARD.replace('Nguyễn', '\u001b[31m'), MALFORMED],
    ['NUL', '\u0000', UNKNOWN],
    [
      'noise',
      Uint8Array.from({ length: 200 }, (_, index) => (index * 7 + 128) % 256 || 1).filter((byte) => byte !== 10),
      UNKNOWN,
    ],
    ['a line of 4,096 bytes', 'x'.repeat(4096), UNKNOWN],
    ['a line of 4,097 bytes that begins as a card', CARD + '|x'.repeat(2000), UNKNOWN],
    ['a line of a megabyte', 'x'.repeat(1_048_576), UNKNOWN],
    ['a national QR code', '001099000001|NGUYEN THI MAU|1999-**-**|0|1|', NATIONAL],
    ['a card again: nothing is ever a repeat', CARD, GRANTED],
  ];

  test('answers each line with one object in its order and the contract’s keys', async () => {
    const answered = await answers(vectors.map(([, code]) => code));
    expect(answered).toHaveLength(vectors.length);
    for (const [index, [name, , wanted]] of vectors.entries()) expect(answered[index], name).toEqual(wanted);
    expect(Object.keys(answered[0] as object)).toEqual(['kind', 'verdict', 'reason', 'holder', 'label', 'ref', 'warnings']);
  });

  test('an empty line is a line; a last one without LF counts where it holds something', async () => {
    expect(linesOf((await runProgram(['explain', '-'], { input: '\n\n' })).stdout)).toEqual([UNKNOWN, UNKNOWN]);
    expect(linesOf((await runProgram(['explain', '-'], { input: `\n${CARD}` })).stdout)).toEqual([UNKNOWN, GRANTED]);
    expect((await runProgram(['explain', '-'], { input: '' })).stdout).toBe('');
  });

  test('answers a program that waits for each answer', async () => {
    const { child, said } = startProgram(['explain', '-'], { input: { open: true } });
    child.stdin.write(`${CARD}\n`);
    await once(child.stdout, 'data');
    expect(linesOf(said('stdout'))).toEqual([GRANTED]);
    child.stdin.write('\n');
    await once(child.stdout, 'data');
    expect(linesOf(said('stdout'))).toEqual([GRANTED, UNKNOWN]);
    child.stdin.end();
  });

  test('prints nothing of a person but the mask, nothing at all of an unknown code', async () => {
    const { stdout } = await runProgram(['explain', '-'], { input: `${CARD}\nsecret-code\n${CARD.slice(0, 60)}\n` });
    for (const text of ['001099000001', 'Nguy', 'Giả', '1999', 'secret']) expect(stdout).not.toContain(text);
  });

  test('ends quietly when nobody reads on', () => {
    const script = `yes | head -n 200000 | "$0" "$1" explain - | head -n 1; echo "\${PIPESTATUS[2]}"`;
    const told = execFileSync('bash', ['-c', `(${script}) 2>&1`, process.execPath, CLI], {
      env: cleanEnvironment(),
      encoding: 'utf8',
    });
    expect(told.split('\n')).toEqual([JSON.stringify(UNKNOWN), '0', '']);
  });
});

describe('explain CODE', () => {
  test('--json is one object on one line', async () => {
    const { code, stdout, stderr } = await runProgram(['explain', CARD, '--json']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${JSON.stringify(GRANTED)}\n`, stderr: '' });
  });

  test('in words, for a code that passes and for one that does not; the exit code is 0', async () => {
    const granted = await runProgram(['explain', CARD]);
    expect(granted.code).toBe(0);
    expect(granted.stdout).toMatch(
      /^This is: citizen ID card, \*{6}000001\n✓ would pass: written down, please pass\n.*admission\.accept: record/,
    );
    const refused = await runProgram(['explain', 'something'], { environment: { LANG: 'vi_VN.UTF-8' } });
    expect(refused.code).toBe(0);
    expect(refused.stdout).toMatch(/^Đây là: không phải loại mã được biết\n✗ sẽ bị từ chối: không nhận ra mã/);
    expect(refused.stdout).not.toContain('something');
  });

  test('speaks the language of the configuration that is named', async () => {
    const { stdout } = await runProgram(['explain', CARD, '--config', configured({ language: 'vi' })]);
    expect(stdout).toContain('Đây là: thẻ căn cước');
  });

  test('judges by the configuration', async () => {
    const json = async (accept: object) =>
      (await runProgram(['explain', CARD, '--json', '--config', configured({ admission: { accept } })])).stdout;
    expect(JSON.parse(await json({ cccd: 'refuse' }))).toEqual({ ...GRANTED, verdict: 'denied', reason: 'kind-refused' });
    expect(JSON.parse(await json({ cccd: 'roster' }))).toEqual({ ...GRANTED, verdict: 'denied', reason: 'not-on-roster' });
  });

  test('an overlong argument is unrecognised', async () => {
    expect(JSON.parse((await runProgram(['explain', 'x'.repeat(5000), '--json'])).stdout)).toEqual(UNKNOWN);
  });

  test('knows the person by the site’s key where there is one, and makes none', async () => {
    const key = Buffer.alloc(32, 7);
    const base32 = (bytes: Buffer): string =>
      Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0'))
        .join('')
        .match(/.{5}/g)
        ?.map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)])
        .join('') ?? '';
    const ref = base32(createHmac('sha256', key).update('cccd\u0000001099000001').digest()).slice(0, 26);
    const folder = dataFolder();
    expect(JSON.parse((await runProgram(['explain', CARD, '--json', '--data', folder])).stdout)).toEqual(GRANTED);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'site.key'), key, { mode: 0o600 });
    expect(JSON.parse((await runProgram(['explain', CARD, '--json', '--data', folder])).stdout)).toEqual({ ...GRANTED, ref });
    const config = configured({ privacy: { siteKeyFile: join(folder, 'site.key') }, admission: { accept: { cccd: 'record' } } });
    expect(JSON.parse((await runProgram(['explain', CARD, '--json', '--config', config])).stdout)).toEqual({ ...GRANTED, ref });
  });

  test('a site key that others can read is told and not used', async () => {
    const folder = dataFolder();
    writeFileSync(join(folder, 'site.key'), Buffer.alloc(32, 7), { mode: 0o644 });
    const { code, stdout, stderr } = await runProgram(['explain', CARD, '--json', '--data', folder]);
    expect({ code, ref: (JSON.parse(stdout) as { ref: unknown }).ref }).toEqual({ code: 0, ref: null });
    expect(stderr).toContain('lets others read it');
  });

  test.each([
    [['explain']],
    [['explain', 'x', '--at', '2026-11-21']],
    [['explain', 'x', '--at', '2026-11-21T06:45:00']],
    [['explain', 'x', '--at', '2026-02-30T06:45:00Z']],
    [['explain', 'x', '--direction', 'both']],
    [['explain', 'x', 'y']],
  ])('%j is wrong usage: exit 2, nothing on standard output', async (words) => {
    const { code, stdout } = await runProgram(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test.each([['2026-11-21T06:45:00Z'], ['2026-11-21T06:45:00.5+07:00'], ['2026-11-21t06:45:00-00:30'], ['2016-12-31T23:59:60Z']])(
    '--at %s is taken',
    async (at) => {
      expect((await runProgram(['explain', CARD, '--json', '--at', at, '--direction', 'out'])).stdout).toBe(
        `${JSON.stringify(GRANTED)}\n`,
      );
    },
  );

  test.each([
    ['a code that the shell took apart', ['explain', ...CARD.split(' ')]],
    ['a code that looks like an option', ['explain', `-${CARD}`]],
    ['a code without its command', [CARD]],
    ['a code behind another command', ['run', CARD]],
  ])('%s is a usage error that repeats nothing of it', async (_name, words) => {
    const { code, stdout, stderr } = await runProgram(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: (?:too many arguments|unknown)/);
    for (const part of CARD.split(/[ |]/u).filter((word) => word.length > 2)) expect(stderr).not.toContain(part);
  });

  test('a misspelt option is named', async () => {
    expect((await runProgram(['explain', CARD, '--jsn'])).stderr).toMatch(
      /^error: unknown option '--jsn'\n\(Did you mean --json\?\)/,
    );
  });

  test('a faulty configuration is exit 78 with every fault', async () => {
    const { code, stdout, stderr } = await runProgram([
      'explain',
      CARD,
      '--config',
      configured({ direction: 'up', language: 'fr' }),
    ]);
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toMatch(/:1:\d+: direction: [^]*:1:\d+: language: /);
  });
});

describe('LfLines', () => {
  const all = (chunks: readonly string[]): (string | undefined)[] => {
    const lines = new LfLines();
    const found = chunks.flatMap((chunk) => [...lines.push(Buffer.from(chunk))]);
    const last = lines.end();
    return [...found, ...(last ? [last] : [])].map(({ bytes, fault }) => fault ?? Buffer.from(bytes).toString());
  };

  test('does not care how its input is cut', () => {
    const text = `a\n\nb\r\n${'x'.repeat(4096)}\n${'y'.repeat(4097)}\nend`;
    const whole = ['a', '', 'b\r', 'x'.repeat(4096), 'overlong', 'end'];
    expect(all([text])).toEqual(whole);
    expect(all(Array.from(text))).toEqual(whole);
    for (const size of [2, 3, 5, 1000, 4095, 4097]) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        text.slice(index * size, (index + 1) * size),
      );
      expect(all(chunks), `chunks of ${size}`).toEqual(whole);
    }
  });
});
