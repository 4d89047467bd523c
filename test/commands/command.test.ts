// `gate-reader command sign|show` as somebody at a centre runs them; another implementation reads what is signed.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compactVerify, importJWK } from 'jose';
import { expect, onTestFinished, test } from 'vitest';

import { publicJwk, jwkThumbprint } from '../../src/system/secrets.ts';
import { temporaryFolder } from '../fakes/daemon.ts';
import { newKey } from '../fakes/issuer.ts';
import { runProgram } from './program.ts';

function place() {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  const key = newKey();
  const [file, trust] = [join(folder.path, 'issuer.key'), join(folder.path, 'trust.json')];
  writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(trust, JSON.stringify({ keys: [publicJwk(key)] }));
  const sign = (...words: string[]) =>
    runProgram(['command', 'sign', '--key', file, '--site', 'demo', '--reader', 'gate-1', '--command', ...words]);
  return { key, trust, sign, out: join(folder.path, 'out.jws'), folder: folder.path };
}

test('signs what any JOSE library verifies, for one reader and for a minute', async () => {
  const { key, sign } = place();
  const { code, stdout } = await sign('open', '--seconds', '10', '--id', 'night-1');
  expect(code).toBe(0);
  const { payload, protectedHeader } = await compactVerify(stdout.trim(), await importJWK(publicJwk(key), 'EdDSA'));
  expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: jwkThumbprint(key) });
  const claims = JSON.parse(Buffer.from(payload).toString()) as Record<string, number>;
  expect(claims).toMatchObject({ id: 'night-1', command: 'open', aud: '/gates/demo/gate-1', args: { seconds: 10 } });
  const now = Date.now() / 1000;
  expect(Math.abs((claims['exp'] ?? 0) - now - 60)).toBeLessThan(30);
  expect(Math.abs((claims['nbf'] ?? 0) - now + 60)).toBeLessThan(30);
  expect(Math.abs((claims['counter'] ?? 0) / 1000 - now)).toBeLessThan(30);
});

test('writes a file, and show says what is in it and whose it is', async () => {
  const { key, sign, out, trust, folder } = place();
  const made = await sign('maintenance', '--off', '--out', out, '--counter', '7');
  expect([made.code, made.stdout]).toEqual([0, '']);
  expect(made.stderr).toContain('maintenance for /gates/demo/gate-1');
  const shown = await runProgram(['command', 'show', out]);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('maintenance {"on":false} for /gates/demo/gate-1, number 7');
  expect(shown.stdout).toContain('not checked');
  const proven = await runProgram(['command', 'show', out, '--trust', trust, '--json']);
  expect(JSON.parse(proven.stdout)).toMatchObject({ command: 'maintenance', signature: 'verified', kid: jwkThumbprint(key) });
  const others = join(folder, 'others.json');
  writeFileSync(others, JSON.stringify({ keys: [publicJwk(newKey())] }));
  expect((await runProgram(['command', 'show', out, '--trust', others])).code).toBe(1);
});

test.each([
  ['seconds that no reader takes', ['open', '--seconds', '61'], '(bad-arguments): open takes --seconds 1 to 60'],
  ['an argument of another command', ['lock', '--seconds', '5'], 'the others nothing'],
  ['maintenance neither on nor off', ['maintenance'], 'maintenance --on or --off'],
  ['a range without an end', ['resend', '--from', '1'], 'resend --from and --to'],
  ['an id of several lines', ['lock', '--id', 'a\nb'], '(malformed): --id takes'],
  ['two days', ['lock', '--valid', '172800'], '(valid-too-long): --valid takes 1 to 86000'],
  ['no time at all', ['lock', '--valid', '0'], '(expired): --valid takes 1 to 86000'],
])('signs nothing for %s', async (_, words, why) => {
  const { code, stdout, stderr } = await place().sign(...words);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(why);
});

test('the help sends nothing by mosquitto_rr -f, which waits for an answer to an empty message', async () => {
  const { stdout } = await runProgram(['command', 'sign', '--help']);
  const examples = stdout.replaceAll(/\\\n\s*/gu, '').split('\n');
  expect(examples.find((line) => line.includes('mosquitto_rr -V'))).toContain('/1 -m "$(cat lock.jws)"');
});

test('what is no command is told, and an unknown word is a mistake in usage', async () => {
  const { sign, out } = place();
  writeFileSync(out, '{"command":"open"}');
  const shown = await runProgram(['command', 'show', out]);
  expect([shown.code, shown.stdout]).toEqual([1, '']);
  expect(shown.stderr).toContain('unsigned');
  expect((await sign('reboot')).code).toBe(2);
});
