// `key new|show` as a person or a script runs it.

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { openTrust } from '../../src/trust/keyring.ts';
import { dataFolder } from '../fakes/record.ts';
import { runProgram } from './program.ts';

/** RFC 8037, appendix A: key, public half and thumbprint. */
const RFC_PRIVATE = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};
const RFC_SHOWN = {
  kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  kid8: '90facafea9b15566',
  jwk: { kty: 'OKP', crv: 'Ed25519', x: RFC_PRIVATE.x, kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k' },
};

describe('key new', () => {
  test('makes a key of mode 0600 and tells its public half', async () => {
    const file = join(dataFolder(), 'issuer.key');
    const { code, stdout } = await runProgram(['key', 'new', '--out', file, '--json']);
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { file: string; jwk: { x: string } };
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const pem = readFileSync(file, 'utf8');
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' }).x).toBe(told.jwk.x);
    const shown = JSON.parse((await runProgram(['key', 'show', file, '--json'])).stdout) as object;
    expect({ file, ...shown }).toEqual(told);
  });

  test('refuses to overwrite, in the language of whoever runs it', async () => {
    const file = join(dataFolder(), 'issuer.key');
    writeFileSync(file, 'precious');
    const english = await runProgram(['key', 'new', '--out', file]);
    expect(english).toMatchObject({ code: 1, stdout: '' });
    expect(english.stderr).toContain('never overwritten');
    const vietnamese = await runProgram(['key', 'new', '--out', file], { environment: { LANG: 'vi_VN.UTF-8' } });
    expect(vietnamese.stderr).toContain('không bao giờ bị ghi đè');
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  test('wants to know where', async () => {
    expect(await runProgram(['key', 'new'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('key show', () => {
  const file = (content: string): string => {
    const path = join(dataFolder(), 'key');
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };

  test('names the key of RFC 8037 as that RFC does, and never its private half', async () => {
    const { stdout, stderr, code } = await runProgram(['key', 'show', file(JSON.stringify(RFC_PRIVATE)), '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(RFC_SHOWN);
    const words = await runProgram(['key', 'show', file(JSON.stringify(RFC_PRIVATE))]);
    for (const part of [RFC_SHOWN.kid, RFC_SHOWN.kid8, RFC_PRIVATE.x]) expect(words.stdout).toContain(part);
    expect(stdout + words.stdout).not.toContain(RFC_PRIVATE.d);
  });

  test('prints with --jwks what a reader takes as its issuers', async () => {
    const { stdout } = await runProgram(['key', 'show', file(JSON.stringify(RFC_PRIVATE)), '--jwks']);
    expect(openTrust({ issuers: file(stdout) }).issuerKeys()).toEqual([RFC_SHOWN.jwk]);
    expect(stdout).not.toContain(RFC_PRIVATE.d);
  });

  test.each([
    ['a file that is not there', '/nowhere/key', /nowhere\/key cannot be read \(ENOENT\)/],
    ['no key', '', /found no key, wanted an Ed25519 key/],
  ])('says what is wrong with %s', async (_, path, message) => {
    const { code, stdout, stderr } = await runProgram(['key', 'show', path || file('x')]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

test('key --help shows examples', async () => {
  for (const words of [
    ['key', '--help'],
    ['key', 'new', '--help'],
    ['key', 'show', '--help'],
  ]) {
    const { code, stdout } = await runProgram(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples?:\n {2}gate-reader key/);
  }
});
