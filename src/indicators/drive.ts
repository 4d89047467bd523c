// Lamps, buzzer and relay as an indicator: a player on a drive that may go away and come back. Whatever the hardware does, a
// verdict is shown at once or not at all, the fault is told once with its cure, and opening is tried again for ever.

import type { Indicator } from '../admission/ports.ts';
import { backoff } from '../system/backoff.ts';
import type { PatternTable } from './patterns.ts';
import { type Levels, Player, SYSTEM_TIMERS, type Timers } from './player.ts';
import { isQuiet, type QuietHours, type Sounder } from './schedule.ts';

export type DriveFault = 'absent' | 'no-permission' | 'taken' | 'unable' | 'failed';

/** A drive that can't be had or was lost: what was being done, what was found, what to do. */
export class DriveError extends Error {
  readonly code: DriveFault;

  constructor(code: DriveFault, message: string) {
    super(message);
    this.name = 'DriveError';
    this.code = code;
  }
}

/** Opened outputs, all in their safe state: lamps and buzzer off, the relay at rest. */
export interface Drive {
  /** `set` leaves `redBlink` to the kernel; else it follows `red`. */
  readonly kernelBlinks: boolean;
  /** @throws DriveError when the device is lost; the caller closes it */
  set(levels: Levels): void;
  /**
   * Opens the gate for the relay's time, or so many milliseconds, from now; a grant while it is open lengthens or follows it,
   * nothing shortens it.
   * Nothing without a relay. @throws DriveError
   */
  pulse(ms?: number): void;
  /** Whether the device is still there; @throws DriveError */
  check?(): void;
  /** What does not work although lamps and gate do, and the cure. */
  trouble?(): string | undefined;
  /** Safe state and release; never throws. */
  close(): void;
}

/** How to open a drive, and what it can do. */
export interface DriveKind {
  /** @throws DriveError */
  readonly open: (timers: Timers) => Drive;
  readonly sounder: Sounder;
}

export interface DriveDeps {
  readonly patterns: PatternTable;
  readonly quietHours?: QuietHours | undefined;
  /** The site's local time, `HH:MM`. */
  readonly localTime: () => string;
  readonly report: (message: string | undefined) => void;
  readonly timers?: Timers;
  /** Calls at the very end of the process, whatever ends it but a SIGKILL; the answer cancels it. */
  readonly atExit?: (then: () => void) => () => void;
  /** From 0 up to 1; default `Math.random`. */
  readonly random?: () => number;
}

const RETRY = { firstMs: 500, maxMs: 10_000 };
const CHECK_EVERY_MS = 5_000;

function atProcessExit(then: () => void): () => void {
  process.on('exit', then);
  return () => void process.off('exit', then);
}

/** The indicator on a drive; it is opened at once. */
export function driveIndicator(kind: DriveKind, deps: DriveDeps): Indicator {
  const attended = new AttendedDrive(kind, deps);
  attended.open();
  return attended;
}

class AttendedDrive implements Indicator {
  readonly #kind: DriveKind;
  readonly #deps: DriveDeps;
  readonly #timers: Timers;
  readonly #player: Player;
  #drive: Drive | undefined;
  #trouble: string | undefined;
  #delays: Generator<number, never>;
  #cancel: () => void = () => undefined;
  readonly #forgetExit: () => void;
  #closed = false;

  constructor(kind: DriveKind, deps: DriveDeps) {
    this.#kind = kind;
    this.#deps = deps;
    this.#timers = deps.timers ?? SYSTEM_TIMERS;
    this.#delays = this.#newDelays();
    // A second signal or an overrun shutdown leaves without closing; a line of the file interface would keep its level.
    this.#forgetExit = (deps.atExit ?? atProcessExit)(() => this.#release());
    this.#player = new Player({
      patterns: deps.patterns,
      sounder: kind.sounder,
      quiet: () => deps.quietHours !== undefined && isQuiet(deps.quietHours, deps.localTime()),
      kernelBlinks: () => this.#drive?.kernelBlinks ?? false,
      apply: (levels) => this.#use((drive) => drive.set(levels)),
      timers: this.#timers,
    });
  }

  show(feedback: Parameters<Indicator['show']>[0]): void {
    if (this.#closed) return;
    // The gate before the lamp: whoever sees green pushes at once.
    if (feedback.opens) this.#use((drive) => drive.pulse());
    this.#player.show(feedback);
  }

  announce(notice: Parameters<Indicator['announce']>[0]): void {
    if (this.#closed) return;
    if (notice.opens) this.#use((drive) => drive.pulse(notice.pulseMs));
    this.#player.announce(notice);
  }

  rest(condition: 'ready' | 'fault'): void {
    if (!this.#closed) this.#player.rest(condition);
  }

  async close(): Promise<void> {
    this.#forgetExit();
    this.#release();
  }

  #release(): void {
    this.#closed = true;
    this.#cancel();
    this.#player.stop();
    this.#drive?.close();
    this.#drive = undefined;
  }

  open(): void {
    if (this.#closed) return;
    try {
      this.#drive = this.#kind.open(this.#timers);
    } catch (error) {
      this.#lose(error);
      return;
    }
    this.#trouble = this.#drive.trouble?.();
    this.#deps.report(this.#trouble);
    // What is being shown goes on where it is; a pulse that nobody saw opens nothing later.
    this.#use((drive) => drive.set(this.#player.levels));
    this.#player.resume();
    if (this.#drive) this.#watch();
  }

  #watch(): void {
    this.#cancel = this.#timers.after(CHECK_EVERY_MS, () => {
      this.#use((drive) => drive.check?.());
      if (!this.#drive) return;
      // It stayed: the next loss begins with short waits again.
      this.#delays = this.#newDelays();
      this.#watch();
    });
  }

  #use(work: (drive: Drive) => void): void {
    if (!this.#drive) return;
    try {
      work(this.#drive);
    } catch (error) {
      this.#lose(error);
      return;
    }
    const trouble = this.#drive.trouble?.();
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#deps.report(trouble);
  }

  #lose(error: unknown): void {
    this.#cancel();
    this.#drive?.close();
    this.#drive = undefined;
    this.#cancel = this.#timers.after(this.#delays.next().value, () => this.open());
    this.#deps.report(error instanceof Error ? error.message : String(error));
  }

  #newDelays(): Generator<number, never> {
    return backoff({ ...RETRY, random: this.#deps.random ?? Math.random });
  }
}
