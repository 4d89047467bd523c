// `doctor` on real brokers with access lists: what a reader lacks there, and what it has too much of.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { containing } from '../../fakes/like.ts';
import { startMosquitto } from '../../fakes/mosquitto.ts';
import { dataFolder } from '../../fakes/record.ts';
import { only } from './examine.ts';

/** A broker that knows the user `reader` and grants it these lines; the uplink of that user. */
async function brokerWith(rights: readonly string[]) {
  const folder = dataFolder();
  const [password, hashed, acl] = ['password', 'hashed', 'acl'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(password, 'opensesame\n', { mode: 0o600 });
  writeFileSync(hashed, '', { mode: 0o600 });
  execFileSync('mosquitto_passwd', ['-b', hashed, 'reader', 'opensesame'], { stdio: 'ignore' });
  writeFileSync(acl, `user reader\n${rights.map((right) => `topic ${right}`).join('\n')}\n`, { mode: 0o600 });
  const broker = await startMosquitto({ config: ['allow_anonymous false', `password_file ${hashed}`, `acl_file ${acl}`] });
  onTestFinished(() => broker.kill());
  return { broker: broker.url, username: 'reader', passwordFile: password };
}

describe('doctor, permissions', () => {
  test('a list for this reader alone', async () => {
    const uplink = await brokerWith(['readwrite gates/v1/a/b/#', 'read lists/v1/a/+']);
    expect(await only('permissions', { uplink })).toMatchObject({ status: 'ok' });
  });

  test('one that forgets its own topics', async () => {
    const uplink = await brokerWith(['read gates/v1/a/b/#']);
    expect(await only('permissions', { uplink })).toMatchObject({
      status: 'failure',
      found: 'the broker refuses gates/v1/a/b/health',
      cure: containing('ACL'),
    });
  });

  test('a broker that lets everybody write everything; what was tried is true and not retained', async () => {
    const broker = await startMosquitto();
    onTestFinished(() => broker.kill());
    expect(await only('permissions', { uplink: { broker: broker.url } })).toMatchObject({
      status: 'warning',
      found: containing('as another'),
    });
    const client = await mqtt.connectAsync(broker.url, { protocolVersion: 5 });
    onTestFinished(() => client.endAsync(true).then(() => undefined));
    const kept: string[] = [];
    client.on('message', (topic) => kept.push(topic));
    await client.subscribeAsync('#', { qos: 1 });
    await client.publishAsync('end', '', { qos: 1 });
    await expect.poll(() => kept).toEqual(['end']);
  });
});
