// A gate on a test's desk: a real journal, the real lane and entrance, inputs and an indicator that tell what they are asked,
// and a clock that moves when a test says so.

import { onTestFinished } from 'vitest';

import type { Feedback } from '../../src/admission/feedback.ts';
import { RepeatWindow } from '../../src/admission/policy/repeat.ts';
import type { Policy } from '../../src/admission/policy/rule.ts';
import { suspensionOf } from '../../src/admission/standing.ts';
import type { Indicator, Journal, LaneDirection, Scan, Scanner, Trust } from '../../src/admission/ports.ts';
import { GateEntrance } from '../../src/entrance/entrance.ts';
import type { Role } from '../../src/entrance/part.ts';
import { serve } from '../../src/lane.ts';
import { pseudonyms } from '../../src/system/secrets.ts';
import { NO_TRUST } from '../../src/trust/none.ts';
import { FakeInput } from '../fakes/input.ts';
import { listsOf, POLICY } from '../fakes/judging.ts';
import { cardOf } from '../fakes/people.ts';
import { dataFolder, openRecord, type Record as JournalRecord, rowsOf } from '../fakes/record.ts';
import { setClock } from '../fakes/set-clock.ts';

const PULSE_MS = 3_000;

interface Setup<Id extends string> {
  readonly inputs?: Readonly<Record<Id, Role>>;
  readonly policy?: Partial<Policy>;
  readonly repeatWindowMs?: number;
  readonly onJournalFailure?: 'deny' | 'grant';
  readonly trust?: Trust;
  readonly folder?: string;
  /** How long each flush takes. */
  readonly flushMs?: number;
}

