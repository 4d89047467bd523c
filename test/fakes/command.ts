// Commands as a centre's tool makes them, signed by a key of the test.

import type { KeyObject } from 'node:crypto';

import type { IPublishPacket, MqttClient } from 'mqtt';

import { signJws } from '../../src/system/jws.ts';
import { eventually } from './eventually.ts';
import { newKey } from './issuer.ts';

export interface CommandOrder {
  readonly args?: object;
  readonly counter?: number;
  /** Seconds since 1970; default: a minute around `now`. */
  readonly nbf?: number;
  readonly exp?: number;
  readonly aud?: string | undefined;
  readonly id?: string;
  readonly key?: KeyObject;
}

/** Makes commands for one reader, each with a higher counter; `now` is milliseconds since 1970. */
export function commander(source: string, now: () => number, key = newKey()) {
  let counter = 0;
  const claims = (command: string, order: CommandOrder = {}) => {
    counter += 1;
    const seconds = Math.floor(now() / 1000);
    const { key: _, ...given } = order;
    return { id: `c-${counter}`, command, aud: source, nbf: seconds - 60, exp: seconds + 60, counter, args: {}, ...given };
  };
  return {
    key,
    claims,
    sign: (command: string, order: CommandOrder = {}) => signJws(JSON.stringify(claims(command, order)), order.key ?? key),
  };
}

let asked = 0;

/** Publishes a command and resolves with its answer, which is known by its correlation data. */
export async function send(
  client: MqttClient,
  topic: string,
  jws: string | Buffer,
  { retain = false, deadlineMs = 15_000 } = {},
): Promise<Readonly<Record<string, unknown>>> {
  asked += 1;
  const [responseTopic, correlationData] = [
    topic.replace(/^gates\/v1\/(.*)\/command$/, `answers/v1/$1/${process.pid}-${asked}`),
    Buffer.from(`asked ${asked}`),
  ];
  const answers: { readonly payload: Buffer; readonly packet: IPublishPacket }[] = [];
  const hear = (name: string, payload: Buffer, packet: IPublishPacket) =>
    void (name === responseTopic && answers.push({ payload, packet }));
  client.on('message', hear);
  await client.subscribeAsync(responseTopic, { qos: 1 });
  await client.publishAsync(topic, jws, { qos: 1, retain, properties: { responseTopic, correlationData } });
  const { payload, packet } = await eventually('the answer to a command', () => answers[0], { deadlineMs });
  client.off('message', hear);
  if (!correlationData.equals(packet.properties?.correlationData ?? Buffer.alloc(0))) throw new Error('not its correlation data');
  if (packet.qos !== 1 || packet.retain) throw new Error(`an answer with QoS ${packet.qos}, retain ${packet.retain}`);
  return JSON.parse(payload.toString()) as Readonly<Record<string, unknown>>;
}
