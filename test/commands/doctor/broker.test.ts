// `doctor` on real brokers: what it finds on the way to the centre, and what it tells to do.

import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockData } from '../../../src/journal/lock.ts';
import { containing } from '../../fakes/like.ts';
import { freePort, type MosquittoOptions, startMosquitto } from '../../fakes/mosquitto.ts';
import { dataFolder } from '../../fakes/record.ts';
import { fullBacklog } from '../../fakes/silence.ts';
import { certificates } from '../../uplink/certificates.ts';
import { only } from './examine.ts';

describe('doctor, the broker', () => {
  const mosquitto = async (options?: MosquittoOptions) => {
    const broker = await startMosquitto(options);
    onTestFinished(() => broker.kill());
    return broker;
  };

  test('one that takes this reader', async () => {
    const { url } = await mosquitto();
    expect(await only('broker', { uplink: { broker: url } })).toEqual({
      check: 'broker',
      status: 'ok',
      found: `${url} accepts this reader (MQTT 5)`,
    });
  });

  test('one without encryption on another machine: a warning that says what can be read and forged', async () => {
    const { port } = await mosquitto();
    // Not written as an address of this machine, and yet one.
    expect(await only('broker', { uplink: { broker: `mqtt://127.1:${port}` } })).toEqual({
      check: 'broker',
      status: 'warning',
      found: `mqtt://127.1:${port} accepts this reader (MQTT 5), without encryption`,
      cure: containing('use mqtts://'),
    });
  });

  test('one that asks for a password: refused without, taken with it, and the password is never told', async () => {
    const folder = dataFolder();
    const password = join(folder, 'password');
    writeFileSync(password, 'opensesame\n', { mode: 0o600 });
    const hashed = join(folder, 'passwd');
    writeFileSync(hashed, '');
    execFileSync('mosquitto_passwd', ['-b', hashed, 'reader', 'opensesame'], { stdio: 'ignore' });
    const { url } = await mosquitto({ config: ['allow_anonymous false', `password_file ${hashed}`] });
    expect(await only('broker', { uplink: { broker: url } })).toMatchObject({
      status: 'failure',
      found: containing('0x87'),
      cure: containing('uplink.username'),
    });
    const login = { broker: url, username: 'reader', passwordFile: password };
    expect(await only('broker', { uplink: login })).toMatchObject({ status: 'ok' });
    writeFileSync(password, 'opensesamX\n', { mode: 0o600 });
    const wrong = await only('broker', { uplink: login });
    expect(wrong.status).toBe('failure');
    expect(JSON.stringify(wrong)).not.toContain('opensesamX');
  });

  test('none: nothing listens', async () => {
    const broker = `mqtt://127.0.0.1:${await freePort()}`;
    expect(await only('broker', { uplink: { broker } })).toMatchObject({
      status: 'failure',
      found: containing('ECONNREFUSED'),
      cure: containing('check the port'),
    });
  });

  test('something that takes connections and says nothing', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await only('broker', { uplink: { broker: `mqtt://127.0.0.1:${port}` } })).toMatchObject({
      status: 'failure',
      cure: containing('no MQTT 5 broker'),
    });
  });

  test('a machine that answers nothing is not taken for one that takes connections', async () => {
    const silence = await fullBacklog();
    onTestFinished(() => silence.close());
    const broker = `mqtt://${silence.host}:${silence.port}`;
    expect(await only('broker', { uplink: { broker } })).toEqual({
      check: 'broker',
      status: 'failure',
      found: `${broker}: that machine does not answer, or there is no way to it (ETIMEDOUT)`,
      cure: containing('firewall'),
    });
  });

  test('TLS: a certificate that ends soon, an unknown issuer, a plain port, a client certificate that is wanted', async () => {
    const ca = certificates();
    const server = ca.issue('server', 'IP:127.0.0.1');
    const client = ca.issue('client', 'DNS:client');
    const config = ['allow_anonymous true', `cafile ${ca.caFile}`, `certfile ${server.certFile}`, `keyfile ${server.keyFile}`];
    const { port } = await mosquittoTls(config);
    const broker = `mqtts://127.0.0.1:${port}`;
    for (const file of [client.keyFile]) chmodSync(file, 0o600);
    expect(await only('broker', { uplink: { broker, caFile: ca.caFile } })).toMatchObject({
      status: 'warning',
      found: containing('ends in 0 days'),
    });
    expect(await only('certificates', { uplink: { broker, caFile: ca.caFile } })).toMatchObject({
      status: 'warning',
      found: `${ca.caFile} ends in 0 days`,
    });
    expect(await only('broker', { uplink: { broker } })).toMatchObject({
      status: 'failure',
      cure: containing('uplink.caFile'),
    });
    const plain = await mosquitto();
    expect(await only('broker', { uplink: { broker: `mqtts://127.0.0.1:${plain.port}`, caFile: ca.caFile } })).toMatchObject({
      status: 'failure',
    });
    const strict = await mosquittoTls([...config, 'require_certificate true']);
    const wanted = `mqtts://127.0.0.1:${strict.port}`;
    expect(await only('broker', { uplink: { broker: wanted, caFile: ca.caFile } })).toMatchObject({
      status: 'failure',
      cure: containing('uplink.certFile'),
    });
    expect(await only('broker', { uplink: { broker: wanted, caFile: ca.caFile, ...client } })).toMatchObject({
      status: 'warning',
    });
  });

  /** Mosquitto's fake waits for its port with a plain connection, which a TLS listener takes as well. */
  const mosquittoTls = (config: readonly string[]) => mosquitto({ config });

  test('the embedded one: a free port, one that is taken, one that is its own', async () => {
    const port = await freePort();
    const listen = `127.0.0.1:${port}`;
    expect(await only('broker', { uplink: { listen } })).toMatchObject({
      status: 'ok',
      found: `${listen} is free for the embedded broker`,
    });
    await mosquitto({ port });
    expect(await only('broker', { uplink: { listen } })).toMatchObject({
      status: 'warning',
      found: `${listen} is taken by another program`,
    });
    const data = dataFolder();
    const locked = lockData(data);
    onTestFinished(() => ('lock' in locked ? locked.lock.release() : undefined));
    expect(await only('broker', { uplink: { listen } }, data)).toMatchObject({
      status: 'ok',
      found: containing("running daemon's embedded broker"),
    });
  });
});
