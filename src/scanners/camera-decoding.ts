// The decoding thread as its owner sees it: started when frames come, ended and started anew when it fails or a decode hangs.
// Guarantees that no frame can stop the camera for longer than the watchdog's time and a bounded pause.

import { Worker } from 'node:worker_threads';

import { backoff } from '../system/backoff.ts';
import { FrameWriter } from './camera-mailbox.ts';
import type { CameraOptions } from './camera-options.ts';
import type { DecodeOrder, Looked } from './camera-worker.ts';

export interface DecodingHooks {
  /** After each frame that was looked at. */
  readonly looked: (looked: Looked) => void;
  /** The thread was lost, and why; `undefined`: it works again. Called on changes only. */
  readonly report: (message: string | undefined) => void;
  /** From 0 up to, not including, 1: for the jitter of the pauses. */
  readonly random: () => number;
}

export interface DecodingTimings {
  /** A decode that takes longer is taken for one that does not end. */
  readonly hangMs: number;
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

export const DECODING_TIMINGS: DecodingTimings = { hangMs: 5_000, firstPauseMs: 250, maxPauseMs: 5_000 };

export class Decoding {
  readonly writer: FrameWriter;
  readonly #options: CameraOptions & { readonly measured: boolean };
  readonly #hooks: DecodingHooks;
  readonly #timings: DecodingTimings;
  readonly #watch: NodeJS.Timeout;
  #pauses: Generator<number, never>;
  #worker: Worker | undefined;
  #pause: NodeJS.Timeout | undefined;
  #fault: string | undefined;
  #work = 0;
  #workSinceMs = 0;
  #closed = false;

  constructor(options: CameraOptions & { readonly measured: boolean }, hooks: DecodingHooks, timings = DECODING_TIMINGS) {
    this.#options = options;
    this.#hooks = hooks;
    this.#timings = timings;
    this.writer = new FrameWriter(options.width * options.height);
    this.#pauses = this.#newPauses();
    this.#watch = setInterval(() => this.#look(), timings.hangMs / 4);
    this.#start();
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    clearTimeout(this.#pause);
    await this.#worker?.terminate();
  }

  #newPauses(): Generator<number, never> {
    return backoff({ firstMs: this.#timings.firstPauseMs, maxMs: this.#timings.maxPauseMs, random: this.#hooks.random });
  }

  #start(): void {
    const { width, height, decoder, region, measured } = this.#options;
    this.writer.resetWork();
    const slot = this.writer.freeSlot();
    const order: DecodeOrder = { memory: this.writer.memory, slot, width, height, decoder, region, measured };
    const worker = new Worker(new URL('./camera-worker.ts', import.meta.url), { workerData: order, name: 'camera' });
    this.#worker = worker;
    let why = 'the decoding thread ended by itself';
    worker.on('message', (looked: Looked) => {
      // A thread that is being ended may still have said something.
      if (this.#worker !== worker || this.#closed) return;
      this.#tell(undefined);
      this.#hooks.looked(looked);
    });
    worker.on('error', (error) => {
      why = `the decoder ${decoder} failed: ${error instanceof Error ? error.message : 'unknown error'}`;
    });
    worker.on('exit', () => {
      if (this.#closed || this.#worker !== worker) return;
      this.#lost(`${why}; it is started again by itself - if this stays, install gate-reader anew`);
    });
  }

  /** Reads the thread's mark; the same odd mark for too long is a decode that hangs. */
  #look(): void {
    const work = this.writer.work();
    const now = performance.now();
    if (work % 2 === 0 || work !== this.#work) {
      this.#work = work;
      this.#workSinceMs = now;
    } else if (now - this.#workSinceMs >= this.#timings.hangMs) {
      const worker = this.#worker;
      if (!worker) return;
      this.#worker = undefined;
      this.#workSinceMs = now;
      const lost = () => this.#lost(`a decode took longer than ${this.#timings.hangMs} ms and was ended; decoding begins anew`);
      worker.terminate().then(lost, lost);
    }
  }

  #lost(message: string): void {
    if (this.#closed) return;
    this.#worker = undefined;
    this.#tell(message);
    this.#pause = setTimeout(() => this.#start(), this.#pauses.next().value);
  }

  #tell(message: string | undefined): void {
    if (message === undefined && this.#fault !== undefined) this.#pauses = this.#newPauses();
    if (message === this.#fault) return;
    this.#fault = message;
    this.#hooks.report(message);
  }
}
