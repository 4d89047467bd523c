// Experiment: the network between readers and broker cuts, goes deaf, is slow, swallows acknowledgements and lets nobody in, while
// codes are scanned. Several readers at once, with and without receipts, each on a network of its own.

import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../../test/fakes/eventually.ts';
import { startMosquitto } from '../../../test/fakes/mosquitto.ts';
import type { Context, Experiment, Figures } from '../experiment.ts';
import { allAtOnce } from '../figures.ts';
import { Ledger } from '../ledger.ts';
import { badNetwork, type Network, type Trouble } from '../network.ts';
import { between, randomFrom } from '../random.ts';
import { delivered, FaultedReader, SITE } from '../reader.ts';

const READERS = Array.from({ length: 4 }, (_, at) => ({ name: `cut-${at + 1}`, at }));
/** The longest wait between connections is 30 s; a few rounds do not come near it. */
const CATCH_UP = { deadlineMs: 120_000, quietMs: 20_000 };
/** Long enough for an acknowledgement to be missed (10 s) and the line to be given up. */
const DEAF_MS = 12_000;
const SCAN_EVERY_MS = 20;
/** A daemon that keeps what it can't send in memory grows by far more. */
const GROWTH_BYTES_MAX = 32 * 1_048_576;
/** The contract: 0.5 s doubling to 30 s, drawn from the upper half, set back after 10 s connected. An end that the reader makes is
 * seen late here while the bench is busy: that much may be missing. */
const BACKOFF = { firstMs: 500, mostMs: 30_000, steadyMs: 10_000, slackMs: 150 };

export const cut: Experiment = {
  name: 'cut',
  promise: 'whatever the network does, nothing is lost, order is kept, reconnects are bounded and memory stays flat',
  rounds: { short: 3, long: 200 },
  parts: READERS.map(({ name }) => name),
  async run(context: Context): Promise<Figures> {
    const broker = await startMosquitto();
    try {
      const seeds = READERS.map(() => Math.floor(context.random() * 2 ** 32));
      return await allAtOnce(READERS, context, ({ name, at }) =>
        troubled({ context, brokerPort: broker.port, name, seed: seeds[at] ?? 0, at }),
      );
    } finally {
      await broker.kill();
    }
  },
};

interface Plan {
  readonly context: Context;
  readonly brokerPort: number;
  readonly name: string;
  readonly seed: number;
  readonly at: number;
}

async function troubled({ context, brokerPort, name, seed, at }: Plan): Promise<Figures> {
  const random = randomFrom(seed);
  const network = await badNetwork(brokerPort, random);
  const receipts = at % 2 === 0;
  const ledger = new Ledger({ url: `mqtt://127.0.0.1:${brokerPort}`, site: SITE, reader: name, receipts });
  await ledger.open();
  const { root, folder, rounds, signal, say } = context;
  const uplink = { receipts: receipts ? 'required' : 'none' };
  const reader = new FaultedReader({ root, folder, reader: name, broker: network.url, uplink });
  let done = false;
  let before = 0;
  try {
    await reader.start();
    const scanning = scanUntil(reader, () => done);
    // A trouble that comes before the first message would try the connecting alone.
    await eventually(`a first event of ${name}`, () => ledger.count > 0, { deadlineMs: 60_000 });
    for (let round = 0; round < rounds && !signal.aborted; round += 1) {
      await make(network, troubleOf(random, round + at), random);
      // Compiled, connected and with a backlog behind it: from here on it need not grow.
      if (round === 0) before = reader.residentBytes;
      say(`${name}: trouble ${round + 1} of ${rounds}, ${reader.shown.size} scans shown`);
    }
    network.heal();
    done = true;
    await scanning;
    await delivered(reader, ledger, CATCH_UP);
    const judged = ledger.judge(reader.shown);
    const grown = reader.residentBytes - before;
    await reader.stop();
    const early = earlyReconnects(network);
    return {
      rounds,
      shown: reader.shown.size,
      duplicates: ledger.duplicates,
      ...judged,
      broken: [
        ...ledger.strange,
        ...(ledger.outOfOrder === 0 ? [] : [`${name}: ${ledger.outOfOrder} events came before an earlier one`]),
        ...(network.met.size === 0 ? [`${name} met no trouble`] : []),
        ...(early === 0 ? [] : [`${name} came back too early ${early} times`]),
        ...(grown > GROWTH_BYTES_MAX ? [`${name} grew by ${Math.round(grown / 1_048_576)} MB`] : []),
      ],
      notes: [
        `${name}: receipts ${uplink.receipts}, ${network.attempts.length} connections, ${judged.lost} lost, memory ${signed(grown)} MB, ` +
          `met ${[...network.met].map(([kind, times]) => `${kind} ${times}`).join(', ')}`,
      ],
    };
  } finally {
    done = true;
    await reader.close();
    await ledger.close();
    await network.close();
  }
}

async function scanUntil(reader: FaultedReader, done: () => boolean): Promise<void> {
  while (!done() && reader.alive) {
    await reader.scan();
    await delay(SCAN_EVERY_MS);
  }
}

/** Every kind comes up in turn, with chances of its own; a stall is dear (12 s), so cuts come most often. */
function troubleOf(random: () => number, turn: number): Trouble {
  const way = random() < 0.5 ? 'up' : 'down';
  const cutting: Trouble = { kind: 'cut', way, afterBytes: between(random, 0, way === 'up' ? 40_000 : 400) };
  const kinds: readonly Trouble[] = [
    cutting,
    { kind: 'swallow' },
    { kind: 'delay', mostMs: between(random, 1, 300) },
    { kind: 'stall' },
    cutting,
    { kind: 'refuse' },
  ];
  return kinds[turn % kinds.length] ?? cutting;
}

async function make(network: Network, trouble: Trouble, random: () => number): Promise<void> {
  const { kind } = trouble;
  const before = network.met.get(kind) ?? 0;
  network.set(trouble);
  // Not timed: whether the byte at which it is made passes in so many seconds would be chance.
  if (kind === 'cut') await eventually('the cut', () => (network.met.get(kind) ?? 0) > before, { deadlineMs: 90_000 });
  const deaf = kind === 'stall' || kind === 'swallow';
  await delay(deaf ? DEAF_MS : between(random, 500, kind === 'cut' ? 1_000 : 4_000));
  network.set({ kind: 'none' });
}

/** Attempts that came sooner after the end of the one before than the contract's back-off allows. */
function earlyReconnects({ attempts }: Network): number {
  let early = 0;
  let ceiling = BACKOFF.firstMs;
  for (const [at, { openedMs }] of attempts.entries()) {
    const last = attempts[at - 1];
    if (last?.closedMs === undefined) continue;
    if (last.closedMs - last.openedMs >= BACKOFF.steadyMs) ceiling = BACKOFF.firstMs;
    if (openedMs - last.closedMs < ceiling / 2 - BACKOFF.slackMs) early += 1;
    ceiling = Math.min(ceiling * 2, BACKOFF.mostMs);
  }
  return early;
}

const signed = (bytes: number): string => `${bytes < 0 ? '' : '+'}${(bytes / 1_048_576).toFixed(1)}`;
