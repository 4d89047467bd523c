// Photographs through the camera path and through the bare library: which are read, and how long each frame of them takes.

import { ROUND_FRAMES } from '../../src/scanners/camera-looks.ts';
import type { DecoderName } from '../../src/scanners/camera-options.ts';
import { type Bare, bareDecoder } from './bare-decoders.ts';
import { openPath, type Path } from './camera-path.ts';
import { type Photo, type PlacedPhoto, photoOn, placed } from './photos.ts';
import type { Row } from './report.ts';

/** How long a person holds a code: frames of a second. jsqr looks in one way only: what it did not read it never will. */
const HELD_FRAMES = { zxing: 15, jsqr: 1 };
const WANTED = 131;
const MOST = 1.3;
/** Frames before the clock is started: what is compiled at first use is compiled then. */
const WARMING = { zxing: 60, jsqr: 10 };
const ROUNDS = { zxing: 5, jsqr: 2 };

/** In how many ways a frame is looked at, one after the other. */
const LOOKS = { zxing: ROUND_FRAMES, jsqr: 1 };

/** The smallest frame that the configuration allows is of this many pixels. */
const LEAST = 64;

/** Which photographs are read, at their own size where a camera could have it, each before a camera of its own. */
export async function measureRates(decoder: DecoderName, photos: readonly Photo[]): Promise<Row[]> {
  const bare = await bareDecoder(decoder);
  const totals = { bareRead: 0, first: 0, read: 0, false: 0 };
  for (const photo of photos) {
    const size = { width: Math.max(LEAST, photo.width), height: Math.max(LEAST, photo.height) };
    const frame = placed(photo, size);
    const path = openPath(size, decoder);
    const plain = bare(frame, size);
    let found = false;
    for (let turn = 0; turn < HELD_FRAMES[decoder] && !found; turn++) {
      found = (await path.show(frame)).looked.codes.length > 0;
      if (turn === 0 && found && photo.bytes) totals.first += 1;
    }
    if (photo.bytes) {
      totals.bareRead += Number(plain.found);
      totals.read += Number(found);
    } else totals.false += Number(found);
    await path.close();
  }
  const codes = photos.filter(({ bytes }) => bytes).length;
  const peer = { name: 'bare', value: totals.bareRead };
  const target = decoder === 'zxing' ? { target: `>= ${WANTED}`, met: totals.read >= WANTED } : {};
  const held = `${decoder}: read of ${codes} photographs, held for ${HELD_FRAMES[decoder]} frames`;
  const without = `${decoder}: false reads of ${photos.length - codes} without a QR code`;
  return [
    { measure: held, value: totals.read, unit: '', peer, ...target },
    { measure: `${decoder}: read in the first frame`, value: totals.first, unit: '', peer },
    { measure: without, value: totals.false, unit: '', target: '0', met: totals.false === 0 },
  ];
}

/** One frame shown, milliseconds: from the mailbox to the answer, of that the decoding, and the bare library on the same frame. */
interface Shown {
  readonly own: number;
  readonly decoding: number;
  readonly bare: number;
  readonly photo: Photo;
  /** The how-manieth frame of its photograph, from 0. */
  readonly turn: number;
  readonly read: boolean;
}

/**
 * Each in a usual camera's frame before one warm thread, as at a gate, shown until it is read. In several rounds, which are all alike:
 * of each frame's times the least counts, on both sides, so that what else runs on the machine does not.
 */
export async function measureTimes(decoder: DecoderName, photos: readonly Photo[]): Promise<Row[]> {
  const bare = await bareDecoder(decoder);
  const shown: Shown[] = [];
  for (const [, group] of Map.groupBy(photos.map(photoOn), ({ size }) => `${size.width} ${size.height}`)) {
    const [{ size } = { size: { width: 0, height: 0 } }] = group;
    const path = openPath(size, decoder);
    const blank = new Uint8Array(size.width * size.height);
    const rounds: Shown[][] = [];
    let misses = await warm(path, bare, group, WARMING[decoder]);
    while (rounds.length < ROUNDS[decoder]) {
      // Every round begins with the same way of looking.
      for (; misses % LOOKS[decoder] !== 0; misses++) await path.show(blank);
      const frames: Shown[] = [];
      for (const one of group) frames.push(...(await showOne(path, bare, one, HELD_FRAMES[decoder])));
      misses += frames.filter(({ read }) => !read).length;
      rounds.push(frames);
    }
    shown.push(...leastOf(rounds));
    await path.close();
  }
  return rowsOf(decoder, shown);
}

/** Returns how many frames were not read. */
async function warm(path: Path, bare: Bare, group: readonly PlacedPhoto[], frames: number): Promise<number> {
  let misses = 0;
  for (let turn = 0; turn < frames; turn++) {
    const one = group[turn % group.length];
    if (!one) break;
    bare(one.frame, one.size);
    misses += Number((await path.show(one.frame)).looked.codes.length === 0);
  }
  return misses;
}

async function showOne(path: Path, bare: Bare, { photo, frame, size }: PlacedPhoto, most: number): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (let turn = 0, read = false; turn < most && !read; turn++) {
    const plain = bare(frame, size).ms;
    const { looked, ms } = await path.show(frame);
    read = looked.codes.length > 0;
    shown.push({ own: ms, decoding: looked.decodeMs, bare: plain, photo, turn, read });
  }
  return shown;
}

function leastOf(rounds: readonly (readonly Shown[])[]): Shown[] {
  const [first = []] = rounds;
  return first.map((shown, at) => {
    const least = (of: (one: Shown) => number) => Math.min(...rounds.map((round) => of(round[at] ?? shown)));
    return {
      ...shown,
      own: least(({ own }) => own),
      decoding: least(({ decoding }) => decoding),
      bare: least((one) => one.bare),
    };
  });
}

function rowsOf(decoder: DecoderName, shown: readonly Shown[]): Row[] {
  const total = (of: (one: Shown) => number, among = shown) => among.reduce((sum, one) => sum + of(one), 0);
  const row = (what: string, [value, peer]: readonly [number, number], bounded: boolean): Row => {
    const ratio = value / peer;
    const bound = bounded && decoder === 'zxing' ? { target: `<= ${MOST} x`, met: ratio <= MOST } : {};
    return { measure: `${decoder}: ${what}`, value, unit: 'ms', peer: { name: 'bare', value: peer }, ratio, ...bound };
  };
  const codes = shown.filter(({ photo }) => photo.bytes);
  const each = (among: readonly Shown[], of: (one: Shown) => number) =>
    [total(of, among) / among.length, total(({ bare }) => bare, among) / among.length] as const;
  const read = total((one) => Number(one.read), codes);
  const most = HELD_FRAMES[decoder];
  const round = LOOKS[decoder];
  const answered = [
    total(({ own, turn }) => (turn < round ? own : 0), codes),
    total(({ bare, turn }) => (turn === 0 ? bare : 0), codes),
  ] as const;
  return [
    row(
      `a frame of a photograph with a code, shown until read, ${most} times at most (${read} read)`,
      each(codes, (one) => one.own),
      true,
    ),
    row(
      'a frame of any photograph, likewise',
      each(shown, ({ own }) => own),
      true,
    ),
    row(
      'of that with a code, decoding alone',
      each(codes, ({ decoding }) => decoding),
      false,
    ),
    row(`all with a code until read, ${round} frames at most, against one bare pass each`, answered, false),
  ];
}
