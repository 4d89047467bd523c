// The short form of `npm run fuzz`: every parser of outside bytes takes its seeds and some hundred mutations of them, without a
// crash, a broken promise or a second for one input; and the table has every such parser there is.

import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutated, random } from '../../scripts/fuzz/mutate.ts';
import { TARGETS } from '../../scripts/fuzz/targets.ts';

const ROOT = new URL('../../', import.meta.url);

/** A busy machine stops a process for longer than the second of the long form. */
const SLOW_MS = 5000;

describe.each(TARGETS)('$name', ({ seeds, words, mostBytes = 4096, run, covers }) => {
  test('takes what it is shown', () => {
    for (const seed of seeds) run(seed);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const input = mutated({ corpus: seeds, words, mostBytes }, random(seed));
        const start = performance.now();
        run(input);
        expect(performance.now() - start, Buffer.from(input).toString('base64')).toBeLessThan(SLOW_MS);
      }),
      { numRuns: 150 },
    );
  });

  test('begins with something, and is guided by files that are there', () => {
    expect(seeds.length).toBeGreaterThan(0);
    expect(covers.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  });
});

test('every parser of bytes from outside is a target', () => {
  const parsers = {
    'src/scanners/framing.ts': 'Framer',
    'src/scanners/hid-descriptor.ts': 'parseReportDescriptor',
    'src/scanners/hid-pos-reports.ts': 'PosReader',
    'src/scanners/hid-keyboard-reports.ts': 'KeyboardReader',
    'src/scanners/camera-frames.ts': 'FrameAssembler',
    'src/scanners/camera-jsqr.ts': 'jsqrDecoder',
    'src/inputs/evdev-layout.ts': 'readInputEvents',
    'src/system/gpio-layout.ts': 'readEdges',
    'src/admission/credentials/recognise.ts': 'recognise',
    'src/admission/credentials/base45.ts': 'decodeBase45',
    'src/admission/credentials/cbor.ts': 'decodeCbor',
    'src/admission/credentials/cose.ts': 'openSign1',
    'src/uplink/receipts.ts': 'readReceipt',
    'src/uplink/frame-limit.ts': 'FrameLimit',
    'src/lists/read-list.ts': 'readList',
    'src/trust/issuers.ts': 'parseIssuers',
    'src/config/source.ts': 'parseSource',
    'src/config/load.ts': 'loadConfiguration',
    'src/commands/csv-records.ts': 'csvRecords',
    'src/system/rfc3339.ts': 'parseRfc3339',
  };
  const tables = ['scanner', 'code', 'centre']
    .map((name) => readFileSync(new URL(`scripts/fuzz/${name}-targets.ts`, ROOT), 'utf8'))
    .join('\n');
  for (const [file, name] of Object.entries(parsers)) {
    expect(readFileSync(new URL(file, ROOT), 'utf8'), file).toMatch(new RegExp(`export (?:function|class) ${name}\\b`, 'u'));
    expect(tables, name).toMatch(new RegExp(`\\b${name}\\(`, 'u'));
  }
  expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length);
});

test('a mutation is the same for the same seed, never longer than it may be, and seldom what it was', () => {
  const corpus = [Buffer.from('001099000001||')];
  const make = (seed: number) => mutated({ corpus, words: ['VGP1:'], mostBytes: 40 }, random(seed));
  const inputs = Array.from({ length: 500 }, (_, seed) => make(seed));
  expect(inputs.map((input, seed) => make(seed).every((byte, at) => byte === input[at])).every(Boolean)).toBe(true);
  expect(Math.max(...inputs.map(({ length }) => length))).toBeLessThanOrEqual(40);
  expect(new Set(inputs.map((input) => Buffer.from(input).toString('hex'))).size).toBeGreaterThan(350);
});
