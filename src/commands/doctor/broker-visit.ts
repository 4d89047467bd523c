// One visit to a broker: socket, TLS, MQTT 5 CONNECT under a name of its own, DISCONNECT. By itself publishes and subscribes to
// nothing; leaves no session behind.

import { randomBytes } from 'node:crypto';
import { TLSSocket } from 'node:tls';

import { MqttClient } from 'mqtt';

import type { Address } from '../../uplink/address.ts';

export type Visit =
  | {
      readonly ok: true;
      /** When the broker's certificate ends, ms since 1970; absent without TLS. */
      readonly certificateEndsMs?: number;
      /** QoS 1 and retained messages, which a reader needs. */
      readonly able: boolean;
    }
  | {
      readonly ok: false;
      /** A socket's or TLS's code, an MQTT 5 reason code, `timeout` or `closed`. */
      readonly code: string | number;
      readonly error: Error;
    };

/** Shorter than a check may take, so that it can say what it waited for. */
const CONNECT_MS = 4_000;

/** Stays until `meanwhile` is done. Never rejects but for a certificate or key that is none; lets go of the socket when `signal` aborts. */
export async function visitBroker(
  address: Address,
  signal: AbortSignal,
  meanwhile: (client: MqttClient) => Promise<void> = () => Promise.resolve(),
): Promise<Visit> {
  const { promise, resolve } = Promise.withResolvers<Visit>();
  let certificateEndsMs: number | undefined;
  const client = new MqttClient(
    () => {
      const socket = address.open(CONNECT_MS);
      if (socket instanceof TLSSocket) {
        socket.once('secureConnect', () => (certificateEndsMs = Date.parse(socket.getPeerCertificate().valid_to)));
      }
      return socket;
    },
    {
      protocolVersion: 5,
      clientId: `gate-reader-doctor-${randomBytes(4).toString('hex')}`,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_MS,
      timerVariant: 'native',
      properties: { sessionExpiryInterval: 0 },
      ...(address.username !== undefined && { username: address.username }),
      ...(address.password !== undefined && { password: address.password }),
    },
  );
  const attend = async (visit: Visit): Promise<void> => {
    try {
      await meanwhile(client);
      resolve(visit);
    } catch (error) {
      const failed = error instanceof Error ? error : new Error(String(error));
      resolve({ ok: false, code: codeOf(failed), error: failed });
    }
  };
  client.on('connect', ({ properties }) => {
    const able = properties?.maximumQoS !== 0 && properties?.retainAvailable !== false;
    void attend({ ok: true, able, ...(certificateEndsMs === undefined ? {} : { certificateEndsMs }) });
  });
  client.on('error', (error) => resolve({ ok: false, code: codeOf(error), error }));
  client.on('close', () => resolve({ ok: false, code: 'closed', error: new Error('it closed the connection') }));
  signal.addEventListener('abort', () => client.end(true), { once: true });
  try {
    return await promise;
  } finally {
    client.end(true, { reasonCode: 0 });
  }
}

function codeOf(error: Error): string | number {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined;
  if (typeof code === 'string' || typeof code === 'number') return code;
  return error.message === 'connack timeout' ? 'timeout' : 'closed';
}
