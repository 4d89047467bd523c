// The pure core: a table of situations, and random acknowledgements, refusals and cuts that must never lose or skip a row.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Drain, type Plan } from '../../src/uplink/drain.ts';
import { contractBounds } from '../../src/uplink/timings.ts';
import { backoff } from '../../src/system/backoff.ts';

const delays = () => backoff({ firstMs: 500, maxMs: 10_000, random: () => 0 });
const open = { receiveMaximum: 65_535, maxPayloadBytes: 1_000_000 };

function drainAt(confirmed: number, head: number, limits: Partial<typeof open> & { cautious?: boolean } = {}): Drain {
  const drain = new Drain(contractBounds, delays);
  drain.begin({ confirmed, head, ...open, ...limits });
  return drain;
}

/** Sends what may be sent now; returns the plans, ids count up from `id`. */
function sendAll(drain: Drain, nowMs: number, id: number, bytes = 600): Plan[] {
  const plans: Plan[] = [];
  for (let plan = drain.next(nowMs); plan !== undefined; plan = drain.next(nowMs)) {
    drain.started(id + plans.length, plan, plan.to, bytes * (plan.to - plan.from + 1));
    plans.push(plan);
  }
  return plans;
}

const spans = (plans: readonly Plan[]): [string, number, number][] => plans.map((plan) => [plan.kind, plan.from, plan.to]);

