// Finds, in the stream from the broker, what is too large to be collected: MQTT.js keeps a packet until it is whole, and a broker
// may announce 256 MB. Guarantees: keeps no more than a header and a topic; what is not skipped passes byte for byte. Pure.
//
//   frame    byte 0: type and flags | 1-4 bytes: remaining length, 7 bits each, low first, high bit = more follows | that many bytes
//   PUBLISH  0x3_: bits 1-2 QoS | 2 bytes: length of the topic | topic, UTF-8 | with QoS 1: 2 bytes packet id | properties | payload

export type Piece =
  /** Bytes for the parser; a view of the chunk, not a copy. */
  | { readonly kind: 'pass'; readonly bytes: Buffer }
  /** A PUBLISH on this topic (cut at 256 bytes) has begun and is not passed on. */
  | { readonly kind: 'skipping'; readonly topic: string }
  /** That PUBLISH is over; with QoS 1 its packet id, which wants an acknowledgement. */
  | { readonly kind: 'skipped'; readonly id: number | undefined }
  /** More of one long frame came, passed on or not: the broker lives, although nothing it says can be heard before its end. */
  | { readonly kind: 'under-way' }
  /** The connection can't go on, by an MQTT 5 reason code. Always the last piece; feed nothing after it. */
  | { readonly kind: 'broken'; readonly reason: number };

export interface FrameBounds {
  /** Remaining length from which a PUBLISH is skipped: anything above. */
  readonly publishBytes: number;
  /** The same for every other frame; above it the connection is broken. */
  readonly otherBytes: number;
  /** `under-way` comes after each so many bytes of one frame. */
  readonly underWayBytes: number;
}

/** Longer than any topic of a reader: what is cut is none of them. */
const mostTopicBytes = 256;

const malformed = 0x81;
const protocolError = 0x82;
const packetTooLarge = 0x95;

const publish = 3;
/** PUBREC, PUBREL, PUBCOMP: of the handshake of QoS 2, in which this reader has no part. */
const ofQos2 = [5, 6, 7];

/** The beginning of a PUBLISH that is skipped, as far as it came. */
interface Skip {
  readonly qos: number;
  seen: number;
  topicLength: number;
  readonly topic: number[];
  id: number;
}

export class FrameLimit {
  readonly #bounds: FrameBounds;
  /** The fixed header at hand; empty within a frame's body. */
  #header: number[] = [];
  /** Bytes of the body to come. */
  #left = 0;
  /** Bytes of the body since its begin or the last `under-way`. */
  #unheard = 0;
  #skip: Skip | undefined;

  constructor(bounds: FrameBounds) {
    this.#bounds = bounds;
  }

  /** What is to be done with the next chunk of the stream, in order. */
  take(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    let at = 0;
    const passTo = (end: number): void => {
      if (end > from) pieces.push({ kind: 'pass', bytes: chunk.subarray(from, end) });
    };
    while (at < chunk.length) {
      if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left);
        const broken = this.#body(chunk.subarray(at, end), pieces);
        if (broken !== undefined) return [...pieces, { kind: 'broken', reason: broken }];
        if (this.#skip !== undefined) from = end;
        if (this.#left === 0) this.#skip = undefined;
        at = end;
        continue;
      }
      this.#header.push(chunk[at] ?? 0);
      at += 1;
      const length = remainingLength(this.#header);
      if (length === undefined) continue;
      const begin = at - this.#header.length;
      const broken = this.#begin(length);
      if (broken !== undefined) {
        passTo(begin);
        return [...pieces, { kind: 'broken', reason: broken }];
      }
      if (this.#skip !== undefined) {
        passTo(begin);
        from = at;
      } else if (begin < 0) {
        // Its first bytes came with an earlier chunk and were kept back.
        pieces.push({ kind: 'pass', bytes: Buffer.from(this.#header.slice(0, -begin)) });
      }
      this.#header = [];
    }
    passTo(chunk.length - this.#header.length);
    return pieces;
  }

  /** A frame with so long a body begins. @returns a reason to end the connection */
  #begin(length: number): number | undefined {
    const first = this.#header[0] ?? 0;
    this.#left = length;
    this.#unheard = 0;
    if (Number.isNaN(length)) return malformed;
    // MQTT.js answers a PUBREL without looking whether it has a packet id, and throws.
    if (ofQos2.includes(first >> 4)) return protocolError;
    if (first >> 4 !== publish) return length > this.#bounds.otherBytes ? packetTooLarge : undefined;
    const qos = (first >> 1) & 3;
    // Nothing is subscribed to with more than QoS 1, and what comes with it would have to be kept until it is released.
    if (qos > 1) return qos === 2 ? protocolError : malformed;
    if (length <= this.#bounds.publishBytes) return undefined;
    this.#skip = { qos, seen: 0, topicLength: 0, topic: [], id: 0 };
    return undefined;
  }

  /** The next part of a body. @returns a reason to end the connection */
  #body(part: Buffer, pieces: Piece[]): number | undefined {
    this.#left -= part.length;
    this.#unheard += part.length;
    const skip = this.#skip;
    if (skip !== undefined && skip.seen < headLength(skip)) {
      readHead(skip, part);
      if (skip.seen === headLength(skip)) {
        // A topic alias in place of the topic was not agreed on.
        if (skip.topicLength === 0 || (skip.qos === 1 && skip.id === 0)) return protocolError;
        pieces.push({ kind: 'skipping', topic: Buffer.from(skip.topic).toString('utf8') });
      } else if (this.#left === 0) {
        return malformed;
      }
    }
    if (this.#unheard >= this.#bounds.underWayBytes) {
      this.#unheard = 0;
      pieces.push({ kind: 'under-way' });
    }
    if (skip !== undefined && this.#left === 0) pieces.push({ kind: 'skipped', id: skip.qos === 1 ? skip.id : undefined });
    return undefined;
  }
}

/** Undefined: more bytes follow; NaN: there is no such length. */
function remainingLength(header: readonly number[]): number | undefined {
  const last = header.length - 1;
  if (last === 0) return undefined;
  if (((header[last] ?? 0) & 0x80) !== 0) return last === 4 ? Number.NaN : undefined;
  let length = 0;
  for (let at = last; at > 0; at -= 1) length = length * 128 + ((header[at] ?? 0) & 0x7f);
  return length;
}

/** How long topic and packet id are, with what is known so far. */
function headLength({ seen, topicLength, qos }: Skip): number {
  return seen < 2 ? 2 + 1 : 2 + topicLength + (qos === 1 ? 2 : 0);
}

function readHead(skip: Skip, part: Buffer): void {
  for (let at = 0; at < part.length && skip.seen < headLength(skip); at += 1) {
    const byte = part[at] ?? 0;
    if (skip.seen < 2) skip.topicLength = skip.topicLength * 256 + byte;
    else if (skip.seen >= 2 + skip.topicLength) skip.id = skip.id * 256 + byte;
    else if (skip.topic.length < mostTopicBytes) skip.topic.push(byte);
    skip.seen += 1;
  }
}
