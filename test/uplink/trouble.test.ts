// The uplink and everything that goes wrong between a gate and its centre, against a real Mosquitto.
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { containing } from '../fakes/like.ts';
import { freePort } from '../fakes/mosquitto.ts';
import { startMqttProxy } from '../fakes/mqtt-proxy.ts';
import { base, upTo } from './centre.ts';
import { certificates } from './certificates.ts';
import { centre, journal, mosquitto, quick, run, snapshot } from './running.ts';
import { until } from './until.ts';

describe('a connection that cannot be made', () => {
  test('refused, unknown name, wrong protocol and unreadable files are told with their cause, and retried', async () => {
    const rows = journal(1);
    const port = await freePort();
    const wrong = [
      { broker: `mqtt://127.0.0.1:${port}`, cause: `mqtt://127.0.0.1:${port}: nothing listens there` },
      {
        broker: 'mqtt://broker.invalid',
        cause: /mqtt:\/\/broker\.invalid:1883: (its name is not known|the name server does not answer)/,
      },
      { broker: 'http://127.0.0.1', cause: 'http:// is not supported' },
      {
        broker: 'mqtt://127.0.0.1',
        passwordFile: '/nowhere/password',
        cause: 'cannot read passwordFile /nowhere/password (ENOENT)',
      },
    ];
    for (const { cause, ...options } of wrong) {
      const here = run(rows, options);
      const link = await until('link', () => here.links[0]);
      expect(link.connected).toBe(false);
      expect(link.message).toMatch(cause);
      await here.uplink.close(200);
    }
  });

  test('a broker that comes late is found, and the same cause was told once', async () => {
    const rows = journal(3);
    const port = await freePort();
    const here = run(rows, { broker: `mqtt://127.0.0.1:${port}` });
    await until('link lost', () => here.links.length === 1);
    const broker = await mosquitto({ port });
    const there = await centre(broker.url);
    await until('3 rows', () => there.sequences().length >= 3);
    expect(here.links.map((one) => one.connected)).toEqual([false, true]);
  });

  test('bad credentials are told as such, and a corrected password file is used without a restart', async () => {
    const rows = journal(1);
    const folder = rows.folder;
    writeFileSync(join(folder, 'users'), '', { mode: 0o600 });
    execFileSync('mosquitto_passwd', ['-b', join(folder, 'users'), 'gate', 'right']);
    const broker = await mosquitto({ config: [`password_file ${folder}/users`] });
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'wrong\n', { mode: 0o600 });
    const here = run(rows, { broker: broker.url, username: 'gate', passwordFile });
    const link = await until('refusal', () => here.links[0]);
    expect(link.message).toMatch(/not authorised|bad user name or password/);
    chmodSync(passwordFile, 0o644);
    writeFileSync(passwordFile, 'right\n');
    expect(await until('mode', () => here.links.find(({ message }) => message?.includes('mode')))).toMatchObject({
      connected: false,
      message: containing(`passwordFile ${passwordFile} has mode 0644, so that others can get at a secret; run: chmod 600`),
    });
    chmodSync(passwordFile, 0o600);
    await until('connected', () => here.links.at(-1)?.connected);
  });
});

describe('TLS', () => {
  test('client certificates: connects with them; without, or for another server name, it says what is wrong', async () => {
    const authority = certificates();
    const server = authority.issue('server', 'IP:127.0.0.1');
    const client = authority.issue('reader', 'DNS:reader');
    const tlsLines = [`cafile ${authority.caFile}`, `certfile ${server.certFile}`, `keyfile ${server.keyFile}`];
    const broker = await mosquitto({ config: [...tlsLines, 'require_certificate true', 'use_identity_as_username true'] });
    const url = `mqtts://127.0.0.1:${broker.port}`;
    const rows = journal(2);
    const here = run(rows, { broker: url, tls: { caFile: authority.caFile, ...client } });
    await until('connected', () => here.links.at(-1)?.connected);
    expect(here.links).toEqual([{ connected: true, message: url }]);
    await here.uplink.close(500);
    const bare = run(rows, { broker: url, tls: { caFile: authority.caFile } });
    expect((await until('refusal', () => bare.links[0])).message).toMatch(
      /client certificate|cut the connection|closed the connection/,
    );
    await bare.uplink.close(200);
    const untrusting = run(rows, { broker: url, tls: client });
    expect((await until('refusal', () => untrusting.links[0])).message).toMatch(/issuer of its certificate is not trusted/);
    await untrusting.uplink.close(200);
    const misnamed = run(rows, { broker: `mqtts://localhost:${broker.port}`, tls: { caFile: authority.caFile, ...client } });
    expect((await until('refusal', () => misnamed.links[0])).message).toMatch(/its certificate is for another name/);
  });
});

