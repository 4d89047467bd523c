// The imperative shell of the gate itself, as lane.ts is of a scan: what its buttons, contacts and turn sensors say goes to the
// parts that know what it means, and every opening, whatever its cause, goes to all of them.

import { type Notice, noticeOf } from '../admission/notice.ts';
import type { Entrance, Opening } from '../admission/opening.ts';
import type { Feedback } from '../admission/feedback.ts';
import type { Direction, InputChange } from '../admission/ports.ts';
import type { Suspension } from '../admission/standing.ts';
import { Door } from './door.ts';
import { ExitButtons } from './exit-buttons.ts';
import type { EntranceOptions, GatePart, Role, RoledInput, Shared } from './part.ts';
import { Tampers } from './tampers.ts';
import { Turns } from './turns.ts';
import { WayButtons } from './way-buttons.ts';

/** Calls after some milliseconds; the answer cancels it. */
export type After = (ms: number, then: () => void) => () => void;

const SYSTEM_AFTER: After = (ms, then) => {
  const timer = setTimeout(then, ms).unref();
  return () => clearTimeout(timer);
};

export class GateEntrance implements Entrance {
  readonly #options: EntranceOptions;
  readonly #inputs: readonly RoledInput[];
  readonly #after: After;
  readonly #ways: WayButtons;
  readonly #turns: Turns;
  readonly #parts: ReadonlyMap<string, GatePart>;
  #cancel: () => void = () => undefined;
  #wasSuspended: Suspension | undefined;
  #closed = false;

  constructor(options: EntranceOptions, inputs: readonly RoledInput[], after: After = SYSTEM_AFTER) {
    this.#options = options;
    this.#inputs = inputs;
    this.#after = after;
    const announce = (notice: Notice) => options.indicator.announce(notice);
    const shared: Shared = {
      ...options,
      announce: (what) => announce(noticeOf(what)),
      open: (opening, what) => {
        this.opened(opening);
        announce(noticeOf(what));
      },
    };
    const of = <Name extends Role['role']>(name: Name) =>
      inputs.flatMap(({ input, role }) => (is(role, name) ? [{ input: input.id, role }] : []));
    this.#ways = new WayButtons(
      new Map(of('direction').map(({ input, role }) => [input, { direction: role.direction, holdMs: role.holdSeconds * 1000 }])),
    );
    this.#turns = new Turns(
      shared,
      of('turn').map(({ input, role: { direction, withinSeconds } }) => ({
        input,
        withinMs: withinSeconds * 1000,
        ...(direction === undefined ? {} : { direction }),
      })),
    );
    const [exits, tampers] = [new ExitButtons(shared), new Tampers(shared)];
    this.#parts = new Map(
      inputs.map(({ input, role }) => [input.id, this.#partOf(role, { exits, tampers, shared, input: input.id })]),
    );
  }

  /** Serves every input until `signal` aborts. Rejects on a defect. */
  async serve(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#inputs.map(async ({ input }) => {
        for await (const change of input.changes(signal)) this.#change(change);
      }),
    );
  }

  /** Settles once every input was opened or found missing, after `serve` was called. */
  async present(): Promise<void> {
    await Promise.all(this.#inputs.map(({ input }) => input.opened));
  }

  get suspended(): Suspension | undefined {
    return this.#options.suspension();
  }

  /** Scans may let nobody through from now on, or do again: what was answered to them before then no longer holds. */
  suspensionChanged(): void {
    const { suspended } = this;
    if (suspended === this.#wasSuspended) return;
    this.#wasSuspended = suspended;
    this.#options.repeats.clear();
  }

  wantedWay(monotonicMs: number): Direction | undefined {
    return this.#ways.wayAt(monotonicMs);
  }

  wayTaken(): void {
    this.#ways.taken();
  }

  awaited(fingerprint: string): Feedback | undefined {
    return this.suspended === undefined ? this.#turns.awaited(fingerprint) : undefined;
  }

  opened(opening: Opening): void {
    for (const part of this.#distinct()) part.opened?.(opening);
    this.#arm();
  }

  /** Nothing is told after it; what is awaited stays undecided. */
  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #partOf(
    role: Role,
    { exits, tampers, shared, input }: { exits: ExitButtons; tampers: Tampers; shared: Shared; input: string },
  ): GatePart {
    switch (role.role) {
      case 'exit-request':
        return exits;
      case 'direction':
        return this.#ways;
      case 'door':
        return new Door(shared, input, { heldOpenMs: role.heldOpenSeconds * 1000, pulseMs: shared.pulseMs });
      case 'tamper':
        return tampers;
      case 'turn':
        return this.#turns;
    }
  }

  #distinct(): ReadonlySet<GatePart> {
    return new Set(this.#parts.values());
  }

  #change(change: InputChange): void {
    if (this.#closed) return;
    this.#options.log.debug({ input: change.input, active: change.active, initial: change.initial }, 'an input changed');
    this.#parts.get(change.input)?.change(change);
    this.#arm();
  }

  #arm(): void {
    this.#cancel();
    const due = [...this.#distinct()].flatMap((part) => part.dueMs?.() ?? []);
    if (this.#closed || due.length === 0) return;
    const waitMs = Math.max(0, Math.ceil(Math.min(...due) - this.#options.clock.read().monotonicMs));
    this.#cancel = this.#after(waitMs, () => this.#due());
  }

  #due(): void {
    if (this.#closed) return;
    const now = this.#options.clock.read();
    for (const part of this.#distinct()) if ((part.dueMs?.() ?? Number.POSITIVE_INFINITY) <= now.monotonicMs) part.due?.(now);
    this.#arm();
  }
}

function is<Name extends Role['role']>(role: Role, name: Name): role is Extract<Role, { role: Name }> {
  return role.role === name;
}
