// The fault bench's judge finds what it is for: a judge that overlooks something makes every experiment green.

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import mqtt, { type MqttClient } from 'mqtt';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Ledger } from '../../scripts/faults/ledger.ts';
import { eventually } from '../fakes/eventually.ts';
import { startMosquitto } from '../fakes/mosquitto.ts';

const BASE = 'gates/v1/s/r';
const hash = (body: string): string => createHash('sha256').update(body).digest('base64url');

/** Events as a reader makes them, each chained to the one before. */
class Chain {
  readonly bodies: string[] = [];
  readonly #key: KeyObject;
  readonly #public: object;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.#key = privateKey;
    this.#public = publicKey.export({ format: 'jwk' });
    this.add('gate.start.v1', { key: this.#public });
  }

  add(type: string, data: object, prevhash = hash(this.bodies.at(-1) ?? '')): string {
    const sequence = String(this.bodies.length + 1).padStart(12, '0');
    const place = { source: '/gates/s/r', epoch: 'e', sequence, prevhash: this.bodies.length === 0 ? '' : prevhash };
    const body = JSON.stringify({ type, ...place, data });
    this.bodies.push(body);
    return body;
  }

  scan(label: string): string {
    return this.add('gate.scan.v1', { credential: { label, note: 'braces } and "quotes" { inside' } });
  }

  seal(of = hash(this.bodies.at(-1) ?? '')): string {
    const signed = [{ alg: 'EdDSA' }, { hash: of }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign(null, Buffer.from(signed), this.#key).toString('base64url');
    return this.add('gate.seal.v1', { seal: `${signed}.${signature}` });
  }
}

let ledger: Ledger;
let reader: MqttClient;

beforeEach(async () => {
  const broker = await startMosquitto();
  ledger = new Ledger({ url: broker.url, site: 's', reader: 'r', receipts: false });
  await ledger.open();
  reader = await mqtt.connectAsync(broker.url, { protocolVersion: 5 });
  onTestFinished(async () => {
    await reader.endAsync(true);
    await ledger.close();
    await broker.kill();
  });
});

async function deliver(...bodies: readonly string[]): Promise<void> {
  const wanted = ledger.count + ledger.duplicates + bodies.length;
  for (const body of bodies) await reader.publishAsync(`${BASE}/event`, body, { qos: 1 });
  await eventually('all delivered', () => ledger.count + ledger.duplicates === wanted);
}

describe('Ledger.judge', () => {
  test('finds nothing in a whole journal, of events and of a batch, delivered once and twice', async () => {
    const chain = new Chain();
    for (const label of ['a', 'b', 'c']) chain.scan(label);
    chain.seal();
    await deliver(...chain.bodies.slice(0, 2));
    await reader.publishAsync(`${BASE}/batch`, `[${chain.bodies.slice(1).join(',')}]`, { qos: 1 });
    await eventually('the batch', () => ledger.count === 5);
    expect(ledger.judge(['a', 'b', 'c'])).toEqual({ lost: 0, gaps: 0, chain: 0 });
    expect([ledger.duplicates, ledger.strange, ledger.outOfOrder, ledger.whole]).toEqual([1, [], 0, 5]);
  });

  test('a shown scan that is not there is lost, and its number is a gap', async () => {
    const chain = new Chain();
    for (const label of ['a', 'b', 'c']) chain.scan(label);
    await deliver(...chain.bodies.filter((_, at) => at !== 2));
    expect(ledger.judge(['a', 'b', 'c'])).toEqual({ lost: 1, gaps: 1, chain: 0 });
    expect([ledger.missing(), ledger.outOfOrder, ledger.whole]).toEqual([[[3, 3]], 1, 2]);
    await deliver(chain.bodies[2] ?? '');
    expect(ledger.judge(['a', 'b', 'c'])).toEqual({ lost: 0, gaps: 0, chain: 0 });
  });

  test('a scan that is stored as two events is a double', async () => {
    const chain = new Chain();
    chain.scan('a');
    chain.scan('a');
    await deliver(...chain.bodies);
    expect(ledger.judge(['a'])).toEqual({ lost: 0, gaps: 1, chain: 0 });
  });

  test('an event that does not continue the one before breaks the chain', async () => {
    const chain = new Chain();
    chain.scan('a');
    chain.add('gate.scan.v1', { credential: { label: 'b' } }, hash('another'));
    await deliver(...chain.bodies);
    expect(ledger.judge(['a', 'b'])).toEqual({ lost: 0, gaps: 0, chain: 1 });
  });

  test('a seal of another hash and a seal of another key break the chain', async () => {
    const [chain, other] = [new Chain(), new Chain()];
    chain.seal(hash('another'));
    const foreign = JSON.parse(other.seal(hash(chain.bodies.at(-1) ?? ''))) as { data: object };
    chain.add('gate.seal.v1', foreign.data);
    await deliver(...chain.bodies);
    expect(ledger.judge([])).toEqual({ lost: 0, gaps: 0, chain: 2 });
  });

  test('two different events with one number, and an event of another reader, are strange', async () => {
    const chain = new Chain();
    chain.scan('a');
    await deliver(
      ...chain.bodies,
      (chain.bodies[1] ?? '').replace('"a"', '"b"'),
      (chain.bodies[1] ?? '').replace('/s/r', '/s/q'),
    );
    expect(ledger.strange).toHaveLength(3);
  });

  test('a centre that lost a day misses what came after it', async () => {
    const chain = new Chain();
    for (const label of ['a', 'b', 'c']) chain.scan(label);
    await deliver(...chain.bodies);
    ledger.forgetAfter(2);
    expect([ledger.whole, ledger.judge(['a', 'b', 'c']).lost]).toEqual([2, 2]);
  });
});
