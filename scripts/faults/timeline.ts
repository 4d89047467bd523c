// What the clock of a meddled daemon shows, by the monotonic clock that both sides share: the truth that its events are held to.
// Knows the contract alone, not the program's clock.

import { CLOCK, type Meddler } from './meddler.ts';

export type State = 'synchronised' | 'unsynchronised';

/** An event as the centre has it. */
export interface Timed {
  readonly sequence: number;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Stretch {
  readonly fromMs: number;
  /** How far the wall clock is off. */
  readonly offMs: number;
  readonly state: State;
}

/** Reading both clocks is not one step, and a step of the clock is not either. */
const SLACK_MS = 60;
const STATE_AGE_MS = 1_200;
/** A jump by less may be an adjustment. */
const JUMP_MS = 2_000;

/** Milliseconds of the machine's monotonic clock, as events carry them. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export class Timeline {
  /** Events of trust that must be there by now. */
  trusts = 0;
  readonly #meddler: Meddler;
  readonly #zone: string;
  readonly #stretches: Stretch[] = [];
  /** True wall time when the monotonic clock was 0. */
  readonly #epochMs = Date.now() - monotonicMs();

  constructor(meddler: Meddler, zone: string) {
    this.#meddler = meddler;
    this.#zone = zone;
  }

  /** The clock from now on. Counts the event that the contract wants for it; `running`: a daemon sees it. */
  set(offMs: number, state: State, running = true): void {
    const before = this.#stretches.at(-1);
    const [off, discipline] = [Math.round(offMs), CLOCK[state]];
    this.#meddler.order({ wallMs: off, discipline });
    this.#stretches.push({ fromMs: monotonicMs(), offMs: off, state });
    const gained = state === 'synchronised' && before?.state !== 'synchronised';
    const jumped = state === 'synchronised' && Math.abs(off - (before?.offMs ?? off)) > JUMP_MS;
    if (running && (gained || jumped)) this.trusts += 1;
  }

  get now(): { readonly wallMs: number; readonly offMs: number; readonly state: State } {
    const { offMs = 0, state = 'unsynchronised' } = this.#stretches.at(-1) ?? {};
    return { wallMs: Date.now() + offMs, offMs, state };
  }

  /** What events say of the time that is not so, a sentence each. */
  lies(events: readonly Timed[]): string[] {
    return events.flatMap((event) => [...this.#wrongTime(event), ...this.#wrongState(event)]);
  }

  /** Events before a word of trust whose time it does not correct: boot, monotonic and wall time must lead to the truth. */
  uncorrected(events: readonly Timed[]): number {
    let wrong = 0;
    let trust: Timed | undefined;
    for (const event of events.toReversed()) {
      if (event.type === 'gate.clock.v1') trust = event;
      if (trust === undefined || clockOf(trust).boot !== clockOf(event).boot) continue;
      const agoMs = clockOf(trust).monotonicMs - clockOf(event).monotonicMs;
      const corrected = Date.parse(String(trust.data['wall'])) - agoMs;
      const off = this.#at(clockOf(trust).monotonicMs).offMs;
      if (Math.abs(corrected - off - this.#truth(event)) > SLACK_MS) wrong += 1;
    }
    return wrong;
  }

  #wrongTime(event: Timed): string[] {
    const ms = clockOf(event).monotonicMs;
    // At a step nobody knows on which side of it the clock was read.
    const allowed = [ms - SLACK_MS, ms + SLACK_MS].map((at) => this.#truth(event) + this.#at(at).offMs);
    const said = Date.parse(event.time);
    const words = [`event ${event.sequence} (${event.type}) says ${event.time}`];
    if (!allowed.some((wallMs) => Math.abs(wallMs - said) <= SLACK_MS))
      return [`${words.join()}, the clock showed ${new Date(allowed[0] ?? 0).toISOString()}`];
    return event.time.endsWith(offsetOf(said, this.#zone))
      ? []
      : [`${words.join()}, ${this.#zone} was ${offsetOf(said, this.#zone)}`];
  }

  /** What a daemon may take the clock for then: it asks the kernel at most once a second. */
  statesAt(ms: number): State[] {
    return [this.#at(ms - STATE_AGE_MS), ...this.#within(ms - STATE_AGE_MS, ms + SLACK_MS)].map(({ state }) => state);
  }

  #wrongState(event: Timed): string[] {
    const { monotonicMs: ms, state } = clockOf(event);
    const allowed = this.statesAt(ms);
    return allowed.includes(state as State) ? [] : [`event ${event.sequence} says ${state}, the clock was ${allowed.join(', ')}`];
  }

  #truth(event: Timed): number {
    return this.#epochMs + clockOf(event).monotonicMs;
  }

  #at(ms: number): Stretch {
    const first: Stretch = { fromMs: 0, offMs: 0, state: 'unsynchronised' };
    return this.#stretches.findLast(({ fromMs }) => fromMs <= ms) ?? this.#stretches[0] ?? first;
  }

  #within(fromMs: number, toMs: number): Stretch[] {
    return this.#stretches.filter((stretch) => stretch.fromMs > fromMs && stretch.fromMs <= toMs);
  }
}

export function clockOf({ data }: Timed): { readonly state: string; readonly boot: string; readonly monotonicMs: number } {
  return data['clock'] as { state: string; boot: string; monotonicMs: number };
}

/** The zone's offset at a wall time, as RFC 3339 writes it. */
function offsetOf(wallMs: number, zone: string): string {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(wallMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return name === 'GMT' ? '+00:00' : name.replace('GMT', '');
}

/** The next `count` moments after `fromMs` at which the zone's offset changes. */
export function changesOf(zone: string, fromMs: number, count: number): number[] {
  const changes: number[] = [];
  const [day, minute] = [86_400_000, 60_000];
  for (let at = Math.floor(fromMs / day) * day; changes.length < count && at < fromMs + 1500 * day; at += day) {
    if (offsetOf(at, zone) === offsetOf(at + day, zone)) continue;
    let [low, high] = [at, at + day];
    while (high - low > minute) {
      const middle = Math.floor((low + high) / 2 / minute) * minute;
      if (offsetOf(middle, zone) === offsetOf(low, zone)) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}
