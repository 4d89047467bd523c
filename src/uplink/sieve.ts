// A message store for MQTT.js that keeps nothing: the journal is the only store, and a second copy of what is in flight is memory.
import type { IStore } from 'mqtt';
import { Readable } from 'node:stream';

/** Accepts and forgets; a new connection finds nothing to resend. */
export function sieve(): IStore {
  const store: IStore = {
    put(_packet, done) {
      done();
      return store;
    },
    del(packet, done) {
      done(undefined, packet as Parameters<typeof done>[1]);
      return store;
    },
    get(_packet, done) {
      done(new Error('nothing is kept'));
      return store;
    },
    createStream: () => Readable.from([]) as unknown as ReturnType<IStore['createStream']>,
    close(done) {
      done();
    },
  };
  return store;
}
