// Somebody at the end of an input: collects what it yields and reports, stops on demand.

import type { Clock, Input, InputChange } from '../../src/admission/ports.ts';
import { eventually, type Patience } from './eventually.ts';

/** The machine's own clocks, as the daemon reads them. */
export const machineClock: Pick<Clock, 'read'> = {
  read: () => ({ wallMs: Date.now(), monotonicMs: Number(process.hrtime.bigint()) / 1e6 }),
};

export interface Hearing {
  readonly changes: readonly InputChange[];
  /** `+` active, `-` not, `?` before what nobody saw come about. */
  readonly told: string;
  /** Resolves once `told` is as wanted. */
  until(told: string, patience?: Patience): Promise<void>;
  /** Aborts and resolves when the changes have ended; rejects with what they threw. */
  stop(): Promise<void>;
}

/** Reads from `input` at once; `take` may hold the next change back by what it returns. */
export function hearInput(input: Input, take: (change: InputChange) => Promise<void> | undefined = () => undefined): Hearing {
  const abort = new AbortController();
  const changes: InputChange[] = [];
  const hearing = (async () => {
    for await (const change of input.changes(abort.signal)) {
      changes.push(change);
      await take(change);
    }
  })();
  const told = () => changes.map(({ active, initial }) => `${initial ? '?' : ''}${active ? '+' : '-'}`).join('');
  return {
    changes,
    get told() {
      return told();
    },
    until: async (wanted, patience) =>
      void (await eventually(`the changes ${wanted}`, () => told() === wanted, { detail: told, ...patience })),
    stop: () => {
      abort.abort();
      return hearing;
    },
  };
}

/** The faults of one input as they are reported: messages, `undefined` for regained. */
export function faults() {
  const parts = new Set<string>();
  const told: (string | undefined)[] = [];
  return {
    parts,
    told,
    report: (part: string, message: string | undefined) => {
      parts.add(part);
      told.push(message);
    },
  };
}
