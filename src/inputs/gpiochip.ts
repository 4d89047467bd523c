// A button or contact on a line of a GPIO chip. The kernel debounces, stamps and numbers its changes; what it lost while nobody
// read is made up for by reading the level, so that the last change told is always how the line is.

import type { InputChange } from '../admission/ports.ts';
import type { GpioKernel } from '../system/gpio.ts';
import { EVENTS_KEPT, type HeldInput, type WantedInput, watchLine } from '../system/gpio-inputs.ts';
import { type Edge, EDGE_BYTES, readEdges } from '../system/gpio-layout.ts';
import { polledReads } from '../system/polled-reads.ts';
import { type AttachedInput, attachInput, type InputDeps, instantAt } from './attached.ts';

export interface GpioInputOptions extends WantedInput {
  readonly id: string;
  /** A path (`/dev/gpiochip0`) or, better, the chip's label. */
  readonly chip: string;
}

export interface GpioInputDeps extends InputDeps {
  readonly kernel?: GpioKernel;
  /** How often to ask whether the chip is still there: before Linux 6.6 nothing tells of a chip that was removed. Default 5 s. */
  readonly checkMs?: number;
}

const CHECK_MS = 5_000;

/** What `gpioinfo` shows as the line's user begins with this. */
export const CONSUMER = 'gate-reader';

export function gpioInput(options: GpioInputOptions, deps: GpioInputDeps): AttachedInput {
  const { id, chip } = options;
  return attachInput(
    id,
    {
      open: () => {
        const held = watchLine({ chip, line: options, consumer: `${CONSUMER} ${id}` }, deps.kernel);
        return held.ok ? { ok: true, device: held.input } : held;
      },
      read: (line, signal) => readLine(line, id, signal, deps),
      lost: `${chip} is gone: unplugged, or its driver was removed; plug it in again, it is taken again by itself`,
    },
    deps,
  );
}

async function* readLine(
  line: HeldInput,
  input: string,
  signal: AbortSignal,
  { clock, checkMs = CHECK_MS }: GpioInputDeps,
): AsyncGenerator<InputChange, void> {
  try {
    const first = line.active();
    if (first === undefined) return;
    const follower = new EdgeFollower(first);
    yield { input, active: first, initial: true, instant: clock.read() };
    const polling = { bytes: EDGE_BYTES * EVENTS_KEPT, quietMs: checkMs, signal };
    for await (const read of polledReads(line.fd, polling)) {
      const changes = read === 'quiet' ? [] : follower.take(readEdges(read));
      for (const { active, monotonicMs } of changes) {
        yield { input, active, instant: instantAt(monotonicMs, clock.read()) };
        if (signal.aborted) return;
      }
      if (read !== 'quiet' && !follower.missed) continue;
      const active = line.active();
      if (active === undefined) return;
      if (follower.correct(active)) yield { input, active, instant: clock.read() };
    }
  } finally {
    line.close();
  }
}

/** Turns numbered edges into changes, and knows when some were lost. */
class EdgeFollower {
  #active: boolean;
  #sequence = 0;
  #missed = false;

  constructor(active: boolean) {
    this.#active = active;
  }

  /** Whether edges were lost since the last `correct`. */
  get missed(): boolean {
    return this.#missed;
  }

  /** The edges that changed something: after a loss, or an edge from before the first look, the state may be known already. */
  take(edges: readonly Edge[]): Edge[] {
    return edges.filter(({ active, sequence }) => {
      if (sequence !== this.#sequence + 1) this.#missed = true;
      this.#sequence = sequence;
      const changed = active !== this.#active;
      this.#active = active;
      return changed;
    });
  }

  /** Takes the level that was read as the truth; whether that is a change. */
  correct(active: boolean): boolean {
    this.#missed = false;
    const changed = active !== this.#active;
    this.#active = active;
    return changed;
  }
}
