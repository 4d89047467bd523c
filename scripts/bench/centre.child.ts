// A small centre: subscribes to a reader's events, checks that sequence numbers have no gap, sends a cumulative receipt at
// most each 100 ms. Events are not parsed: only the last sequence number of each message is looked at, so that the centre
// is not what limits a drain. Arguments: the broker's port, the topic's start, `receipts` or `none`, the last number awaited.

import { connect } from 'mqtt';
import type { Tally } from './centre.ts';

const RECEIPT_EVERY_MS = 100;

const [port = '', base = '', receipts = '', awaited = ''] = process.argv.slice(2);
const client = connect(`mqtt://127.0.0.1:${port}`, {
  protocolVersion: 5,
  properties: { receiveMaximum: 65_535, maximumPacketSize: 1 << 24 },
});
let tally: Tally = { messages: 0, bytes: 0, sequence: 0, gaps: 0, firstMs: 0, lastMs: 0 };
let reached = false;
let timer: NodeJS.Timeout | undefined;

client.on('message', (_topic, payload) => {
  const lastMs = performance.timeOrigin + performance.now();
  const first = sequenceAt(payload, payload.indexOf('"sequence":"'));
  const last = sequenceAt(payload, payload.lastIndexOf('"sequence":"'));
  tally = {
    messages: tally.messages + 1,
    bytes: tally.bytes + payload.byteLength,
    sequence: Math.max(tally.sequence, last),
    gaps: tally.gaps + (first > tally.sequence + 1 ? 1 : 0),
    firstMs: tally.firstMs || lastMs,
    lastMs,
  };
  if (receipts === 'receipts') timer ??= setTimeout(() => sendReceipt(payload), RECEIPT_EVERY_MS);
  if (reached || tally.sequence < Number(awaited)) return;
  reached = true;
  process.send?.({ kind: 'reached', tally });
});

function sequenceAt(payload: Buffer, at: number): number {
  return Number(payload.toString('latin1', at + 12, at + 24));
}

function sendReceipt(payload: Buffer): void {
  timer = undefined;
  const at = payload.indexOf('"epoch":"') + 9;
  const epoch = payload.toString('latin1', at, payload.indexOf('"', at));
  client.publish(`${base}/receipt`, JSON.stringify({ epoch, sequence: tally.sequence }), { qos: 1, retain: true });
}

await client.subscribeAsync([`${base}/event`, `${base}/batch`], { qos: 1 });
process.send?.({ kind: 'subscribed' });
process.on('message', () => process.send?.({ kind: 'told', tally }));
