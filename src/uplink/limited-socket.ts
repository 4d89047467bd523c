// The socket as MQTT.js gets it: everything passes through but a message that is too large, which is skipped as it comes and
// acknowledged. Guarantees: no more of it is in memory than one read of the socket; ends and errors are the socket's own.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type FrameBounds, FrameLimit, type Piece } from './frame-limit.ts';

export interface LimitedSocketEvents {
  /** A message on this topic is too large and is being skipped. Comes once its topic is known. */
  skipping(topic: string): void;
  /** More of a long message came. */
  underWay(): void;
}

/**
 * PUBACK 0x97, "an implementation or administrative imposed limit has been exceeded": says what happened, and by MQTT 5 (4.4) a
 * reason of 0x80 or more ends the delivery for good. 0x95 (packet too large) may not stand in a PUBACK (3.4.2.1).
 */
const quotaExceeded = 0x97;

export class LimitedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #events: LimitedSocketEvents;
  readonly #limit: FrameLimit;
  /** The handshake of TLS is done, or there is none. */
  #secured: boolean;
  /** What was written before. There is never more: the stream waits until a write is done. */
  #held: (() => void) | undefined;

  constructor(socket: Socket, bounds: FrameBounds, events: LimitedSocketEvents) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#events = events;
    this.#limit = new FrameLimit(bounds);
    this.#secured = !(socket instanceof TLSSocket);
    socket.once('secureConnect', () => {
      this.#secured = true;
      this.#held?.();
    });
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    // After a proper end what was read is still to be heard: a DISCONNECT says why.
    socket.on('close', () => {
      if (!socket.readableEnded) this.destroy();
    });
  }

  override _read(): void {
    this.#socket.resume();
  }

  // A write that fails comes as the socket's own error too, with the cause.
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#whenSecured(() => this.#socket.write(chunk, () => done()));
  }

  // MQTT.js writes a packet in many small pieces: together they are one system call.
  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#whenSecured(() => {
      this.#socket.cork();
      for (const [at, { chunk }] of chunks.entries()) {
        if (at === chunks.length - 1) this.#socket.write(chunk, () => done());
        else this.#socket.write(chunk);
      }
      this.#socket.uncork();
    });
  }

  /** A write that waits in the socket when the handshake fails comes as EPROTO and hides the alert that says why. */
  #whenSecured(write: () => void): void {
    if (this.#secured) write();
    else this.#held = write;
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#socket.closed) {
      done(error);
      return;
    }
    this.#held = undefined;
    this.#socket.once('close', () => done(error));
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    for (const piece of this.#limit.take(chunk)) {
      if (this.destroyed) return;
      this.#do(piece);
    }
  }

  #do(piece: Piece): void {
    switch (piece.kind) {
      case 'pass':
        if (!this.push(piece.bytes)) this.#socket.pause();
        return;
      case 'skipping':
        return this.#events.skipping(piece.topic);
      case 'skipped':
        return this.#acknowledge(piece.id);
      case 'under-way':
        return this.#events.underWay();
      case 'broken':
        this.destroy(Object.assign(new Error('the broker sent what cannot be read'), { code: piece.reason }));
    }
  }

  /** Among the writes of MQTT.js, never within a packet: it writes each in one go. */
  #acknowledge(id: number | undefined): void {
    if (id === undefined || this.writableEnded) return;
    this.write(Buffer.from([0x40, 3, id >> 8, id & 0xff, quotaExceeded]));
  }
}
