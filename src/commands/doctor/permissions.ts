// Check of what the broker lets this reader do, by trying: it must write its own topics and hear its receipts, commands and lists,
// and must not write as another reader. What is published is true and not retained; nobody acts on it. Hearing what belongs to
// others can't be told from here: Mosquitto grants every subscription and holds back the messages.

import { randomBytes } from 'node:crypto';

import type { MqttClient } from 'mqtt';

import { readAddress } from '../../uplink/address.ts';
import { type Backlog, readBacklog } from '../../uplink/backlog.ts';
import { topicsOf } from '../../uplink/topics.ts';
import { visitBroker } from './broker-visit.ts';
import { type Check, failure, type Finding, ok, warning } from './check.ts';
import type { Situation } from './situation.ts';

/** MQTT 5: reason codes from here on are refusals. */
const REFUSED = 0x80;

export function permissionChecks(situation: Situation): Check[] {
  const { broker } = situation.configuration.uplink;
  return broker === undefined ? [] : [{ name: 'permissions', look: (signal) => permissions(broker, situation, signal) }];
}

async function permissions(broker: string, situation: Situation, signal: AbortSignal): Promise<Finding> {
  const { configuration, say } = situation;
  const { caFile, certFile, keyFile, username, passwordFile } = configuration.uplink;
  const own = topicsOf(configuration.site, configuration.reader);
  const other = topicsOf(configuration.site, `doctor-${randomBytes(4).toString('hex')}`);
  const address = readAddress({ broker, tls: { caFile, certFile, keyFile }, username, passwordFile });
  let [missing, writesAsOther]: [string[], boolean] = [[], false];
  const visit = await visitBroker(address, signal, async (client) => {
    const health = JSON.stringify({ at: new Date().toISOString(), backlog: backlogOf(situation) });
    const wanted = [own.receipt, own.command, own.lists];
    missing = [...((await mayPublish(client, own.health, health)) ? [] : [own.health]), ...(await refusedOf(client, wanted))];
    writesAsOther = await mayPublish(client, other.health, health);
  });
  if (!visit.ok) return warning(say('doctor.permissions.unseen'), say('doctor.permissions.unseen.cure'));
  if (missing.length > 0) {
    return failure(say('doctor.permissions.missing', { topics: missing.join(', ') }), say('doctor.permissions.missing.cure'));
  }
  if (writesAsOther) return warning(say('doctor.permissions.open'), say('doctor.permissions.open.cure'));
  return ok(say('doctor.permissions'));
}

/** Whether the broker took it, whoever listens (0x10 is: nobody). */
function mayPublish(client: MqttClient, topic: string, payload: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  client.publish(topic, payload, { qos: 1, retain: false }, (error) => resolve(!error));
  return promise;
}

async function refusedOf(client: MqttClient, topics: string[]): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<string[]>();
  client.subscribe(topics, { qos: 1, rh: 2 }, (error, granted = []) => {
    const refused = granted.filter(({ qos }) => qos >= REFUSED).map(({ topic }) => topic);
    resolve(error && refused.length === 0 ? topics : refused);
  });
  return await promise;
}

function backlogOf({ dataFolder, configuration }: Situation): Backlog {
  try {
    return readBacklog(dataFolder, configuration.uplink.receipts, Date.now());
  } catch {
    return { count: 0, oldestAgeSeconds: 0 };
  }
}