describe('Drain', () => {
  test('a cautious beginning sends one message until it is delivered, so that nobody gets the end before the beginning', () => {
    const drain = drainAt(0, 450, { cautious: true });
    expect(spans(sendAll(drain, 0, 1))).toEqual([['batch', 1, 200]]);
    drain.settled(1, false, 0);
    expect(spans(sendAll(drain, 500, 2))).toEqual([['batch', 1, 200]]);
    drain.settled(2, true, 510);
    expect(spans(sendAll(drain, 510, 3))).toEqual([
      ['batch', 201, 400],
      ['batch', 401, 450],
    ]);
  });

  test('what was journalled at connect goes in batches of 200, what comes later singly', () => {
    const drain = drainAt(10, 450);
    expect(spans(sendAll(drain, 0, 1))).toEqual([
      ['batch', 11, 210],
      ['batch', 211, 410],
      ['batch', 411, 450],
    ]);
    drain.appended(452);
    expect(spans(sendAll(drain, 0, 10))).toEqual([
      ['event', 451, 451],
      ['event', 452, 452],
    ]);
  });

  test('more than 100 unsent rows become a backlog, exactly 100 do not', () => {
    const drain = drainAt(0, 0);
    drain.appended(100);
    expect(drain.next(0)).toMatchObject({ kind: 'event', from: 1, to: 1 });
    drain.appended(101);
    expect(drain.next(0)).toMatchObject({ kind: 'batch', from: 1, to: 101 });
  });

  test('sends nothing before begin and after end', () => {
    const drain = new Drain(contractBounds, delays);
    drain.appended(5);
    expect(drain.next(0)).toBeUndefined();
    drain.begin({ confirmed: 0, head: 5, ...open });
    expect(drain.next(0)).toBeDefined();
    drain.end();
    expect(drain.next(0)).toBeUndefined();
  });

  test.each([
    ['the window of 100', 65_535, 0, 100],
    ['the Receive Maximum', 7, 0, 7],
    ['the Receive Maximum less the messages that are not events', 7, 2, 5],
    ['a Receive Maximum of one, taken by the state', 1, 1, 0],
  ])('keeps within %s', (_what, receiveMaximum, others, expected) => {
    const drain = drainAt(0, 0, { receiveMaximum });
    let sent = 0;
    for (let head = 1; head <= 150; head += 1) {
      drain.appended(head);
      const plan = drain.next(0, others);
      if (plan === undefined) break;
      drain.started(head, plan, plan.to, 10);
      sent += 1;
    }
    expect(sent).toBe(expected);
  });

  test('batches wait once a megabyte is in flight', () => {
    const drain = drainAt(0, 100_000);
    expect(sendAll(drain, 0, 1, 600)).toHaveLength(Math.ceil((1024 * 1024) / 120_000));
  });

  test('out of order acknowledgements move the cursor only over what is whole', () => {
    const drain = drainAt(0, 0);
    for (let n = 1; n <= 4; n += 1) {
      drain.appended(n);
      sendAll(drain, 0, n);
    }
    drain.settled(2, true, 0);
    drain.settled(4, true, 0);
    expect(drain.confirmed).toBe(0);
    drain.settled(1, true, 0);
    expect(drain.confirmed).toBe(2);
    drain.settled(3, true, 0);
    expect([drain.confirmed, drain.idle]).toEqual([4, true]);
  });

  test('an acknowledgement that nobody waits for changes nothing', () => {
    const drain = drainAt(0, 1);
    sendAll(drain, 0, 1);
    drain.settled(77, true, 0);
    drain.settled(77, false, 0);
    expect([drain.confirmed, drain.refused]).toEqual([0, false]);
    drain.settled(1, true, 0);
    drain.settled(1, false, 0);
    expect([drain.confirmed, drain.refused]).toEqual([1, false]);
  });

  test('a refusal lets the rest settle, rewinds to the first undelivered row and tries one message at a time', () => {
    const drain = drainAt(0, 0);
    for (let n = 1; n <= 5; n += 1) {
      drain.appended(n);
      sendAll(drain, 0, n);
    }
    drain.settled(1, true, 0);
    drain.settled(2, false, 0);
    drain.settled(3, true, 0);
    drain.appended(6);
    expect([drain.next(0), drain.retryAt]).toEqual([undefined, undefined]);
    drain.settled(4, false, 0);
    drain.settled(5, true, 1000);
    expect([drain.confirmed, drain.retryAt]).toEqual([1, 1500]);
    expect(drain.next(1499)).toBeUndefined();
    expect(spans(sendAll(drain, 1500, 10))).toEqual([['event', 2, 2]]);
    drain.settled(10, true, 1501);
    expect(spans(sendAll(drain, 1501, 11))).toEqual([
      ['event', 3, 3],
      ['event', 4, 4],
      ['event', 5, 5],
      ['event', 6, 6],
    ]);
  });

  test('retries after 0.5 s doubling to 10 s, and from 0.5 s again after a success', () => {
    const drain = drainAt(0, 1);
    const waited: number[] = [];
    let nowMs = 0;
    for (let id = 1; id <= 7; id += 1) {
      sendAll(drain, nowMs, id);
      drain.settled(id, false, nowMs);
      waited.push((drain.retryAt ?? 0) - nowMs);
      nowMs = drain.retryAt ?? 0;
    }
    expect(waited).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    sendAll(drain, nowMs, 20);
    drain.settled(20, true, nowMs);
    drain.appended(2);
    sendAll(drain, nowMs, 21);
    drain.settled(21, false, nowMs);
    expect((drain.retryAt ?? 0) - nowMs).toBe(500);
  });

  test('retryNow ends the delay', () => {
    const drain = drainAt(0, 1);
    sendAll(drain, 0, 1);
    drain.settled(1, false, 0);
    drain.retryNow();
    expect(drain.next(1)).toBeDefined();
  });

  test('a receipt beyond what was sent skips ahead; one for what is refused saves sending it again', () => {
    const drain = drainAt(0, 100);
    drain.receipted(40);
    expect(spans(sendAll(drain, 0, 1))).toEqual([['batch', 41, 100]]);
    drain.receipted(80);
    drain.settled(1, false, 0);
    expect(spans(sendAll(drain, 500, 2))).toEqual([['batch', 81, 100]]);
  });

  test('rows that are gone count as done', () => {
    const drain = drainAt(0, 10);
    const plan = drain.next(0);
    if (plan === undefined) throw new Error('no plan');
    drain.absent(plan);
    expect([drain.confirmed, drain.idle]).toEqual([10, true]);
  });

  test('resend goes in batches, only of rows sent already, and again after a refusal', () => {
    const drain = drainAt(100, 100);
    drain.appended(101);
    drain.resend([{ from: 1, to: 250 }]);
    expect(spans([drain.next(0) as Plan])).toEqual([['batch', 1, 100]]);
    sendAll(drain, 0, 1);
    drain.settled(1, false, 0);
    drain.settled(2, true, 0);
    expect(drain.confirmed).toBe(101);
    expect(spans(sendAll(drain, 500, 3))).toEqual([['batch', 1, 100]]);
    drain.settled(3, true, 500);
    expect(drain.idle).toBe(true);
  });
});

