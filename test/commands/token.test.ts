// `token new`: the form of tokens, and references by the site's key.

import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { crockford } from '../../src/commands/token.ts';
import { dataFolder } from '../fakes/record.ts';
import { runProgram } from './program.ts';

const TOKEN = /^GT1:[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const RFC4648 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function folderWithKey(key: Buffer, mode = 0o600): string {
  const folder = dataFolder();
  writeFileSync(join(folder, 'site.key'), key, { mode });
  return folder;
}

/** CONTRACT section 4's ref, by arithmetic on one large number. */
function refOf(key: Buffer, token: string): string {
  const digest = createHmac('sha256', key)
    .update(`token\0${token.slice(4)}`)
    .digest('hex');
  const bits = BigInt(`0x${digest}`).toString(2).padStart(256, '0');
  return (bits.slice(0, 130).match(/.{5}/gu) ?? []).map((five) => RFC4648.charAt(Number.parseInt(five, 2))).join('');
}

describe('token new', () => {
  test('makes as many different tokens as wanted, with the references the readers will know', async () => {
    const key = randomBytes(32);
    const { code, stdout, stderr } = await runProgram(['token', 'new', '--count', '40', '--data', folderWithKey(key)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(rows).toHaveLength(40);
    for (const [token = '', ref] of rows) {
      expect(token).toMatch(TOKEN);
      expect(ref).toBe(refOf(key, token));
    }
    expect(new Set(rows.map(([token]) => token)).size).toBe(40);
  });

  test('gives the same as JSON', async () => {
    const key = randomBytes(32);
    const { stdout } = await runProgram(['token', 'new', '--json', '--data', folderWithKey(key)]);
    const { tokens, ...others } = JSON.parse(stdout) as { tokens: { token: string; ref: string }[] };
    expect(others).toEqual({});
    expect(tokens.map(({ token, ref }) => ref === refOf(key, token))).toEqual([true]);
  });

  test('makes tokens without references where there is no site key, makes none, and says why', async () => {
    const folder = dataFolder();
    const json = await runProgram(['token', 'new', '--json', '--data', folder]);
    const told = JSON.parse(json.stdout) as { tokens: { token: string; ref: null }[]; why: string };
    expect(told.tokens).toEqual([{ token: expect.stringMatching(TOKEN), ref: null }]);
    expect(told.why).toContain(folder);
    expect(json.stderr).toContain(told.why);
    const words = await runProgram(['token', 'new', '--data', folder]);
    expect(words.stdout.trimEnd()).toMatch(TOKEN);
    const open = await runProgram(['token', 'new', '--data', folderWithKey(randomBytes(32), 0o644)]);
    expect(open.stdout.trimEnd()).toMatch(TOKEN);
    expect(open.stderr).toMatch(/No references: .*site\.key/);
  });

  test.each(['0', '-1', '1.5', 'x', '100001', '1e3'])('refuses --count %s', async (count) => {
    expect(await runProgram(['token', 'new', '--count', count])).toMatchObject({ code: 2, stdout: '' });
  });

  test('refuses a configuration with faults', async () => {
    const file = join(dataFolder(), 'gate-reader.yaml');
    writeFileSync(file, 'site: X\n');
    expect(await runProgram(['token', 'new', '--config', file])).toMatchObject({ code: 78, stdout: '' });
  });

  test('--help shows examples', async () => {
    expect((await runProgram(['token', 'new', '--help'])).stdout).toContain('Examples:\n  gate-reader token new');
  });
});

describe('crockford', () => {
  test.each([
    ['00'.repeat(16), '0'.repeat(26)],
    ['ff'.repeat(16), `7${'Z'.repeat(25)}`],
    [`${'00'.repeat(15)}20`, `${'0'.repeat(24)}10`],
  ])('of %s is %s', (hex, text) => {
    expect(crockford(Buffer.from(hex, 'hex'))).toBe(text);
  });

  test('orders as the number it stands for', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const texts = [crockford(a), crockford(b)].map((text) => Buffer.from(text)) as [Buffer, Buffer];
        expect(Buffer.compare(...texts)).toBe(Buffer.compare(a, b));
      }),
    );
  });
});