/** The data of an event without what is the same in all of them. */
export interface Told {
  readonly type: string;
  readonly sequence: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Gate<Id extends string> {
  readonly record: JournalRecord;
  readonly entrance: GateEntrance;
  readonly indicator: Indicator;
  readonly inputs: Readonly<Record<Id, FakeInput>>;
  /** What was shown, announced and opened, in order. */
  readonly shown: string[];
  /** Faults now. */
  readonly faults: Map<string, string>;
  readonly logged: string[];
  /** Shows a card, or any code, to the scanner that looks this way; what was answered. */
  scan(code: number | string, looks?: LaneDirection): Promise<Feedback>;
  /** Monotonic milliseconds. */
  now(): number;
  /** Lets time pass, with all that is due in it. */
  pass(ms: number): void;
  events(): Told[];
  /** Events other than scans, as words. */
  words(): string[];
  /** An input's device goes away. */
  lose(input: Id): void;
}

const LOOKS: readonly LaneDirection[] = ['in', 'out', 'both'];

export function openGate<Id extends string = never>(setup: Setup<Id>): Gate<Id> {
  const clock = setClock('2026-11-21T06:45:00+07:00');
  const record = openRecord({ folder: setup.folder ?? dataFolder(), clock });
  const journal: Journal = {
    get epoch() {
      return record.journal.epoch;
    },
    record: (compose) => {
      const recorded = record.journal.record(compose);
      clock.advance(setup.flushMs ?? 0);
      return recorded;
    },
  };
  const [shown, logged, faults] = [[] as string[], [] as string[], new Map<string, string>()];
  const indicator: Indicator = {
    show: ({ verdict, reason, direction, opens }) =>
      shown.push(`${verdict} ${reason} ${direction ?? '-'}${opens ? ' opens' : ''}`),
    announce: ({ what, opens, pulseMs }) =>
      shown.push(`${what}${opens ? ' opens' : ''}${pulseMs === undefined ? '' : ` ${pulseMs} ms`}`),
    rest: () => undefined,
    close: async () => undefined,
  };
  const timers = timersOf(clock);
  const abort = new AbortController();
  const repeats = new RepeatWindow<Feedback>(setup.repeatWindowMs ?? 10_000);
  const tell = (_: object, message: string) => logged.push(message);
  const log = { debug: () => undefined, info: tell, warn: tell, error: tell };
  const roles = Object.entries(setup.inputs ?? {}) as [Id, Role][];
  const inputs = Object.fromEntries(roles.map(([id]) => [id, new FakeInput(id, clock)])) as Record<Id, FakeInput>;
  const entrance = new GateEntrance(
    {
      gate: 'cong-chinh',
      pulseMs: PULSE_MS,
      clock,
      journal,
      indicator,
      repeats,
      log,
      report: (part, message) => void (message === undefined ? faults.delete(part) : faults.set(part, message)),
      isLost: (input) => faults.has(`input:${input}`),
      suspension: () => suspensionOf(record.journal.orders.standing),
    },
    roles.map(([id, role]) => ({ input: inputs[id], role })),
    timers.after,
  );
  const scanners = new Map(LOOKS.map((looks) => [looks, fakeScanner(looks)]));
  const served = [entrance.serve(abort.signal)];
  for (const scanner of scanners.values()) {
    const observe = (feedback: Feedback) => scanner.answered.shift()?.(feedback);
    const rest = { gate: 'cong-chinh', policy: { ...POLICY, accept: { cccd: 'record' }, ...setup.policy } as const };
    const parts = {
      trust: setup.trust ?? NO_TRUST,
      lists: listsOf({}),
      builtMs: 0,
      clock,
      journal,
      indicator,
      entrance,
      repeats,
    };
    const lane = { ...rest, ...parts, pseudonyms: pseudonyms(Buffer.alloc(32, 7)), observe };
    served.push(serve({ ...lane, onJournalFailure: setup.onJournalFailure ?? 'deny' }, scanner, abort.signal));
  }
  onTestFinished(async () => {
    abort.abort();
    await Promise.all(served);
    entrance.close();
  });
  const events = (): Told[] => rowsOf(record.file).map(({ body }) => JSON.parse(body.toString()) as Told);
  return {
    record,
    entrance,
    indicator,
    inputs,
    shown,
    faults,
    logged,
    events,
    now: () => clock.read().monotonicMs,
    pass: timers.pass,
    scan: async (code, looks = 'both') => {
      const bytes = Buffer.from(typeof code === 'number' ? cardOf(code) : code);
      return await (scanners.get(looks) ?? fakeScanner(looks)).read({ bytes, scanner: looks, instant: clock.read() });
    },
    words: () => events().flatMap(({ type, data }) => (type === 'gate.scan.v1' ? [] : [wordsOf(type, data)])),
    lose: (input) => void faults.set(`input:${input}`, 'unplugged'),
  };
}

/** `passage annulled turn scan 1 in`: the type, what it says, and no clock. */
function wordsOf(type: string, { scan, ...data }: Told['data']): string {
  const of = scan === undefined ? [] : [`scan ${Number((scan as { sequence: string }).sequence)}`];
  const said = Object.entries(data).filter(([key]) => key !== 'gate' && key !== 'clock');
  const told = said.map(([key, value]) => (typeof value === 'string' ? value : `${key}=${String(value)}`));
  return [type.replace(/^gate\.(.*)\.v1$/, '$1'), ...told, ...of].join(' ');
}

function fakeScanner(direction: LaneDirection) {
  const waiting: Scan[] = [];
  let wake: () => void = () => undefined;
  const answered: ((feedback: Feedback) => void)[] = [];
  const scanner: Scanner = {
    id: direction,
    direction,
    async *scans(signal) {
      signal.addEventListener('abort', () => wake(), { once: true });
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
  const read = (scan: Scan): Promise<Feedback> =>
    new Promise((resolve) => {
      answered.push(resolve);
      waiting.push(scan);
      wake();
    });
  return { ...scanner, answered, read };
}

/** Calls that come when the clock is moved past them, in order. */
function timersOf(clock: ReturnType<typeof setClock>) {
  let calls: { readonly atMs: number; readonly run: () => void }[] = [];
  const now = () => clock.read().monotonicMs;
  return {
    after: (ms: number, run: () => void) => {
      const call = { atMs: now() + ms, run };
      calls.push(call);
      return () => void (calls = calls.filter((other) => other !== call));
    },
    pass: (ms: number) => {
      const endMs = now() + ms;
      for (;;) {
        const [next] = calls.filter(({ atMs }) => atMs <= endMs).toSorted((one, other) => one.atMs - other.atMs);
        if (!next) break;
        calls = calls.filter((call) => call !== next);
        clock.advance(Math.max(0, next.atMs - now()));
        next.run();
      }
      clock.advance(endMs - now());
    },
  };
}
