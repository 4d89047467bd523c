// The uplink as the daemon sees it: forwards the journal from a worker thread and tells how that goes. Guarantees: nothing in
// here waits for the network, and whatever happens in the worker, the daemon goes on and the worker is started again.
import { Worker } from 'node:worker_threads';
import { backoff } from '../system/backoff.ts';
import type { Answer } from '../admission/command.ts';
import type { FromWorker, Reply, StateSnapshot, ToWorker, UplinkHooks, UplinkOptions } from './messages.ts';

export interface Uplink {
  /** A row was committed; cheap: the worker hears of the highest once a turn of the event loop. */
  appended(sequence: number): void;
  /** Publishes the daemon's state, retained, now and on each connect. */
  state(snapshot: StateSnapshot): void;
  /** Publishes health, retained, with backlog and link added by the uplink. */
  health(snapshot: object): void;
  /** The journal's file was replaced by a new one with this epoch. */
  reopen(epoch: string): void;
  /** Sends an answer on the connection there is; without one it is dropped: who asked waits no longer. */
  answer(reply: Reply, answer: Answer): void;
  /** Sends these events once more, as far as they exist; without a connection not. */
  resend(range: { readonly from: number; readonly to: number }): void;
  /** Has the broker send the retained lists again; without a connection they come with the next one. */
  askForLists(): void;
  /**
   * Sends what can be sent in `deadlineMs`, publishes `stopped`, disconnects without the will, saves the cursors and ends the
   * worker; one that is still busy when the time is over is left behind and ends with the process. Never rejects; call it last.
   */
  close(deadlineMs: number): Promise<void>;
}

/** The worker holds at most a window of messages, 200 rows and MQTT.js: far below this, which only bounds what goes wrong. */
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 4 };

/** Time beyond the deadline before the worker is left behind (worker-end.ts): it needs some for files and threads. */
const graceMs = 250;

/**
 * For a thread that has closed everything to end. One whose look-up of a name hangs (getaddrinfo) stays until that returns: ten
 * seconds and more with a name server that does not answer. It has nothing left to do and is left behind.
 */
const threadMs = 100;

/** Starts the worker; returns at once. Hooks are called from the main thread's event loop. */
export function startUplink(options: UplinkOptions, hooks: UplinkHooks): Uplink {
  return new WorkerUplink(options, hooks);
}

class WorkerUplink implements Uplink {
  readonly #options: UplinkOptions;
  readonly #hooks: UplinkHooks;
  readonly #delays = backoff({ firstMs: 500, maxMs: 30_000, random: Math.random });
  #worker: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #appended: number | undefined;
  #state: StateSnapshot | undefined;
  #health: object | undefined;
  #closing = false;
  #closed: (() => void) | undefined;
  #crashed = false;

  constructor(options: UplinkOptions, hooks: UplinkHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#start();
  }

  appended(sequence: number): void {
    if (this.#appended === undefined) setImmediate(() => this.#tellAppended());
    this.#appended = sequence;
  }

  state(snapshot: StateSnapshot): void {
    this.#state = snapshot;
    this.#post({ kind: 'state', snapshot });
  }

  health(snapshot: object): void {
    this.#health = snapshot;
    this.#post({ kind: 'health', snapshot });
  }

  reopen(epoch: string): void {
    this.#appended = undefined;
    this.#post({ kind: 'reopen', epoch });
  }

  answer(reply: Reply, answer: Answer): void {
    this.#post({ kind: 'answer', reply, answer });
  }

  resend({ from, to }: { readonly from: number; readonly to: number }): void {
    this.#post({ kind: 'resend', from, to });
  }

  askForLists(): void {
    this.#post({ kind: 'lists' });
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#tellAppended();
    const { promise, resolve } = Promise.withResolvers<void>();
    worker.once('exit', () => resolve());
    const leave = (): void => {
      worker.unref();
      resolve();
    };
    let timer = setTimeout(leave, deadlineMs + graceMs);
    this.#closed = () => {
      clearTimeout(timer);
      timer = setTimeout(leave, threadMs);
    };
    this.#post({ kind: 'close', deadlineMs });
    await promise;
    clearTimeout(timer);
  }

  #start(): void {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: this.#options,
      resourceLimits,
      name: 'uplink',
    });
    this.#worker = worker;
    let failure = 'it ended by itself';
    worker.on('message', (message: FromWorker) => this.#take(message));
    worker.on('error', (error) => {
      failure = String(error);
    });
    worker.on('exit', () => this.#ended(failure));
    if (this.#state !== undefined) this.#post({ kind: 'state', snapshot: this.#state });
    if (this.#health !== undefined) this.#post({ kind: 'health', snapshot: this.#health });
  }

  #ended(failure: string): void {
    this.#worker = undefined;
    if (this.#closing) return;
    this.#crashed = true;
    this.#hooks.report('worker-ended', { cause: failure });
    this.#hooks.link(false, 'the uplink is starting again');
    this.#hooks.faulted(`the uplink failed (${failure}); it is started again`);
    this.#restart = setTimeout(() => this.#start(), this.#delays.next().value);
  }

  #tellAppended(): void {
    const sequence = this.#appended;
    this.#appended = undefined;
    // Without a worker nothing is lost: the next one starts from the journal.
    if (sequence !== undefined) this.#post({ kind: 'appended', sequence });
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'listening':
        return this.#hooks.listening(...message.values);
      case 'link':
        if (this.#crashed) this.#hooks.faulted(undefined);
        this.#crashed = false;
        return this.#hooks.link(...message.values);
      case 'receipted':
        return this.#hooks.receipted(...message.values);
      case 'list':
        return this.#hooks.list(...message.values);
      case 'listTooLarge':
        return this.#hooks.listTooLarge(...message.values);
      case 'command':
        return this.#hooks.command(...message.values);
      case 'commandsDropped':
        return this.#hooks.commandsDropped(...message.values);
      case 'cursors':
        return this.#hooks.cursors(...message.values);
      case 'damaged':
        return this.#hooks.damaged(...message.values);
      case 'report':
        return this.#hooks.report(...message.values);
      case 'closed':
        return this.#closed?.();
      case 'faulted':
        this.#crashed = false;
        return this.#hooks.faulted(...message.values);
    }
  }
}
