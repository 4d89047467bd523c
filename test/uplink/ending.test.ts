// The uplink and ends: of the process, of the worker, of its files, planned and not, against a real Mosquitto.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMqttProxy } from '../fakes/mqtt-proxy.ts';
import { makeJournal } from './journal.ts';
import { centre, journal, mosquitto, run, snapshot } from './running.ts';
import { until } from './until.ts';

describe('an end that was not planned', () => {
  test('a killed process leaves its will: lost, with the same session as the state before', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(1);
    const options = {
      dataFolder: rows.folder,
      site: 'demo',
      reader: 'demo',
      version: '0.0.0',
      receipts: 'none',
      broker: broker.url,
    };
    const given = JSON.stringify({ options, state: snapshot('ready', 1) });
    const child = spawn(process.execPath, [new URL('./doomed.ts', import.meta.url).pathname, given], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await until('ready', () => there.states().at(-1)?.state === 'ready');
    child.kill('SIGKILL');
    await until('lost', () => there.states().at(-1)?.state === 'lost');
    expect(there.states().map((one) => [one.state, one.session, one['epoch']])).toEqual([
      ['ready', 1, 'epoch-1'],
      ['lost', 1, 'epoch-1'],
    ]);
    const newcomer = await centre(broker.url);
    await until('retained', () => newcomer.on('state')[0]?.retain);
    expect(newcomer.states()[0]?.state).toBe('lost');
  });

  test('a worker that fails is told and started again', async () => {
    // TEST-NET-1 (RFC 5737): no machine can listen there.
    const here = run(journal(), { listen: { host: '192.0.2.1', port: 1883 } });
    await until('two failures', () => here.reports.filter((one) => one.code === 'worker-ended').length > 1);
    expect(here.faults.slice(0, 2)).toEqual(Array(2).fill(expect.stringContaining('the uplink failed')));
  });

  test('a data folder that cannot be used does not silence the state; events follow once it can', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = makeJournal();
    rmSync(rows.folder, { recursive: true });
    const here = run(rows, { broker: broker.url });
    here.uplink.state(snapshot('ready'));
    await until('state', () => there.states().at(-1)?.state === 'ready');
    expect(here.faults.at(-1)).toContain('the journal cannot be read');
    mkdirSync(rows.folder);
    const again = makeJournal('epoch-1', rows.folder);
    onTestFinished(() => again.close());
    again.append(2);
    await until('2 rows', () => there.sequences().length === 2);
    await until('no fault', () => here.faults.at(-1) === undefined);
  });

  test('close keeps to its deadline when the broker does not answer, and close twice is harmless', async () => {
    const broker = await mosquitto();
    const proxy = await startMqttProxy(broker.port);
    onTestFinished(() => proxy.close());
    proxy.swallow = true;
    const here = run(journal(3), { broker: proxy.url });
    await until('connected', () => here.links.at(-1)?.connected);
    here.uplink.state(snapshot('ready'));
    const began = performance.now();
    await here.uplink.close(500);
    expect(performance.now() - began).toBeLessThan(5_000);
    await here.uplink.close(500);
  });

  test('close does not wait long for a connection that is not made', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await until('listening', () => silent.listening);
    const address = silent.address();
    const here = run(journal(1), {
      broker: `mqtt://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    });
    let arrived = false;
    silent.on('connection', () => (arrived = true));
    await until('half a connection', () => arrived);
    const began = performance.now();
    await here.uplink.close(5000);
    expect(performance.now() - began).toBeLessThan(4_500);
  });

  test('close does not wait for a thread that waits for a file, or a name server, that does not answer', async () => {
    const rows = journal(1);
    const caFile = join(rows.folder, 'ca.pem');
    execFileSync('mkfifo', [caFile]);
    const here = run(rows, { broker: 'mqtts://127.0.0.1:1', tls: { caFile } });
    let writer: number | undefined;
    await until('somebody reads it', () => {
      try {
        writer ??= openSync(caFile, constants.O_WRONLY | constants.O_NONBLOCK);
      } catch {
        return false;
      }
      return true;
    });
    onTestFinished(() => {
      if (writer !== undefined) closeSync(writer);
    });
    const began = performance.now();
    await here.uplink.close(500);
    expect(performance.now() - began).toBeLessThan(4_500);
  });

  test('uplink.db that is no database is set aside and sending starts again', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(4);
    writeFileSync(join(rows.folder, 'uplink.db'), 'x'.repeat(5000));
    const here = run(rows, { broker: broker.url });
    await until('4 rows', () => there.sequences().length === 4);
    expect(here.reports[0]?.code).toBe('cursors-damaged');
  });

  test('cursors beyond the journal are cut: an older copy of it was put back', async () => {
    const broker = await mosquitto();
    const there = await centre(broker.url);
    const rows = journal(4);
    const first = run(rows, { broker: broker.url, receipts: 'none' });
    await until('4 rows', () => there.sequences().length === 4);
    await first.uplink.close(500);
    const older = rows.replace('epoch-1');
    older.append(2);
    const here = run(older, { broker: broker.url, receipts: 'none' });
    await until('report', () => here.reports.some((one) => one.code === 'cursors-cut'));
    here.uplink.appended(older.append(1));
    await until('row 3 again', () => there.sequences().length === 5);
    expect(there.sequences().at(-1)).toBe(3);
  });
});
