// What may reach the daemon of the commands that come in: each costs a signature to check, on the thread that the gate is served
// from. A few at once and two a second after that; the rest are dropped here and counted.
import type { CommandArrival, UplinkHooks } from './messages.ts';

const atOnce = 20;
const perSecond = 2;
const tellMs = 1_000;

export class CommandIntake {
  readonly #hooks: Pick<UplinkHooks, 'command' | 'commandsDropped'>;
  readonly #now: () => number;
  #left = atOnce;
  #filledMs: number;
  #dropped = 0;
  #telling: NodeJS.Timeout | undefined;

  constructor(hooks: Pick<UplinkHooks, 'command' | 'commandsDropped'>, now: () => number = () => performance.now()) {
    this.#hooks = hooks;
    this.#now = now;
    this.#filledMs = now();
  }

  take(arrival: CommandArrival): void {
    const now = this.#now();
    this.#left = Math.min(atOnce, this.#left + ((now - this.#filledMs) / 1000) * perSecond);
    this.#filledMs = now;
    if (this.#left >= 1) {
      this.#left -= 1;
      this.#hooks.command(arrival);
      return;
    }
    this.#dropped += 1;
    this.#telling ??= setTimeout(() => this.#tell(), tellMs);
  }

  close(): void {
    if (this.#telling !== undefined) this.#tell();
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#hooks.commandsDropped(dropped);
  }
}
