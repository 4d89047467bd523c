// Every capture in test/captures gives its expected codes, however the bytes happen to be cut on their way.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Discarded, type Framed, Framer, type FramingOptions } from '../../src/scanners/framing.ts';

interface Expected {
  readonly about: string;
  readonly framing?: FramingOptions;
  readonly scans: readonly {
    readonly text?: string;
    readonly base64?: string;
    readonly symbology?: string;
    readonly fault?: string;
  }[];
  readonly discarded: Discarded;
}

const FOLDER = new URL('../captures/', import.meta.url);
const names = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.bin') ? [file.slice(0, -4)] : []));

function replay(
  bytes: Buffer,
  chunkBytes: number,
  options: FramingOptions | undefined,
): { scans: Framed[]; discarded: Discarded } {
  const framer = new Framer(options);
  const scans: Framed[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) scans.push(...framer.push(bytes.subarray(at, at + chunkBytes)));
  const last = framer.end();
  return { scans: last ? [...scans, last] : scans, discarded: framer.discarded };
}

describe.each(names)('capture %s', (name) => {
  const bytes = readFileSync(new URL(`${name}.bin`, FOLDER));
  const expected = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Expected;
  const scans = expected.scans.map(({ text, base64, ...rest }) => ({
    ...rest,
    bytes: text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text),
  }));

  test.each([1, 2, 7, Number.MAX_SAFE_INTEGER])(`${expected.about} (chunks of %d)`, (chunkBytes) => {
    expect(replay(bytes, chunkBytes, expected.framing)).toEqual({ scans, discarded: expected.discarded });
  });
});

test('captures: every .bin has its .json and there are some', () => {
  const files = readdirSync(FOLDER);
  expect(names.length).toBeGreaterThanOrEqual(10);
  expect(files.filter((file) => file.endsWith('.json')).length).toBe(names.length);
});
