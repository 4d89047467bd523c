// What a centre can do to a reader, one entry each: how it stands to receipts, one round of it, and what must hold at the end.

import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt';
import { between } from './random.ts';
import { SITE } from './reader.ts';
import type { Stage, StageSetup } from './stage.ts';

export interface CentrePart extends StageSetup {
  /** One round; what was shown has not all arrived at its end. */
  round(stage: Stage, round: number): Promise<void>;
  /** After the last round. */
  end?(stage: Stage): Promise<void>;
  /** Promises that only this centre tries: a sentence for each that is broken. */
  check?(stage: Stage): string[];
  note?(stage: Stage): string;
}

/** Nobody scans for 10 s, then within 5 s the reader prunes what it may; and a bit. */
const LULL_MS = 17_000;
/** Every row that there could be. */
const EVERYTHING = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const;

/** How often the reader's log says so. */
const said = ({ reader }: Stage, words: string): number => reader.stderr.filter((line) => line.includes(words)).length;

/** Receipts that are not this centre's word, none of which may move anything. */
function lies(epoch: string, whole: number): string[] {
  return [
    JSON.stringify({ epoch: 'another', sequence: whole + 5 }),
    JSON.stringify({ sequence: whole + 5 }),
    JSON.stringify({ epoch, sequence: whole + 1_000_000 }),
    JSON.stringify({ epoch, sequence: String(whole + 5) }),
    JSON.stringify({ epoch, sequence: whole + 0.5 }),
    JSON.stringify({ epoch, sequence: -1 }),
    JSON.stringify({ epoch, sequence: whole + 5, resend: [[whole + 5, 1]] }),
    `{"epoch":"${epoch}","sequence":${whole + 5}`,
  ];
}

const CAUSES = ['other-epoch', 'above-the-highest', 'not-an-integer', 'lower-than-the-last', 'malformed-resend', 'not-json'];

export const CENTRE_PARTS: readonly CentrePart[] = [
  {
    name: 'never',
    receipts: 'required',
    centre: 'silent',
    settings: { journal: { retentionDays: 0 } },
    async round(stage) {
      await stage.more(20);
      await stage.rest();
      await delay(LULL_MS);
      // Its disk is gone, and no receipt was ever sent for what was on it.
      stage.ledger.forgetAfter(stage.ledger.receipted);
      await stage.reconnected();
      stage.scan();
    },
    async end(stage) {
      await stage.rest();
      await stage.promised('everything again', () => stage.ledger.judge(stage.reader.shown).lost === 0, 20_000);
      await stage.ledger.receipt();
      // Without this nothing above would show that rows are pruned at all.
      await stage.promised('a pruning of what has a receipt', () => stage.ledger.ofType('gate.purge.v1').length > 0, 60_000);
    },
    check: ({ ledger }) =>
      ledger
        .ofType('gate.purge.v1')
        .flatMap(({ through }) =>
          Number(through) > ledger.receipted ? [`rows up to ${String(through)} were pruned, receipted ${ledger.receipted}`] : [],
        ),
  },
  {
    name: 'late',
    receipts: 'required',
    centre: 'silent',
    async round(stage) {
      const sequence = stage.ledger.whole;
      await delay(between(stage.random, 500, 2000));
      await stage.reconnected();
      await stage.ledger.receipt({ sequence });
      await stage.more(10);
    },
  },
  {
    name: 'repeating',
    receipts: 'required',
    centre: 'silent',
    async round(stage) {
      await stage.more(10);
      const sequence = stage.ledger.whole;
      for (let time = 0; time < 3; time += 1) await stage.ledger.receipt({ sequence, resend: [[1, sequence]] });
      await stage.ledger.receipt({ sequence: Math.floor(sequence / 2) });
    },
    check: (stage) => [
      ...(said(stage, 'resend-asked') === stage.between.connections ? [] : ['more than one resend was honoured on a connection']),
      ...(said(stage, 'lower-than-the-last') > stage.between.connections ? ['a stale receipt was told more than once'] : []),
      // Each event live, and once more.
      ...(stage.ledger.duplicates <= stage.ledger.count ? [] : [`${stage.ledger.duplicates} duplicates`]),
    ],
  },
  {
    name: 'lying',
    receipts: 'required',
    async round(stage) {
      await stage.more(5);
      await stage.ledger.close();
      const { epoch, whole } = stage.ledger;
      await stage.more(20);
      const liar = await mqtt.connectAsync(stage.broker.url, { protocolVersion: 5, reconnectPeriod: 0 });
      const topic = `gates/v1/${SITE}/${stage.name}/receipt`;
      for (const lie of lies(epoch, whole)) await liar.publishAsync(topic, lie, { qos: 1, retain: true });
      await liar.endAsync();
      await stage.promised('a word on the last lie', () => said(stage, 'not-json') > 0, 20_000);
      if (stage.random() < 0.5) await stage.reconnected();
      await stage.ledger.open();
    },
    // What was under way to the centre as it left was acknowledged by the broker: it comes again with a connection.
    end: async (stage) => await stage.reconnected(),
    check: (stage) =>
      CAUSES.flatMap((cause) => {
        const times = said(stage, `"${cause}"`);
        return times > 0 && times <= stage.between.connections ? [] : [`${cause} was told ${times} times`];
      }),
  },
  {
    name: 'forgetful',
    receipts: 'required',
    async round(stage, round) {
      await stage.more(20);
      await stage.rest();
      const { ledger } = stage;
      await stage.promised('everything stored', () => ledger.judge(stage.reader.shown).lost === 0, 30_000);
      // What is asked for again is sent once a connection.
      if (round > 0) await stage.reconnected();
      ledger.forgetAfter(between(stage.random, 0, ledger.receipted - 1));
      await ledger.receipt({ sequence: ledger.receipted, resend: [EVERYTHING, [1, 1], [5, 3_000_000_000]] });
      await stage.promised('the lost day again', () => ledger.judge(stage.reader.shown).lost === 0, 20_000);
      stage.scan();
    },
  },
];
