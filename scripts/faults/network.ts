// A bad network between a reader and its broker: a TCP proxy on loopback that cuts at any byte, goes deaf without closing, is slow,
// keeps acknowledgements back or lets nobody in. It never reorders or changes what it passes on: TCP does not either.

import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { PUBACK, packetsOf, typeOf } from '../../test/fakes/mqtt-packets.ts';

export type Trouble =
  | { readonly kind: 'none' }
  /** Both ends are cut after so many bytes more in one way. */
  | { readonly kind: 'cut'; readonly way: 'up' | 'down'; readonly afterBytes: number }
  /** Nothing passes any more, and neither end hears of it. */
  | { readonly kind: 'stall' }
  /** Every piece takes up to so long, in order. */
  | { readonly kind: 'delay'; readonly mostMs: number }
  /** The broker's PUBACKs do not arrive. */
  | { readonly kind: 'swallow' }
  /** New connections are closed at once, and those there are as well. */
  | { readonly kind: 'refuse' };

export interface Attempt {
  readonly openedMs: number;
  closedMs: number | undefined;
}

export interface Network {
  readonly url: string;
  /** Every connection that was asked for, oldest first. */
  readonly attempts: readonly Attempt[];
  /** How often each trouble befell something that passed: one that was set and met nothing has tried nothing. */
  readonly met: ReadonlyMap<Trouble['kind'], number>;
  /** What happens from now on, to connections that are there as well. */
  set(trouble: Trouble): void;
  /** Nothing is wrong any more; connections that went deaf are cut, as when a router comes back. */
  heal(): void;
  close(): Promise<void>;
}

/** @param random for the delays */
export async function badNetwork(brokerPort: number, random: () => number): Promise<Network> {
  const met = new Map<Trouble['kind'], number>();
  const state: State = {
    trouble: { kind: 'none' },
    budget: 0,
    meet: (kind) => void met.set(kind, (met.get(kind) ?? 0) + 1),
  };
  const attempts: Attempt[] = [];
  const ends = new Set<() => void>();
  const server = createServer((client) => {
    const attempt: Attempt = { openedMs: performance.now(), closedMs: undefined };
    attempts.push(attempt);
    const broker = connect({ host: '127.0.0.1', port: brokerPort });
    const end = (): void => {
      attempt.closedMs ??= performance.now();
      ends.delete(end);
      client.destroy();
      broker.destroy();
    };
    ends.add(end);
    for (const socket of [client, broker]) socket.on('error', end).on('close', end);
    if (state.trouble.kind === 'refuse') {
      state.meet('refuse');
      return end();
    }
    carry({ from: client, to: broker, way: 'up', state, end, random });
    carry({ from: broker, to: client, way: 'down', state, end, random });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    attempts,
    met,
    set(trouble) {
      state.trouble = trouble;
      state.budget = trouble.kind === 'cut' ? trouble.afterBytes : 0;
      if (trouble.kind === 'refuse') {
        for (const end of ends) {
          state.meet('refuse');
          end();
        }
      }
    },
    heal() {
      state.trouble = { kind: 'none' };
      for (const end of ends) end();
    },
    async close() {
      for (const end of ends) end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  trouble: Trouble;
  budget: number;
  meet(kind: Trouble['kind']): void;
}

interface Carried {
  readonly from: Socket;
  readonly to: Socket;
  readonly way: 'up' | 'down';
  readonly state: State;
  readonly end: () => void;
  readonly random: () => number;
}

function carry({ from, to, way, state, end, random }: Carried): void {
  const sieve = withoutAcknowledgements(() => state.meet('swallow'));
  let before = Promise.resolve();
  let deaf = false;
  from.on('data', (chunk: Buffer) => {
    const { trouble } = state;
    // For the rest of this connection: bytes that were left out of the middle would be another fault than silence.
    if (!deaf && trouble.kind === 'stall') {
      state.meet('stall');
      deaf = true;
    }
    if (deaf) return;
    // The packets' borders are followed all the time, so that swallowing can begin at any moment.
    const passed = way === 'down' ? sieve(chunk, trouble.kind === 'swallow') : chunk;
    const ms = trouble.kind === 'delay' ? random() * trouble.mostMs : 0;
    if (ms > 0) state.meet('delay');
    const cuts = trouble.kind === 'cut' && trouble.way === way;
    const piece = cuts ? passed.subarray(0, Math.max(0, state.budget)) : passed;
    if (cuts) state.budget -= passed.length;
    const ends = cuts && state.budget <= 0;
    // The cut is made once; whoever comes next gets through. Nothing more of this connection passes.
    if (ends) {
      state.meet('cut');
      state.trouble = { kind: 'none' };
      deaf = true;
    }
    before = afterwards(before, ms, () => {
      to.write(piece);
      if (ends) setImmediate(end);
    });
  });
}

/** In order: no piece overtakes one that is waited for. */
async function afterwards(before: Promise<void>, ms: number, work: () => void): Promise<void> {
  await before;
  if (ms > 0) await delay(ms);
  work();
}

/** Passes whole MQTT packets on, without the PUBACKs while told so. */
function withoutAcknowledgements(swallowed: () => void): (chunk: Buffer, swallow: boolean) => Buffer {
  const cut = packetsOf();
  return (chunk, swallow) => {
    const packets = cut(chunk);
    const passed = swallow ? packets.filter((packet) => typeOf(packet) !== PUBACK) : packets;
    if (passed.length < packets.length) swallowed();
    return Buffer.concat(passed);
  };
}
