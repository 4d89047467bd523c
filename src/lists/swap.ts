// Taking one list over, off the main thread: a worker of its own reads, verifies and stores it and then ends, so that neither its
// time nor its memory is the gate's. Nothing here throws; whatever goes wrong is a refusal.

import { Worker } from 'node:worker_threads';

import type { ListName } from '../admission/ports.ts';
import type { PublicJwk } from '../system/secrets.ts';
import { leaveToItsEnd } from '../system/worker-end.ts';
import type { Refusal } from './refusal.ts';

/** What the worker is started with. */
export interface SwapOrder {
  readonly dataFolder: string;
  readonly list: ListName;
  readonly site: string;
  readonly issuers: readonly PublicJwk[];
  readonly roots: readonly PublicJwk[];
  readonly nowMs: number;
  /** The JWS, or the file it is in. */
  readonly source: { readonly bytes: Uint8Array } | { readonly file: string };
  /** SHA-256 (hex) of what was refused before and would be refused again. */
  readonly refused: readonly string[];
}

/** `same`: these very bytes are stored, or were refused before. */
export type SwapOutcome =
  | { readonly outcome: 'same' }
  | { readonly outcome: 'taken'; readonly version: number }
  | { readonly outcome: 'refused'; readonly refusal: Refusal; readonly sha256?: string };

export interface SwapAnswer {
  readonly outcome: SwapOutcome;
  /** A damaged store was set aside under this name and begun anew. */
  readonly setAside?: string;
}

export interface Swap {
  readonly answer: Promise<SwapAnswer>;
  /** Gives it half a second to come to its end, and does not wait for its answer any longer. */
  cancel(): Promise<void>;
}

/** Enough for the largest list allowed; a runaway ends the worker, not the gate. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 };

/** A list of thousands is taken in less; what is not committed when the process ends did not happen. */
const CANCEL_MS = 500;

/** Starts the worker. Bytes that own their buffer are handed over and can't be used afterwards. */
export function startSwap(order: SwapOrder): Swap {
  const { promise: answer, resolve } = Promise.withResolvers<SwapAnswer>();
  const failed = (detail: string): void =>
    resolve({ outcome: { outcome: 'refused', refusal: { reason: 'stored-failed', detail } } });
  const transferList =
    'bytes' in order.source &&
    order.source.bytes.buffer instanceof ArrayBuffer &&
    order.source.bytes.byteLength === order.source.bytes.buffer.byteLength
      ? [order.source.bytes.buffer]
      : [];
  const worker = new Worker(new URL('./swap-worker.ts', import.meta.url), {
    workerData: order,
    transferList,
    resourceLimits,
    name: 'lists',
  });
  worker.on('message', (message: SwapAnswer) => resolve(message));
  worker.on('error', (error) => failed(error instanceof Error ? error.message : 'the worker failed'));
  worker.on('exit', () => failed('the worker ended early'));
  return {
    answer,
    cancel: async () => {
      await leaveToItsEnd(worker, CANCEL_MS);
      failed('the daemon was stopped');
    },
  };
}
