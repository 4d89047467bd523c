// The files a configuration names: they must be there, open, and be closed to others where they are secret.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NAMED_FILES } from '../../src/config/files.ts';
import { jsonSchema } from '../../src/config/json-schema.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { runProgram } from '../commands/program.ts';
import { SMALL, configurationOf, faultsOf, folder, told } from './folder.ts';

const KEY = Buffer.alloc(32, 7);
const TLS = 'uplink: { broker: mqtts://b, caFile: ca.pem, certFile: cert.pem, keyFile: key.pem, passwordFile: password }\n';

function load(path: string, environment: NodeJS.ProcessEnv = {}) {
  return loadConfiguration({ file: join(path, 'gate.yaml'), environment });
}

describe('named files', () => {
  test('resolve to absolute paths when all is well', () => {
    const names = { 'ca.pem': 'c', 'cert.pem': 'c', 'key.pem': 'k', password: 'p', 'site.key': KEY, 'trust.json': '{}' };
    const path = folder({
      ...names,
      'gate.yaml': `${SMALL}${TLS}privacy: { siteKeyFile: ./site.key }\ntrust: { issuers: trust.json, lists: . }\n`,
    });
    const { uplink, privacy, trust } = configurationOf(load(path));
    expect(uplink).toMatchObject({ keyFile: join(path, 'key.pem'), passwordFile: join(path, 'password') });
    expect(privacy.siteKeyFile).toBe(join(path, 'site.key'));
    expect(trust).toMatchObject({ issuers: join(path, 'trust.json'), lists: path });
  });

  test('are all reported, also beside faults of the schema', () => {
    const path = folder({
      'gate.yaml': `${SMALL}foo: 1\n${TLS}trust: { issuers: ., lists: ca.pem, healthCertificates: gone }\n`,
      'ca.pem': '',
    });
    expect(told(load(path))).toEqual([
      '4:1 foo fault.unknown',
      '5:38 uplink.caFile file.empty',
      '5:56 uplink.certFile file.missing',
      '5:75 uplink.keyFile file.missing',
      '5:98 uplink.passwordFile file.missing',
      '6:19 trust.issuers file.folder',
      '6:29 trust.lists file.not-folder',
      '6:57 trust.healthCertificates file.missing',
    ]);
  });

  test.each([0o640, 0o604, 0o660, 0o644])('refuse a secret with mode %o and say the command that cures it', (mode) => {
    const path = folder({ 'gate.yaml': `${SMALL}privacy: { siteKeyFile: site.key }\n`, 'site.key': KEY });
    const file = join(path, 'site.key');
    chmodSync(file, mode);
    const [fault] = faultsOf(load(path));
    expect(fault?.code).toBe('config.file.mode');
    const command = /run: (.*)$/.exec(fault?.message ?? '')?.[1];
    expect(command).toBe(`chmod 600 ${file}`);
    execFileSync('/bin/sh', ['-c', command ?? 'false']);
    expect(load(path).ok).toBe(true);
  });

  const SECRETS = NAMED_FILES.flatMap(({ path, secret, bytes }) => (secret ? [{ path, bytes }] : []));

  test('the secret ones are the site key, the key of the certificate and the password', () => {
    expect(SECRETS.map(({ path }) => path.join('.'))).toEqual(['privacy.siteKeyFile', 'uplink.keyFile', 'uplink.passwordFile']);
  });

  describe.each(SECRETS)('a secret, $path', ({ path: [section = '', key = ''], bytes }) => {
    /** A configuration in which nothing but the mode of this secret can be wrong. */
    function named(name: string): string {
      const partner = key === 'keyFile' ? ', certFile: cert.pem' : '';
      const broker = section === 'uplink' ? 'broker: mqtts://b, ' : '';
      return `${SMALL}${section}: { ${broker}${key}: ${name}${partner} }\n`;
    }
    const secret = bytes === undefined ? 'secret' : Buffer.alloc(bytes, 7);
    const codes = (path: string): string[] => {
      const loaded = load(path);
      return loaded.ok ? [] : loaded.faults.map(({ code }) => code);
    };

    test('is refused with any bit for others, and taken with 0600 and 0400', () => {
      const path = folder({ 'gate.yaml': named('secret'), secret, 'cert.pem': 'c' });
      for (const mode of [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o660, 0o777]) {
        chmodSync(join(path, 'secret'), mode);
        expect(codes(path), mode.toString(8)).toEqual(['config.file.mode']);
      }
      for (const mode of [0o600, 0o400]) {
        chmodSync(join(path, 'secret'), mode);
        expect(codes(path), mode.toString(8)).toEqual([]);
      }
    });

    test('behind a link is judged by the file that it points to', () => {
      const elsewhere = folder({ secret });
      const path = folder({ 'gate.yaml': named('link'), 'cert.pem': 'c' });
      symlinkSync(join(elsewhere, 'secret'), join(path, 'link'));
      expect(codes(path)).toEqual([]);
      chmodSync(join(elsewhere, 'secret'), 0o644);
      expect(codes(path)).toEqual(['config.file.mode']);
    });

    test('is refused where everybody may exchange it: in its folder, above it, or where its link points', () => {
      const path = folder({ 'gate.yaml': named('inner/secret'), 'cert.pem': 'c' });
      const inner = join(path, 'inner');
      mkdirSync(inner);
      writeFileSync(join(inner, 'secret'), secret, { mode: 0o600 });
      expect(codes(path)).toEqual([]);
      for (const open of [inner, path]) {
        chmodSync(open, 0o777);
        expect(codes(path)).toEqual(['config.file.folder-open']);
        expect(faultsOf(load(path))[0]?.message).toContain(`run: chmod o-w ${open}`);
        chmodSync(open, 0o1777);
        expect(codes(path)).toEqual([]);
        chmodSync(open, 0o755);
      }
      const linked = folder({ 'gate.yaml': named('link'), 'cert.pem': 'c' });
      symlinkSync(join(inner, 'secret'), join(linked, 'link'));
      chmodSync(inner, 0o777);
      expect(codes(linked)).toEqual(['config.file.folder-open']);
    });
  });

  test.runIf(process.getuid?.() === 0)('a secret of another account cannot be read, and that is told', async () => {
    const path = folder({ 'gate.yaml': `${SMALL}uplink: { passwordFile: secret }\n`, secret: 'p' });
    chmodSync(path, 0o755);
    chmodSync(join(path, 'gate.yaml'), 0o644);
    const { code, stderr } = await runProgram(['config', 'check', join(path, 'gate.yaml')], { uid: 65_534 });
    expect(code).toBe(78);
    expect(stderr).toContain('uplink.passwordFile');
    expect(stderr).toContain('EACCES');
  });

  test('leave the mode of public files alone', () => {
    const path = folder({ 'gate.yaml': `${SMALL}uplink: { broker: mqtts://b, caFile: ca.pem }\n`, 'ca.pem': 'c' }, 0o644);
    expect(load(path).ok).toBe(true);
  });

  test.each([31, 33])('refuse a site key of %i bytes', (size) => {
    const path = folder({ 'gate.yaml': `${SMALL}privacy: { siteKeyFile: site.key }\n`, 'site.key': Buffer.alloc(size) });
    expect(faultsOf(load(path)).map(({ message }) => message)).toEqual([
      `${join(path, 'site.key')} has ${size} bytes, wanted exactly 32`,
    ]);
  });

  test('refuse a FIFO without waiting for its other end', () => {
    const path = folder({ 'gate.yaml': `${SMALL}uplink: { passwordFile: pipe }\n` });
    execFileSync('mkfifo', ['-m', '600', join(path, 'pipe')]);
    expect(told(load(path))).toEqual(['4:25 uplink.passwordFile file.not-file']);
  });

  test('quote a name that a shell would take apart', () => {
    const path = folder({ 'gate.yaml': `${SMALL}uplink: { passwordFile: "a b's" }\n`, "a b's": 'p' });
    chmodSync(join(path, "a b's"), 0o644);
    const command = /run: (.*)$/.exec(faultsOf(load(path))[0]?.message ?? '')?.[1];
    execFileSync('/bin/sh', ['-c', command ?? 'false']);
    expect(load(path).ok).toBe(true);
  });
});

