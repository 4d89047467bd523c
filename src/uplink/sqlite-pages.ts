// The pages of a database file that SQLite itself may refuse to open, as it would read them: the newest committed copy. Never
// writes, takes no lock; a page that can't be read is absent. After https://www.sqlite.org/fileformat2.html, sections 1.3 and 4:
//
//   file              pages 1, 2, 3 … without a gap, each of `pageBytes`
//   write-ahead log   header, then frames; all numbers big-endian
//     header  0 magic 377f0682 (checksums of little-endian words) or …83 (big-endian) | 4 version | 8 page bytes
//             12 checkpoint | 16 salt, 8 bytes | 24 checksum of bytes 0-23, 8 bytes
//     frame   0 page number | 4 pages in the file where this frame is a commit, else 0 | 8 the header's salt | 16 checksum of
//             bytes 0-7 and the page, begun with the one before it | 24 the page
//
// As for SQLite, the log ends at the first frame that does not fit, and counts as far as its last commit.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

const LOG_MAGIC = 0x37_7f_06_82;
const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Between two turns of the event loop. */
const FRAMES_AT_ONCE = 256;

export interface Pages {
  readonly pageBytes: number;
  /** The highest page number. */
  readonly count: number;
  /** Numbers begin with 1. The bytes are the caller's. */
  page(number: number): Buffer | undefined;
  close(): void;
}

/** `pageBytes`: what its pages have. @throws where the file can't be opened (ENOENT, EACCES …) */
export async function openPages(file: string, pageBytes: number): Promise<Pages> {
  const fd = openSync(file, 'r');
  const log = openLog(`${file}-wal`);
  try {
    const inLog = log === undefined ? new Map<number, number>() : await committed(log, pageBytes);
    const inFile = Math.floor(fstatSync(fd).size / pageBytes);
    let count = inFile;
    for (const number of inLog.keys()) count = Math.max(count, number);
    return {
      pageBytes,
      count,
      page(number) {
        const at = inLog.get(number);
        if (at !== undefined && log !== undefined) return readAt(log, at, pageBytes);
        return number >= 1 && number <= inFile ? readAt(fd, (number - 1) * pageBytes, pageBytes) : undefined;
      },
      close() {
        closeSync(fd);
        if (log !== undefined) closeSync(log);
      },
    };
  } catch (error) {
    closeSync(fd);
    if (log !== undefined) closeSync(log);
    throw error;
  }
}

function openLog(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch {
    return undefined;
  }
}

/** Undefined where that much is not there, or the disk can't read it. */
function readAt(fd: number, at: number, bytes: number): Buffer | undefined {
  const buffer = Buffer.allocUnsafe(bytes);
  try {
    return readSync(fd, buffer, 0, bytes, at) === bytes ? buffer : undefined;
  } catch {
    return undefined;
  }
}

/** Where in the log the newest committed copy of each page begins. */
async function committed(log: number, pageBytes: number): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  const header = readAt(log, 0, LOG_HEADER_BYTES);
  if (header === undefined || (header.readUInt32BE(0) & ~1) >>> 0 !== LOG_MAGIC) return found;
  const sum = new Checksum(header.readUInt32BE(0) === LOG_MAGIC);
  sum.add(header.subarray(0, 24));
  if (header.readUInt32BE(8) !== pageBytes || !sum.is(header, 24)) return found;
  const salt = header.subarray(16, 24);
  let pending: [page: number, at: number][] = [];
  for (let frame = 0; ; frame += 1) {
    const at = LOG_HEADER_BYTES + frame * (FRAME_HEADER_BYTES + pageBytes);
    const bytes = readAt(log, at, FRAME_HEADER_BYTES + pageBytes);
    if (bytes === undefined || !bytes.subarray(8, 16).equals(salt)) return found;
    sum.add(bytes.subarray(0, 8));
    sum.add(bytes.subarray(FRAME_HEADER_BYTES));
    if (!sum.is(bytes, 16)) return found;
    pending.push([bytes.readUInt32BE(0), at + FRAME_HEADER_BYTES]);
    if (bytes.readUInt32BE(4) > 0) {
      for (const [page, place] of pending) found.set(page, place);
      pending = [];
    }
    if (frame % FRAMES_AT_ONCE === FRAMES_AT_ONCE - 1) await setImmediate();
  }
}

/** The log's running checksum: two sums of 32-bit words, modulo 2^32. */
class Checksum {
  readonly #littleEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  /** A multiple of eight bytes. */
  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 8) {
      this.#first = (this.#first + this.#word(bytes, at) + this.#second) >>> 0;
      this.#second = (this.#second + this.#word(bytes, at + 4) + this.#first) >>> 0;
    }
  }

  is(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }

  #word(bytes: Buffer, at: number): number {
    return this.#littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}
