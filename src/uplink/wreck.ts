// A journal that was set aside for its damage, read without SQLite: whatever else is broken, an event counts whose cell and pages are
// whole. One walk over the pages in their order, so that it ends whatever they hold; nothing of the tree above them is needed, nor the
// first page. A table's leaf page (https://www.sqlite.org/fileformat2.html, 1.6 and 2.1) and the event in it:
//
//   page      0 type 0d | 1 free | 3 cells | 5 content | 7 fragments | 8 where each cell begins, 2 bytes each
//   cell      varint payload bytes | varint rowid = sequence | payload, as much as stays here | number of the overflow page, if any
//   overflow  number of the next page, or 0 | payload goes on
//   payload   varint header bytes | 0, the rowid's column | varint 12 + 2 * body bytes | body
import { setImmediate } from 'node:timers/promises';
import { readEvent } from './damage.ts';
import { openPages, type Pages } from './sqlite-pages.ts';

/** Every journal's page since the first version. */
const PAGE_BYTES = 512;
const LEAF = 0x0d;
/** An event has some hundred bytes, with sealed details a few thousand. */
const MOST_EVENT_BYTES = 1 << 20;
/** Between two turns of the event loop: a millisecond's worth. */
const PAGES_AT_ONCE = 256;
/** Places of events kept at once; more take another walk. */
const MOST_PLACES = 20_000;

/** Where an event may be. */
interface Place {
  readonly sequence: number;
  readonly page: number;
  readonly at: number;
}

interface Cell {
  readonly sequence: number;
  readonly payloadBytes: number;
  /** Where the payload begins. */
  readonly from: number;
}

export interface WreckedEvent {
  readonly sequence: number;
  readonly body: Buffer;
}

export class Wreck {
  readonly #pages: Pages;
  /** Sorted; every event after `#after` and up to the last of them that may be there. */
  #places: readonly Place[] = [];
  #after = 0;
  /** `#places` goes to the end of the journal. */
  #complete = false;
  /** Undefined: no event at all is whole. */
  readonly epoch: string | undefined;

  private constructor(pages: Pages, epoch: string | undefined) {
    this.#pages = pages;
    this.epoch = epoch;
  }

  /** @throws where the file can't be opened (ENOENT, EACCES …) */
  static async open(file: string): Promise<Wreck> {
    const pages = await openPages(file, PAGE_BYTES);
    return new Wreck(pages, await epochIn(pages));
  }

