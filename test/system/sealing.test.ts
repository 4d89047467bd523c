// Details sealed to the authority open with its private key and with nothing else.

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compactDecrypt } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';

import { RecipientError } from '../../src/system/recipient.ts';
import { sealTo } from '../../src/system/sealing.ts';
import { temporaryFolder } from '../fakes/daemon.ts';

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

function fileOf(content: string): string {
  const folder = temporaryFolder();
  cleanups.push(folder.remove);
  const file = join(folder.path, 'recipient');
  writeFileSync(file, content);
  return file;
}

const pairs = {
  X25519: () => generateKeyPairSync('x25519'),
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};

describe('sealTo', () => {
  test.each(Object.entries(pairs))(
    '%s, as JWK and as PEM: only the private key opens it, and every seal differs',
    async (_, generate) => {
      const { publicKey, privateKey } = generate();
      const details = { name: 'Nguyễn Thị Mẫu', number: '001099000001' };
      for (const content of [
        JSON.stringify(publicKey.export({ format: 'jwk' })),
        publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      ]) {
        const seal = await sealTo(fileOf(content), () => undefined);
        const [first, second] = [await seal(details), await seal(details)];
        expect(first).not.toBe(second);
        expect(Buffer.from(first ?? '', 'base64url').toString('latin1')).not.toContain('001099000001');
        const { plaintext, protectedHeader } = await compactDecrypt(first ?? '', privateKey);
        expect(JSON.parse(Buffer.from(plaintext).toString())).toEqual(details);
        expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM' });
        await expect(compactDecrypt(first ?? '', generate().privateKey)).rejects.toThrow('decryption');
      }
    },
  );

  test.each([
    ['a private key', generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    [
      'an RSA key',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ],
    ['another curve', JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' }))],
    ['no key', 'hello'],
  ])('%s is refused with the file and what was wanted', async (_, content) => {
    const file = fileOf(content);
    const refused = await sealTo(file, () => undefined).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RecipientError);
    expect((refused as Error).message).toContain(file);
    expect((refused as Error).message).toContain('X25519 or P-256');
  });
});