describe('secrets in $CREDENTIALS_DIRECTORY', () => {
  function credentials(): { path: string; environment: NodeJS.ProcessEnv; inner: string } {
    const path = folder({ 'gate.yaml': `${SMALL}uplink: { broker: mqtts://b, passwordFile: broker.password }\n` });
    const inner = join(path, 'credentials');
    mkdirSync(inner);
    execFileSync('install', ['-m', '0440', '/proc/self/cmdline', join(inner, 'broker.password')]);
    return { path, inner, environment: { CREDENTIALS_DIRECTORY: inner } };
  }

  test('are found by their bare name and may have the mode that systemd gives them', () => {
    const { path, inner, environment } = credentials();
    expect(configurationOf(load(path, environment)).uplink.passwordFile).toBe(join(inner, 'broker.password'));
    expect(told(load(path))).toEqual(['4:44 uplink.passwordFile file.missing']);
  });

  test('do not excuse a secret elsewhere from its mode', () => {
    const { path, environment } = credentials();
    const outside = folder({ key: KEY }, 0o640);
    const variables = { ...environment, GATE_READER__PRIVACY__SITE_KEY_FILE: join(outside, 'key') };
    expect(faultsOf(load(path, variables)).map(({ code }) => code)).toEqual(['config.file.mode']);
  });

  test('fall back on the file beside the configuration', () => {
    const path = folder({ 'gate.yaml': `${SMALL}uplink: { passwordFile: secret }\n`, secret: 'p' });
    expect(configurationOf(load(path, { CREDENTIALS_DIRECTORY: join(path, 'none') })).uplink.passwordFile).toBe(
      join(path, 'secret'),
    );
  });
});

test('NAMED_FILES has every key of the schema that names a file or folder', () => {
  type Section = { properties?: Record<string, { description?: string }>; oneOf?: Section[] };
  const schema = JSON.parse(jsonSchema()) as { properties: Record<string, Section> };
  const keys = Object.entries(schema.properties).flatMap(([section, { oneOf = [], ...plain }]) =>
    [plain, ...oneOf].flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([key, { description = '' }]) =>
        key.endsWith('File') || /^(File|Folder|JWK Set)/.test(description) ? [`${section}.${key}`] : [],
      ),
    ),
  );
  expect(keys.length).toBeGreaterThan(0);
  expect(NAMED_FILES.map(({ path }) => path.join('.')).toSorted()).toEqual([...new Set(keys)].toSorted());
});