  /**
   * The next events after a number that are whole, in order and without a gap between them; undefined at the end. At least one,
   * else at most `rows`, together of at most `bytes`.
   */
  async run(
    after: number,
    { rows, bytes }: { readonly rows: number; readonly bytes: number },
  ): Promise<WreckedEvent[] | undefined> {
    const events: WreckedEvent[] = [];
    let left = bytes;
    for (let next = after; ; ) {
      if (!this.#knows(next)) await this.#walk(next);
      const event = this.#first(next);
      if (event === undefined && this.#complete) return events.length > 0 ? events : undefined;
      // All the places of this walk were tried: the next one begins after them.
      next = event?.sequence ?? this.#places.at(-1)?.sequence ?? next;
      if (event === undefined) continue;
      left -= event.body.length + 1;
      const last = events.at(-1);
      if (last !== undefined && (left < 0 || event.sequence !== last.sequence + 1)) return events;
      events.push(event);
      if (events.length >= rows) return events;
    }
  }

  close(): void {
    this.#pages.close();
  }

  /** Whether the places say what comes after a number. */
  #knows(after: number): boolean {
    const last = this.#places.at(-1)?.sequence ?? 0;
    return after >= this.#after && (this.#complete || after < last);
  }

  /** The first whole event after a number among the places. */
  #first(after: number): WreckedEvent | undefined {
    for (let at = indexAfter(this.#places, after); at < this.#places.length; at += 1) {
      const place = this.#places[at];
      const event = place && this.#read(place);
      if (event) return event;
    }
    return undefined;
  }

  #read({ page: number, at, sequence }: Place): WreckedEvent | undefined {
    const page = this.#pages.page(number);
    const cell = page && cellAt(page, at);
    const body = page && cell && bodyOf(this.#pages, page, cell);
    const event = body && readEvent(body);
    return body && event?.sequence === sequence && event.epoch === this.epoch ? { sequence, body } : undefined;
  }

  async #walk(after: number): Promise<void> {
    let places: Place[] = [];
    // Beyond this they are another walk's.
    let most = Number.POSITIVE_INFINITY;
    for await (const place of placesIn(this.#pages)) {
      if (place.sequence <= after || place.sequence > most) continue;
      places.push(place);
      if (places.length < 2 * MOST_PLACES) continue;
      places = sorted(places).slice(0, MOST_PLACES);
      most = places.at(-1)?.sequence ?? most;
    }
    this.#places = sorted(places);
    this.#complete = most === Number.POSITIVE_INFINITY;
    this.#after = after;
  }
}

const sorted = (places: Place[]): Place[] => places.sort((a, b) => a.sequence - b.sequence);

/** By halving: places are sorted. */
function indexAfter(places: readonly Place[], after: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle]?.sequence ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function epochIn(pages: Pages): Promise<string | undefined> {
  for await (const { page: number, at, sequence } of placesIn(pages)) {
    const page = pages.page(number);
    const cell = page && cellAt(page, at);
    const body = page && cell && bodyOf(pages, page, cell);
    const event = body && readEvent(body);
    if (event?.sequence === sequence) return event.epoch;
  }
  return undefined;
}

/** Every cell that looks like an event's; gives way to others now and then. */
async function* placesIn(pages: Pages): AsyncGenerator<Place> {
  // The first page holds the schema.
  for (let number = 2; number <= pages.count; number += 1) {
    if (number % PAGES_AT_ONCE === 0) await setImmediate();
    const page = pages.page(number);
    if (page?.[0] !== LEAF) continue;
    const cells = page.readUInt16BE(3);
    for (let cell = 0; cell < cells && 10 + 2 * cell <= page.length; cell += 1) {
      const at = page.readUInt16BE(8 + 2 * cell);
      const found = cellAt(page, at);
      if (found) yield { sequence: found.sequence, page: number, at };
    }
  }
}

/** The head of a cell; undefined where it can't be an event's. */
function cellAt(page: Buffer, at: number): Cell | undefined {
  const payload = varint(page, at);
  const rowid = payload && varint(page, payload.end);
  if (!rowid || payload.value > MOST_EVENT_BYTES || rowid.value < 1 || !Number.isSafeInteger(rowid.value)) return undefined;
  return { sequence: rowid.value, payloadBytes: payload.value, from: rowid.end };
}

/** An event's bytes out of its cell and overflow pages; undefined where the record is none of an event, or a page is missing. */
function bodyOf(pages: Pages, page: Buffer, { payloadBytes, from }: Cell): Buffer | undefined {
  const usable = pages.pageBytes;
  const here = bytesHere(payloadBytes, usable);
  if (from + here > page.length) return undefined;
  const parts = [page.subarray(from, from + here)];
  let left = payloadBytes - here;
  for (let at = from + here, holder = page; left > 0; at = 0) {
    if (at + 4 > holder.length) return undefined;
    const next = pages.page(holder.readUInt32BE(at));
    if (next === undefined) return undefined;
    parts.push(next.subarray(4, 4 + Math.min(left, usable - 4)));
    left -= usable - 4;
    holder = next;
  }
  return bodyIn(Buffer.concat(parts));
}

/** What an event's record holds; undefined for a record of another form. */
function bodyIn(payload: Buffer): Buffer | undefined {
  const header = varint(payload, 0);
  const type = varint(payload, 2);
  if (!header || !type || payload[1] !== 0 || header.value !== type.end) return undefined;
  return header.value + (type.value - 12) / 2 === payload.length ? payload.subarray(type.end) : undefined;
}

/** How much of a payload stays in the leaf (1.6, "B-tree Cell Format"). */
function bytesHere(payloadBytes: number, usable: number): number {
  const [most, least] = [usable - 35, Math.floor(((usable - 12) * 32) / 255) - 23];
  if (payloadBytes <= most) return payloadBytes;
  const even = least + ((payloadBytes - least) % (usable - 4));
  return even <= most ? even : least;
}

/** A variable-length integer: seven bits a byte, the highest first, all eight of a ninth. Exact up to 2^53. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    if (index === 8) return { value: value * 256 + byte, end: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}
