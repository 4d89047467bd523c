// Generated 720p scenes through the camera path and through the bare library: one in which there is nothing, and people who hold
// codes before it, near and far, in light and in the dark.

import { ROUND_FRAMES } from '../../src/scanners/camera-looks.ts';
import type { DecoderName } from '../../src/scanners/camera-options.ts';
import { bareDecoder } from './bare-decoders.ts';
import { openPath } from './camera-path.ts';
import { PERSONS, person, stirred } from './camera-scenes.ts';
import type { Row } from './report.ts';
import { median } from './statistics.ts';

const SIZE = { width: 1280, height: 720 };
const EMPTY_FRAMES = { zxing: 300, jsqr: 60 };
const WARMING = { zxing: 60, jsqr: 10 };
const MOST = 1.3;

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

export async function measureEmpty(decoder: DecoderName): Promise<Row> {
  const bare = await bareDecoder(decoder);
  const path = openPath(SIZE, decoder);
  const scenes = Array.from({ length: 5 }, (_, turn) => stirred(SIZE, turn));
  // Of each scene looked at in each way the least time counts, on both sides: not what else runs on the machine.
  const kinds = scenes.length * ROUND_FRAMES;
  const own = Array.from({ length: kinds }, () => Infinity);
  const plain = Array.from({ length: kinds }, () => Infinity);
  for (let frame = 0; frame < EMPTY_FRAMES[decoder] + WARMING[decoder]; frame++) {
    const scene = scenes[frame % scenes.length] ?? new Uint8Array();
    const bareMs = bare(scene, SIZE).ms;
    const { ms } = await path.show(scene);
    if (frame < WARMING[decoder]) continue;
    const kind = frame % kinds;
    plain[kind] = Math.min(plain[kind] ?? Infinity, bareMs);
    own[kind] = Math.min(own[kind] ?? Infinity, ms);
  }
  await path.close();
  const ratio = mean(own) / mean(plain);
  return {
    measure: `${decoder}: empty 720p frame, mean over all ways of looking (median ${median(own).toFixed(1)} ms)`,
    value: mean(own),
    unit: 'ms',
    peer: { name: 'bare', value: mean(plain) },
    ratio,
    ...(decoder === 'zxing' ? { target: `<= ${MOST} x`, met: ratio <= MOST } : {}),
  };
}

export async function measurePeople(decoder: DecoderName): Promise<Row[]> {
  const bare = await bareDecoder(decoder);
  const path = openPath(SIZE, decoder);
  const [own, plain]: [number[], number[]] = [[], []];
  const totals = { frames: 0, bareFrames: 0, people: 0, barePeople: 0 };
  for (let index = 0; index < PERSONS; index++) {
    const [before, bareBefore] = [totals.frames, totals.bareFrames];
    for (const frame of person(SIZE, index)) {
      const { found, ms } = bare(frame, SIZE);
      const answer = await path.show(frame);
      plain.push(ms);
      own.push(answer.ms);
      totals.frames += Number(answer.looked.codes.length > 0);
      totals.bareFrames += Number(found);
    }
    totals.people += Number(totals.frames > before);
    totals.barePeople += Number(totals.bareFrames > bareBefore);
  }
  await path.close();
  const frames = `read of ${own.length} frames of a moving sequence`;
  const people = `people of ${PERSONS} in it whose code was read`;
  return [
    { measure: `${decoder}: ${frames}`, value: totals.frames, unit: '', peer: { name: 'bare', value: totals.bareFrames } },
    { measure: `${decoder}: ${people}`, value: totals.people, unit: '', peer: { name: 'bare', value: totals.barePeople } },
    {
      measure: `${decoder}: one frame of it, mean`,
      value: mean(own),
      unit: 'ms',
      peer: { name: 'bare', value: mean(plain) },
      ratio: mean(own) / mean(plain),
    },
  ];
}
