// When certificates end, made with OpenSSL.

import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { certificateEndMs } from '../../src/system/certificates.ts';
import { certificateDays } from '../../src/system/health.ts';
import { dataFolder } from '../fakes/record.ts';

const DAY_MS = 86_400_000;

test('of several in a file the first to end counts, in days for health; what is no certificate is left out', () => {
  const folder = dataFolder();
  const files = [400, 20].map((days) => {
    const [key, file] = [join(folder, `${days}.key`), join(folder, `${days}.pem`)];
    const words = [
      'req',
      '-x509',
      '-newkey',
      'ed25519',
      '-nodes',
      '-keyout',
      key,
      '-out',
      file,
      '-days',
      String(days),
      '-subj',
      '/CN=a',
    ];
    execFileSync('openssl', words, { stdio: 'ignore' });
    return file;
  });
  const both = join(folder, 'both.pem');
  writeFileSync(both, files.map((file) => readFileSync(file, 'utf8')).join('# a comment between\n'));
  expect(Math.round((certificateEndMs(both) - Date.now()) / DAY_MS)).toBe(20);
  const none = join(folder, 'none.pem');
  writeFileSync(none, 'no certificate');
  const timeless = join(folder, 'timeless.der');
  const { raw } = new X509Certificate(readFileSync(both));
  writeFileSync(timeless, Buffer.from(raw.toString('latin1').replaceAll(/\d{8}Z/gu, '00xx0000Z'), 'latin1'));
  expect(() => certificateEndMs(timeless)).toThrow('ends at no time');
  const told = { client: files[0], ca: both, other: none, timeless, unset: undefined };
  expect(certificateDays(told, Date.now() + 30 * DAY_MS)).toEqual({
    client: 369,
    ca: -11,
  });
});
