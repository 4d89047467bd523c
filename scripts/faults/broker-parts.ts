// What a broker can do to a reader, one entry each: how it is set up, one round of trouble, and what must hold beside nothing lost.

import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt';
import { eventually } from '../../test/fakes/eventually.ts';
import { forgottenOf, FULL_DISK } from './broker-disk.ts';
import { between } from './random.ts';
import { SITE } from './reader.ts';
import type { Stage, StageSetup } from './stage.ts';

export interface BrokerPart extends StageSetup {
  /** Why it can't be played here; undefined where it can. */
  unable?(): string | undefined;
  /** One round, over when the broker is well again; counted from 0. */
  trouble(stage: Stage, round: number): Promise<void>;
  /** Promises that only this trouble tries: a sentence for each that is broken. */
  check?(stage: Stage, rounds: number): string[];
  note?(stage: Stage): string;
}

const PACKET_BYTES_MAX = 2048;
/** Larger than one scan's event, smaller than two: and the broker does not say so in its CONNACK. */
const UNTOLD_BYTES_MAX = 1500;
/** What it keeps for a centre that is away; what comes after is acknowledged and thrown away. */
const QUEUED_MAX = 20;
/** MQTT 5, 3.4.2.1: every reason that says "not delivered". */
const REFUSALS = [0x10, 0x80, 0x83, 0x87, 0x90, 0x97, 0x99];

export const BROKER_PARTS: readonly BrokerPart[] = [
  {
    name: 'killed',
    receipts: 'required',
    async trouble(stage) {
      const { connections } = stage.between;
      await stage.restartBroker({ downMs: between(stage.random, 0, 1500) });
      await eventually('a connection', () => stage.between.connections > connections, { deadlineMs: 60_000 });
    },
    check: ({ between: { connections } }, rounds) => (connections > rounds ? [] : ['it never had to connect again']),
  },
  {
    name: 'refusing',
    receipts: 'none',
    quietMs: 14_000,
    async trouble(stage) {
      stage.between.refuse = () => (stage.random() < 0.3 ? REFUSALS[Math.floor(stage.random() * REFUSALS.length)] : undefined);
      const { refused } = stage.between;
      await eventually('refusals', () => stage.between.refused >= refused + 3, { deadlineMs: 60_000 });
      stage.between.refuse = undefined;
    },
    check: ({ between: { connections } }) => (connections === 1 ? [] : [`${connections} connections for refusals, wanted one`]),
    note: ({ between: { refused } }) => `${refused} refusals`,
  },
  {
    name: 'one-at-a-time',
    receipts: 'none',
    config: ['allow_anonymous true', 'max_inflight_messages 1'],
    slowMs: 5,
    trouble: async (stage) => await stage.reconnected(),
    check: ({ between: { mostInFlight } }) =>
      mostInFlight === 1 ? [] : [`${mostInFlight} messages in flight, Receive Maximum 1`],
  },
  {
    name: 'small-packets',
    receipts: 'required',
    config: ['allow_anonymous true', `max_packet_size ${PACKET_BYTES_MAX}`],
    trouble: async (stage) => await stage.reconnected(),
    check: ({ between: { largestBytes } }) =>
      largestBytes <= PACKET_BYTES_MAX ? [] : [`a packet of ${largestBytes} bytes, Maximum Packet Size ${PACKET_BYTES_MAX}`],
    note: ({ between: { largestBytes } }) => `largest packet ${largestBytes} bytes`,
  },
  {
    name: 'untold-limit',
    receipts: 'required',
    config: ['allow_anonymous true', `message_size_limit ${UNTOLD_BYTES_MAX}`],
    // Each try costs a connection: Mosquitto 2.0 answers with a reason that a PUBACK may not have.
    quietMs: 60_000,
    trouble: async (stage) => await stage.reconnected(),
    note: ({ between: { largestBytes } }) => `largest packet ${largestBytes} bytes`,
  },
  {
    name: 'forbidden',
    receipts: 'required',
    async trouble(stage) {
      const base = `gates/v1/${SITE}/${stage.name}`;
      const acl = `topic read #\n${['state', 'health', 'receipt'].map((topic) => `topic write ${base}/${topic}\n`).join('')}`;
      const told = stage.reader.stderr.length;
      await stage.restartBroker({ config: ['allow_anonymous true', 'acl_file {folder}/acl'], files: { acl } });
      await eventually('the word of the access list', () => toldOf(stage, 'not authorised', told), { deadlineMs: 60_000 });
      await stage.restartBroker();
      // The same refusal is told once until events are taken again.
      const { count } = stage.ledger;
      await stage.promised('an event again', () => stage.ledger.count > count, 60_000);
    },
  },
  {
    name: 'taken-over',
    receipts: 'none',
    async trouble(stage) {
      const { connections } = stage.between;
      const options = { clientId: `gate-reader-${SITE}-${stage.name}`, protocolVersion: 5, reconnectPeriod: 0 } as const;
      const intruder = await mqtt.connectAsync(stage.broker.url, options);
      intruder.on('error', () => undefined);
      await delay(between(stage.random, 0, 1000));
      await intruder.endAsync(true);
      await eventually('the reader again', () => stage.between.connections > connections, { deadlineMs: 60_000 });
    },
    // Mosquitto 2.0 ends the older connection without a DISCONNECT that says why.
    check: ({ between: { connections } }, rounds) => (connections > rounds ? [] : ['it was never thrown out']),
  },
  {
    name: 'full',
    receipts: 'required',
    config: ['allow_anonymous true', `max_queued_messages ${QUEUED_MAX}`],
    durable: true,
    async trouble(stage, round) {
      await stage.more(QUEUED_MAX);
      await stage.ledger.close();
      await stage.more(3 * QUEUED_MAX);
      await stage.ledger.open();
      await eventually('a gap', () => stage.ledger.missing().length > 0, { deadlineMs: 60_000 });
      const gaps = stage.ledger.missing();
      stage.forgotten.push({ events: gaps.reduce((sum, [from, to]) => sum + to - from + 1, 0) });
      // What is asked for again is sent once a connection; without being asked it is sent on the next.
      if (round % 2 === 0) await stage.ledger.receipt({ resend: stage.ledger.missing() });
      else await stage.reconnected();
      await stage.promised('the rest of what the broker threw away', () => stage.ledger.missing().length === 0, 30_000);
    },
    check: ({ reader }) => (reader.stderr.some((line) => line.includes('"rows"')) ? [] : ['nothing was asked for again']),
    note: forgottenOf,
  },
  FULL_DISK,
];

const toldOf = ({ reader }: Stage, words: string, from: number): boolean =>
  reader.stderr.slice(from).some((line) => line.includes(words));
