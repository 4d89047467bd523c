// `npm run bench:camera -- PHOTOS`: the camera path - mailbox, decoding thread, second looks; for the sequences also the program,
// its pipe and what counts - beside the bare library on the same pictures in the same run. Asserts nothing.

import { parseArgs } from 'node:util';

import type { DecoderName, FrameSize } from '../../src/scanners/camera-options.ts';
import { bareDecoder } from './bare-decoders.ts';
import { measureAge, measureMemory } from './camera-long.ts';
import { openPath, stirred } from './camera-path.ts';
import { type Photo, readPhotos } from './photos.ts';
import { machineOf, type Row, table } from './report.ts';
import { median } from './statistics.ts';

const USAGE = 'Usage: npm run bench:camera -- PHOTOS [--reads N] [--only zxing|jsqr] [--json]';
/** How long a person holds a code: frames of one second. */
const HELD_FRAMES = 15;
const EMPTY_FRAMES = 120;
/** Frames before the clock is started: what is compiled at first use is compiled then. */
const WARMING = 40;
const PHOTOS_WANTED = 131;

async function measurePhotos(decoder: DecoderName, photos: readonly Photo[]): Promise<Row[]> {
  const bare = await bareDecoder(decoder);
  const totals = { bareRead: 0, first: 0, read: 0, false: 0 };
  for (const photo of photos) {
    const path = openPath(photo, decoder);
    const plain = bare(photo.grey, photo);
    let found = false;
    for (let frame = 0; frame < HELD_FRAMES && !found; frame++) {
      found = (await path.show(photo.grey)).looked.codes.length > 0;
      if (frame === 0 && found && photo.bytes) totals.first += 1;
    }
    if (photo.bytes) {
      totals.bareRead += Number(plain.found);
      totals.read += Number(found);
    } else totals.false += Number(found);
    await path.close();
  }
  const codes = photos.filter(({ bytes }) => bytes).length;
  const peer = (value: number) => ({ name: 'bare', value });
  const target = decoder === 'zxing';
  return [
    {
      measure: `${decoder}: read of ${codes} photographs, held for ${HELD_FRAMES} frames`,
      value: totals.read,
      unit: '',
      peer: peer(totals.bareRead),
      ...(target ? { target: `>= ${PHOTOS_WANTED}`, met: totals.read >= PHOTOS_WANTED } : {}),
    },
    { measure: `${decoder}: read in the first frame`, value: totals.first, unit: '', peer: peer(totals.bareRead) },
    {
      measure: `${decoder}: false reads of ${photos.length - codes} without a QR code`,
      value: totals.false,
      unit: '',
      target: '0',
      met: totals.false === 0,
    },
  ];
}

/** Times on one canvas, so that one warm thread serves all, as at a gate; each picture is new to it. */
async function measureTimes(decoder: DecoderName, photos: readonly Photo[]): Promise<Row[]> {
  const size = { width: Math.max(...photos.map(({ width }) => width)), height: Math.max(...photos.map(({ height }) => height)) };
  const bare = await bareDecoder(decoder);
  const path = openPath(size, decoder);
  const frames = photos.map((photo) => onCanvas(photo, size));
  for (const frame of frames.slice(0, WARMING)) {
    bare(frame, size);
    await path.show(frame);
  }
  const own: number[] = [];
  const plain: number[] = [];
  for (const frame of frames) {
    plain.push(bare(frame, size).ms);
    own.push((await path.show(frame)).ms);
  }
  await path.close();
  const total = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0);
  const ratio = total(own) / total(plain);
  const measure = `${decoder}: all photographs once, each ${size.width} x ${size.height}, from the mailbox to the answer`;
  const target = decoder === 'zxing' ? { target: '<= 1.3 x', met: ratio <= 1.3 } : {};
  return [
    { measure, value: total(own), unit: 'ms', peer: { name: 'bare', value: total(plain) }, ratio, ...target },
    {
      measure: `${decoder}: one photograph, median`,
      value: median(own),
      unit: 'ms',
      peer: { name: 'bare', value: median(plain) },
      ratio: median(own) / median(plain),
    },
  ];
}

function onCanvas({ grey, width, height }: Photo, size: FrameSize): Uint8Array {
  const canvas = new Uint8Array(size.width * size.height).fill(128);
  for (let row = 0; row < height; row++) canvas.set(grey.subarray(row * width, (row + 1) * width), row * size.width);
  return canvas;
}

async function measureEmpty(decoder: DecoderName): Promise<Row> {
  const size = { width: 1280, height: 720 };
  const bare = await bareDecoder(decoder);
  const path = openPath(size, decoder);
  const scene = stirred(size, 0);
  const own: number[] = [];
  const plain: number[] = [];
  for (let frame = 0; frame < EMPTY_FRAMES; frame++) {
    plain.push(bare(scene, size).ms);
    own.push((await path.show(scene)).ms);
  }
  await path.close();
  const mean = (values: readonly number[]) =>
    values.slice(WARMING).reduce((sum, each) => sum + each, 0) / (values.length - WARMING);
  const ratio = mean(own) / mean(plain);
  return {
    measure: `${decoder}: empty 720p frame, mean with its share of second looks (median ${median(own).toFixed(1)} ms)`,
    value: mean(own),
    unit: 'ms',
    peer: { name: 'bare', value: mean(plain) },
    ratio,
    ...(decoder === 'zxing' ? { target: '<= 1.3 x', met: ratio <= 1.3 } : {}),
  };
}

async function bench(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { reads: { type: 'string', default: '40000' }, only: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [folder] = positionals;
  const reads = Number(values.reads);
  const decoders = (['zxing', 'jsqr'] as const).filter((name) => values.only === undefined || values.only === name);
  if (folder === undefined || !Number.isSafeInteger(reads) || decoders.length === 0) throw new Error(USAGE);
  const say = (text: string) => process.stderr.write(`bench:camera: ${text} ...\n`);
  say('reading the photographs');
  const photos = readPhotos(folder);
  const rows: Row[] = [];
  for (const decoder of decoders) {
    say(`${decoder}: photographs`);
    rows.push(...(await measurePhotos(decoder, photos)), ...(await measureTimes(decoder, photos)));
    say(`${decoder}: empty frames`);
    rows.push(await measureEmpty(decoder));
    say(`${decoder}: a moving sequence`);
    rows.push(...(await measureAge(decoder)));
  }
  if (decoders.includes('zxing') && reads > 0) {
    say(`memory over ${reads} reads`);
    rows.push(await measureMemory(reads));
  }
  const machine = machineOf(process.cwd());
  process.stdout.write(values.json ? `${JSON.stringify({ machine, rows }, undefined, 2)}\n` : table(rows, machine));
}

await bench().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof Error && error.message === USAGE ? 2 : 1;
});
