// Which step of making a connection takes too long: MQTT.js has one timer for them all, and calls it a CONNACK that is missing.

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** Watches a socket from its opening on; the answer gives MQTT.js's error as one of the step that was waited for. */
export function stepsOf(socket: Socket): (error: Error) => Error {
  let silent: Error | undefined = failure('EAI_AGAIN', 'its name was not looked up in time');
  // Begins once the name is looked up, or at once for an address.
  socket.once('connectionAttempt', () => (silent = failure('ETIMEDOUT', 'it was not reached in time')));
  socket.once('connect', () => (silent = socket instanceof TLSSocket ? new Error('handshake timeout') : undefined));
  socket.once('secureConnect', () => (silent = undefined));
  return (error) => (error.message === 'connack timeout' ? (silent ?? error) : error);
}
