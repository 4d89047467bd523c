// TLS to the broker: every certificate that is not the right one is refused with the reason, and nothing in the environment
// changes that. Real servers throughout: Mosquitto, and Node's TLS where Mosquitto would refuse to be that weak.

import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, createServer, type TlsOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { office, type Office, type Pair } from './certificates-script.ts';
import { journal, mosquitto, run } from './running.ts';
import { until } from './until.ts';

const CHILD = fileURLToPath(new URL('address.child.ts', import.meta.url));

/** A Mosquitto that shows this certificate. */
async function brokerWith({ caFile }: Office, { certFile, keyFile }: Pair, ...more: string[]): Promise<number> {
  const lines = ['allow_anonymous true', `cafile ${caFile}`, `certfile ${certFile}`, `keyfile ${keyFile}`, ...more];
  return (await mosquitto({ config: lines })).port;
}

/** What the uplink says of its first connection there. */
async function verdict(port: number, tls: { caFile?: string }, host = '127.0.0.1'): Promise<string> {
  const here = run(journal(1), { broker: `mqtts://${host}:${port}`, tls });
  const link = await until('an answer', () => here.links[0]);
  await here.uplink.close(200);
  return `${link.connected ? 'connected' : 'refused'} ${link.message}`;
}

/** `connected …` or `refused CODE` of a process with this environment. */
async function fromProcess(environment: NodeJS.ProcessEnv, ...words: string[]): Promise<string> {
  const child = spawn(process.execPath, [CHILD, ...words], { env: { PATH: process.env['PATH'], ...environment } });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return said.trim();
}

/** One that was right until yesterday. */
function expired({ folder }: Office, pair: Pair): Pair {
  const certFile = join(folder, 'expired.pem');
  const days = ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z'];
  const request = join(folder, 'expired.csr');
  execFileSync('openssl', ['req', '-new', '-key', pair.keyFile, '-subj', '/CN=127.0.0.1', '-out', request]);
  const ca = ['ca', '-batch', '-notext', '-config', join(folder, 'ca.conf'), '-extensions', 'broker', ...days];
  execFileSync('openssl', [...ca, '-in', request, '-out', certFile], { stdio: 'pipe' });
  return { certFile, keyFile: pair.keyFile };
}

