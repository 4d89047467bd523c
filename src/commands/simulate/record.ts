// A simulated reader's record: events with their chain and numbers, of people who do not exist, kept in memory until the centre
// has them. Bounded: without receipts the oldest that were delivered are forgotten, and counted.

import { clockData, type EventContent, serialise } from '../../admission/event.ts';
import type { Clock } from '../../admission/ports.ts';
import { hashOf } from '../../journal/chain.ts';
import { uuidv7 } from 'uuidv7';

/** What one reader keeps: 1,000 of them keep half a gigabyte at most, and only where no centre answers. */
const MOST_KEPT = 1_000;

export interface Kept {
  readonly sequence: number;
  readonly body: Buffer;
}

export interface RecordOptions {
  readonly source: string;
  readonly gate: string;
  readonly clock: Clock;
  readonly random: () => number;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Begins what is 26 characters of base32 in all, as a ref is: nobody's, and plain to see. */
const NOBODY = 'SIMULATED';
const REF_CHARACTERS = 26;

export class SimulatedRecord {
  readonly epoch = uuidv7();
  readonly #options: RecordOptions;
  #kept: Kept[] = [];
  #sequence = 0;
  #prevhash = '';

  constructor(options: RecordOptions) {
    this.#options = options;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** The lowest that is kept; one above the highest where none is. */
  get first(): number {
    return this.#kept[0]?.sequence ?? this.#sequence + 1;
  }

  /** Somebody who does not exist comes to the gate. */
  scan(): void {
    const { clock, gate, random } = this.#options;
    const moment = clock.describe(clock.read());
    const number = Math.floor(random() * 1_000);
    const direction = random() < 0.5 ? 'in' : 'out';
    const credential = { kind: 'pass', ref: refOf(random), holder: 'visitor', label: `(simulated ${number})` } as const;
    const scan = {
      gate,
      scanner: 'main',
      verdict: 'granted',
      reason: 'ok',
      direction,
      credential,
      clock: clockData(moment),
    } as const;
    this.append({ moment, type: 'gate.scan.v1', data: scan });
  }

  append(content: EventContent): void {
    this.#sequence += 1;
    const { source } = this.#options;
    const place = { id: uuidv7(), source, epoch: this.epoch, sequence: this.#sequence, prevhash: this.#prevhash };
    const body = Buffer.from(serialise(content, place));
    this.#prevhash = hashOf(body);
    this.#kept.push({ sequence: this.#sequence, body });
  }

  at(sequence: number): Kept | undefined {
    return this.#kept[sequence - this.first];
  }

  /** The centre has everything up to here. */
  receipted(sequence: number): void {
    this.#kept.splice(0, Math.max(0, sequence - this.first + 1));
  }

  /** Beyond the bound the oldest go, but only those up to `delivered`; how many went. */
  forget(delivered: number): number {
    const surplus = Math.min(this.#kept.length - MOST_KEPT, delivered - this.first + 1);
    if (surplus > 0) this.#kept.splice(0, surplus);
    return Math.max(0, surplus);
  }

  /** Whether there is no more room for an event before some are delivered. */
  get full(): boolean {
    return this.#kept.length >= 2 * MOST_KEPT;
  }
}

function refOf(random: () => number): string {
  const letters = Array.from({ length: REF_CHARACTERS - NOBODY.length }, () => BASE32[Math.floor(random() * BASE32.length)]);
  return NOBODY + letters.join('');
}