describe('a broker that does not take events', () => {
  test('an access list answers 0x87: nothing counts as sent, a fault says why, and it ends with the refusal', async () => {
    const acl = `topic write ${base}/state\ntopic write ${base}/health\ntopic read #\n`;
    const config = ['allow_anonymous true', 'acl_file {folder}/acl'];
    const broker = await mosquitto({ config, files: { acl } });
    const there = await centre(broker.url);
    const rows = journal(3);
    const here = run(rows, { broker: broker.url });
    here.uplink.state(snapshot('ready', 3));
    await until('fault', () => here.faults.at(-1)?.includes('not authorised'));
    await until('state all the same', () => there.states().length > 0);
    expect([here.cursors, here.links.length, here.reports.length]).toEqual([[], 1, 1]);
    await broker.kill();
    const open = await mosquitto({ port: broker.port });
    const later = await centre(open.url);
    await until('3 rows', () => later.sequences().length >= 3);
    await until('no fault', () => here.faults.at(-1) === undefined);
  });

  test('a broker with a Maximum Packet Size gets batches that fit', async () => {
    const broker = await mosquitto({ config: ['allow_anonymous true', 'max_packet_size 4000'] });
    const there = await centre(broker.url);
    const rows = journal(100);
    run(rows, { broker: broker.url });
    await until('100 rows', () => there.sequences().length === 100);
    expect(there.sequences()).toEqual(upTo(100));
    expect(Math.max(...there.on('batch').map((one) => one.payload.length))).toBeLessThan(4000);
  });

  test('an event that is larger than the broker takes is not delivered, and a fault says so', async () => {
    const broker = await mosquitto({ config: ['allow_anonymous true', 'max_packet_size 2000'] });
    const there = await centre(broker.url);
    const rows = journal(1);
    rows.append(1, 3000);
    const here = run(rows, { broker: broker.url });
    await until('fault', () => here.faults.at(-1)?.includes('packet too large'));
    await until('cursor', () => here.cursors.length > 0);
    expect(there.sequences()).toEqual([1]);
    expect(here.cursors.at(-1)?.sent).toBe(1);
  });

  test('acknowledgements that do not come end the connection; the rows are sent again on the next', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const proxy = await startMqttProxy(broker.port);
    onTestFinished(() => proxy.close());
    proxy.swallow = true;
    const rows = journal(3);
    const here = run(rows, { broker: proxy.url, timings: { ...quick, acknowledgementMs: 300 } });
    await until('link lost', () => here.links.some((one) => one.message?.includes('it acknowledged nothing for 0.3 s')));
    expect(proxy.swallowed).toBeGreaterThan(0);
    expect(here.cursors).toEqual([]);
    proxy.swallow = false;
    await until('cursor', () => here.cursors.at(-1)?.sent === 3);
    expect(new Set(there.sequences())).toEqual(new Set([1, 2, 3]));
  });

  test('a message of 256 MB that stalls and an acknowledgement of 256 MB end the connection, noise does too; the next works', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const proxy = await startMqttProxy(broker.port);
    onTestFinished(() => proxy.close());
    const rows = journal();
    const here = run(rows, { broker: proxy.url, timings: { ...quick, keepAliveSeconds: 1 } });
    for (const [at, bytes] of [
      Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x78]),
      Buffer.from([0x40, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x78]),
      Buffer.from([0x40, 2, 0xff, 0x00, 0xff, 0xff, 0xff, 0xff]),
    ].entries()) {
      await until('connected', () => here.links.at(-1)?.connected);
      proxy.inject(bytes);
      await until('link lost', () => here.links.filter((one) => !one.connected).length === at + 1);
      await until('connected again', () => here.links.at(-1)?.connected);
      here.uplink.appended(rows.append(1));
      await until('row', () => there.sequences().includes(at + 1));
    }
    const causes = here.links.flatMap(({ connected, message }) => (connected ? [] : [message]));
    expect(causes[0]).toMatch(/it stopped answering/);
    expect(causes[1]).toMatch(/packet too large/);
  });

  test('a message of 5 MB on the receipt topic disturbs nothing', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(1);
    const here = run(rows, { broker: broker.url });
    await until('1 row', () => there.sequences().length === 1);
    await there.receipt(Buffer.alloc(5 * 1024 * 1024, 0x31));
    await there.receipt({ epoch: 'epoch-1', sequence: 1 });
    await until('receipt', () => here.receipts.at(-1) === 1);
    expect(here.links).toHaveLength(1);
  });

  test('a DISCONNECT of the broker is told with its reason: another connection took over the client id', async () => {
    const broker = await mosquitto();
    const proxy = await startMqttProxy(broker.port);
    onTestFinished(() => proxy.close());
    const here = run(journal(), { broker: proxy.url });
    await until('connected', () => here.links.at(-1)?.connected);
    proxy.inject(Buffer.from([0xe0, 2, 0x8e, 0]));
    await until('link lost', () => here.links.some((one) => one.message?.includes('took over this client id')));
    await until('connected again', () => here.links.at(-1)?.connected);
  });
});