type Step =
  | { readonly do: 'append'; readonly rows: number }
  | { readonly do: 'settle'; readonly pick: number; readonly delivered: boolean }
  | { readonly do: 'cut' }
  | { readonly do: 'resend'; readonly from: number; readonly rows: number }
  | { readonly do: 'receipt'; readonly back: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('append' as const), rows: fc.integer({ min: 1, max: 250 }) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('settle' as const), pick: fc.nat(99), delivered: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('resend' as const), from: fc.integer({ min: 1, max: 500 }), rows: fc.nat(300) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('receipt' as const), back: fc.nat(50) }) },
);

/** A broker and a journal in memory around one drain; checks the promises at every step. */
class World {
  readonly drain = new Drain({ ...contractBounds, window: 8 }, delays);
  readonly delivered = new Set<number>();
  readonly pending = new Map<number, Plan>();
  head = 0;
  nowMs = 0;
  #id = 0;
  #expected = 1;

  constructor() {
    this.connect();
  }

  connect(): void {
    this.pending.clear();
    this.drain.begin({ confirmed: this.drain.confirmed, head: this.head, ...open });
    this.#expected = this.drain.confirmed + 1;
  }

  apply(one: Step): void {
    if (one.do === 'append') this.drain.appended((this.head += one.rows));
    else if (one.do === 'cut') this.connect();
    else if (one.do === 'settle') this.settle(one.pick, one.delivered);
    else if (one.do === 'receipt') this.receipt(Math.max(0, this.drain.confirmed - one.back));
    else if (one.from <= this.head) this.drain.resend([{ from: one.from, to: Math.min(this.head, one.from + one.rows) }]);
    this.send();
  }

  settle(pick: number, delivered: boolean): void {
    const id = [...this.pending.keys()][pick % Math.max(1, this.pending.size)];
    const plan = id === undefined ? undefined : this.pending.get(id);
    if (id === undefined || plan === undefined) return;
    this.pending.delete(id);
    if (delivered) for (let n = plan.from; n <= plan.to; n += 1) this.delivered.add(n);
    this.drain.settled(id, delivered, this.nowMs);
    for (let n = 1; n <= this.drain.confirmed; n += 1) expect(this.delivered.has(n)).toBe(true);
  }

  receipt(sequence: number): void {
    this.drain.receipted(sequence);
  }

  send(): void {
    this.nowMs = Math.max(this.nowMs, this.drain.retryAt ?? 0);
    for (let plan = this.drain.next(this.nowMs); plan !== undefined; plan = this.drain.next(this.nowMs)) {
      // Some plans are cut short, as by the size of a batch.
      const to = Math.min(plan.to, plan.from + 60);
      this.drain.started((this.#id += 1), plan, to, 10);
      this.pending.set(this.#id, { ...plan, to });
      if (!plan.resend) {
        if (plan.from !== this.#expected) expect(plan.from).toBe(this.drain.confirmed + 1);
        this.#expected = to + 1;
      }
      expect(this.pending.size).toBeLessThanOrEqual(8);
      expect(plan.to).toBeLessThanOrEqual(this.head);
    }
  }
}

test('Drain: whatever is acknowledged, refused or cut, no row is lost, the cursor is true and the stream has no gap', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const world = new World();
      for (const one of steps) world.apply(one);
      for (let round = 0; round < 2000 && !world.drain.idle; round += 1) {
        world.settle(0, true);
        world.send();
      }
      expect(world.drain.confirmed).toBe(world.head);
      expect(world.delivered.size).toBe(world.head);
    }),
    { numRuns: 300 },
  );
});