function selfSigned({ folder }: Office): Pair {
  const [certFile, keyFile] = [join(folder, 'self.pem'), join(folder, 'self.key')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-days', '30', '-out', certFile], { stdio: 'pipe' });
  return { certFile, keyFile };
}

async function tlsServer(options: TlsOptions): Promise<number> {
  const server = createServer(options, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe("the broker's certificate", () => {
  test('is taken when it is right, with TLS 1.3', async () => {
    const made = office();
    const port = await brokerWith(made, made.pair('broker', 'broker', '127.0.0.1'));
    expect(await verdict(port, { caFile: made.caFile })).toBe(`connected mqtts://127.0.0.1:${port}`);
    expect(await fromProcess({}, `mqtts://127.0.0.1:${port}`, made.caFile)).toMatch(
      /^connected TLSv1\.3 TLS_AES_256_GCM_SHA384$/u,
    );
  });

  test('is refused for another name, self-signed, expired, of another authority, and of a kiosk', async () => {
    const made = office();
    const right = made.pair('broker', 'broker', '127.0.0.1');
    const { caFile } = made;
    expect(await verdict(await brokerWith(made, right), { caFile }, 'localhost')).toMatch(
      /^refused .*its certificate is for another name.* \(ERR_TLS_CERT_ALTNAME_INVALID\)$/u,
    );
    expect(await verdict(await brokerWith(made, selfSigned(made)), { caFile })).toMatch(/\(DEPTH_ZERO_SELF_SIGNED_CERT\)$/u);
    expect(await verdict(await brokerWith(made, expired(made, right)), { caFile })).toMatch(
      /its certificate has expired.* \(CERT_HAS_EXPIRED\)$/u,
    );
    const other = office();
    const stranger = await brokerWith(other, other.pair('broker', 'broker', '127.0.0.1'));
    expect(await verdict(stranger, { caFile })).toMatch(/issuer of its certificate is not trusted/u);
    // Without caFile the system's authorities count, and this is none of them.
    expect(await verdict(stranger, {})).toMatch(/issuer of its certificate is not trusted/u);
    // A stolen kiosk's key is signed by the right authority, but must not pass for the broker.
    const kiosk = made.pair('readers/s.r', 'reader', 's', 'r');
    expect(await verdict(await tlsServer(filesOf(kiosk)), { caFile })).toMatch(
      /its certificate is not one for a server.* \(INVALID_PURPOSE\)$/u,
    );
  });

  test('is asked for the name that was configured, not only for one of the authority', async () => {
    const made = office();
    const port = await brokerWith(made, made.pair('broker', 'broker', 'localhost'));
    expect(await verdict(port, { caFile: made.caFile }, 'localhost')).toMatch(/^connected/u);
    expect(await verdict(port, { caFile: made.caFile }, '127.0.0.1')).toMatch(/^refused .*for another name/u);
  });
});

function filesOf({ certFile, keyFile }: Pair): TlsOptions {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

describe('the version of TLS', () => {
  test('1.2 is taken; a server that speaks 1.1 at most is refused, though a client that would take it connects', async () => {
    const made = office();
    const right = filesOf(made.pair('broker', 'broker', '127.0.0.1'));
    const weak = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const older = await tlsServer({ ...right, ...weak, maxVersion: 'TLSv1.1' });
    const old = await tlsServer({ ...right, maxVersion: 'TLSv1.2' });
    const ca = readFileSync(made.caFile);
    const control = connect({ host: '127.0.0.1', port: older, ca, ...weak });
    await new Promise<void>((resolve, reject) => control.once('secureConnect', resolve).once('error', reject));
    expect(control.getProtocol()).toBe('TLSv1.1');
    control.destroy();
    for (const options of ['', '--tls-min-v1.0 --tls-cipher-list=DEFAULT@SECLEVEL=0']) {
      const environment = { NODE_OPTIONS: options };
      expect(await fromProcess(environment, `mqtts://127.0.0.1:${older}`, made.caFile)).toMatch(/^refused ERR_SSL_/u);
      expect(await fromProcess(environment, `mqtts://127.0.0.1:${old}`, made.caFile)).toMatch(/^connected TLSv1\.2 TLS_ECDHE_/u);
    }
    // Three times: what the server's alert says must not depend on who is faster.
    for (let round = 1; round <= 3; round += 1)
      expect(await verdict(older, { caFile: made.caFile })).toMatch(/it speaks no TLS 1\.2 or newer/u);
  });

  test('a cipher that hides nothing is refused, though a client with that list of ciphers would take it', async () => {
    const made = office();
    const right = filesOf(made.pair('broker', 'broker', '127.0.0.1'));
    const ciphers = 'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0';
    const port = await tlsServer({ ...right, maxVersion: 'TLSv1.2', ciphers });
    const control = connect({ host: '127.0.0.1', port, ca: readFileSync(made.caFile), ciphers });
    await new Promise<void>((resolve, reject) => control.once('secureConnect', resolve).once('error', reject));
    expect(control.getCipher().name).toBe('ECDHE-ECDSA-NULL-SHA');
    control.destroy();
    const environment = { NODE_OPTIONS: `--tls-cipher-list=${ciphers}` };
    expect(await fromProcess(environment, `mqtts://127.0.0.1:${port}`, made.caFile)).toMatch(/^refused ERR_SSL_/u);
  });
});

describe('the environment', () => {
  test('NODE_TLS_REJECT_UNAUTHORIZED=0 lets no wrong certificate pass', async () => {
    const made = office();
    const right = made.pair('broker', 'broker', '127.0.0.1');
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' };
    const url = async (pair: Pair, host = '127.0.0.1'): Promise<string> => `mqtts://${host}:${await brokerWith(made, pair)}`;
    expect(await fromProcess(environment, await url(selfSigned(made)), made.caFile)).toBe('refused DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(await fromProcess(environment, await url(expired(made, right)), made.caFile)).toBe('refused CERT_HAS_EXPIRED');
    expect(await fromProcess(environment, await url(right, 'localhost'), made.caFile)).toBe(
      'refused ERR_TLS_CERT_ALTNAME_INVALID',
    );
    // What the variable does where nobody minds it: proof that the test above could fail.
    const { certFile, keyFile } = selfSigned(made);
    const port = await brokerWith(made, { certFile, keyFile });
    const careless = `require('tls').connect({host:'127.0.0.1',port:${port}},()=>console.log('in')).on('error',()=>0).unref()`;
    const env = { PATH: process.env['PATH'], ...environment };
    expect(execFileSync(process.execPath, ['-e', `${careless};setTimeout(()=>0,3000)`], { env, encoding: 'utf8' })).toBe('in\n');
  });

  test('NODE_EXTRA_CA_CERTS adds no authority where caFile names one', async () => {
    const [made, other] = [office(), office()];
    const port = await brokerWith(other, other.pair('broker', 'broker', '127.0.0.1'));
    const environment = { NODE_EXTRA_CA_CERTS: other.caFile };
    const refused = await fromProcess(environment, `mqtts://127.0.0.1:${port}`, made.caFile);
    expect(refused).toMatch(/^refused (?:SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_)/u);
    // Without caFile it counts: it is how an office adds its own authority to those of the system.
    expect(await fromProcess(environment, `mqtts://127.0.0.1:${port}`)).toMatch(/^connected/u);
  });
});

describe('a client certificate', () => {
  test('that the broker wants and does not get, or that ends up with the wrong authority, is told as such', async () => {
    const [made, other] = [office(), office()];
    const port = await brokerWith(made, made.pair('broker', 'broker', '127.0.0.1'), 'require_certificate true');
    const wrong = other.pair('readers/s.r', 'reader', 's', 'r');
    const right = made.pair('readers/s.r', 'reader', 's', 'r');
    expect(await verdict(port, { caFile: made.caFile })).toMatch(/^refused .*(?:client certificate|cut the connection)/u);
    expect(await verdict(port, { caFile: made.caFile, ...wrong })).toMatch(/^refused .*(?:uplink\.certFile|cut the connection)/u);
    expect(await verdict(port, { caFile: made.caFile, ...right })).toMatch(/^connected/u);
    writeFileSync(right.keyFile, 'no key\n');
    expect(await verdict(port, { caFile: made.caFile, ...right })).toMatch(/^refused/u);
  });
});
