// The uplink's times and bounds: the contract's numbers in one frozen table. Tests shorten them; nothing else should.
import { MOST_COMMAND_BYTES } from '../admission/command.ts';
import type { FrameBounds } from './frame-limit.ts';

export interface Timings {
  readonly keepAliveSeconds: number;
  /** From opening the socket to CONNACK. */
  readonly connectMs: number;
  /** A PUBACK or SUBACK missing this long ends the connection. */
  readonly acknowledgementMs: number;
  /** After "not delivered" the same connection tries again: the first and the longest delay. */
  readonly retryFirstMs: number;
  readonly retryMostMs: number;
  /** Between connections. */
  readonly reconnectFirstMs: number;
  readonly reconnectMostMs: number;
  /** A connection that lived this long sets the delay between connections back to the first. */
  readonly steadyMs: number;
  /** Cursors are told to the main thread at most this often. */
  readonly tellMs: number;
  /** Cursors are saved at most this often, or after this many acknowledgements. */
  readonly saveMs: number;
  readonly saveEvery: number;
}

export const contractTimings: Timings = Object.freeze({
  keepAliveSeconds: 15,
  connectMs: 10_000,
  acknowledgementMs: 10_000,
  retryFirstMs: 500,
  retryMostMs: 10_000,
  reconnectFirstMs: 500,
  reconnectMostMs: 30_000,
  steadyMs: 10_000,
  tellMs: 100,
  saveMs: 1_000,
  saveEvery: 500,
});

export interface Bounds {
  /** Unacknowledged messages, whatever the broker's Receive Maximum allows. */
  readonly window: number;
  /** Rows of a batch. */
  readonly batchRows: number;
  /** Bytes of a batch; one larger row still goes alone. */
  readonly batchBytes: number;
  /** More unsent rows than this are a backlog and go in batches. */
  readonly liveRows: number;
}

export const contractBounds: Bounds = Object.freeze({
  window: 100,
  batchRows: 200,
  batchBytes: 128 * 1024,
  liveRows: 100,
});

/** A packet is its payload and, below this, the topic (at most 100 bytes) and properties. */
export const packetOverheadBytes = 256;

/** The largest signed list taken in: about 100,000 roster entries. */
const largestListBytes = 24 * 1024 * 1024;
/** The largest message taken in, with topic and properties; a larger one is skipped as it comes. */
export const largestPacketBytes = largestListBytes + 64 * 1024;
export const contractFrameBounds: FrameBounds = Object.freeze({
  publishBytes: largestPacketBytes,
  // Acknowledgements with a reason in words are a few hundred.
  otherBytes: 64 * 1024,
  // In less than the time for an acknowledgement, or the line is dead: 13 KB/s.
  underWayBytes: 128 * 1024,
});
/** A command is a few hundred. */
export const largestCommandBytes = MOST_COMMAND_BYTES;
/** A receipt is a hundred bytes; with many ranges a few thousand. */
export const largestReceiptBytes = 64 * 1024;
