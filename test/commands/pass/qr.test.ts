// The pictures of a code, read back by a decoder that sees their pixels; what they measure in print.

import { describe, expect, test } from 'vitest';

import { pngOf, svgOf, symbolOf, terminalDrawing } from '../../../src/commands/pass/qr.ts';
import { readPng, readSymbol, rowsOfSvg, rowsOfTerminal } from './independent.ts';

const TOKEN = 'GT1:2NFA31ZZP9SYKTFC25Z5TS6EVE';
const LONG = `VGP1:${'RRQT 9 60GO0MODJ12SXAG%88CKEB38053D7'.repeat(8)}`;
/** As long as readers take. */
const LONGEST = `VGP1:${'R $%*+-./:'.repeat(102)}`.slice(0, 1024);

test('symbolOf uses the alphanumeric mode: a token is version 2, a pass of 293 characters version 10', () => {
  expect(symbolOf(TOKEN)).toMatchObject({ version: 2, modules: 25 });
  expect(symbolOf(LONG)).toMatchObject({ version: 10, modules: 57 });
});

describe.each([
  ['token', TOKEN],
  ['pass', LONG],
  ['longest pass', LONGEST],
])('the picture of a %s', (_, code) => {
  const { modules } = symbolOf(code);

  test('is read from the terminal, with a quiet zone of four modules', () => {
    const drawing = terminalDrawing(code, { colour: false });
    const rows = rowsOfTerminal(drawing);
    expect(readSymbol(rows)).toBe(code);
    expect(
      rows
        .slice(0, 4)
        .flat()
        .concat(rows.map((row) => row[3] ?? true).slice(0, modules + 8)),
    ).not.toContain(true);
    expect(drawing).not.toContain('\u001b');
  });

  test('is read from the PNG, which prints at least 3 cm wide', () => {
    const { rows, density } = readPng(Buffer.from(pngOf(symbolOf(code))));
    expect(readSymbol(rows, 1)).toBe(code);
    const scale = rows.length / (modules + 8);
    expect(Number.isInteger(scale)).toBe(true);
    expect((scale * modules * 100) / density).toBeGreaterThanOrEqual(3);
    expect(density).toBe(11_811);
  });

  test('is read from the SVG, 3.2 cm wide without its quiet zone', () => {
    const svg = svgOf(symbolOf(code));
    expect(readSymbol(rowsOfSvg(svg))).toBe(code);
    const width = Number(/ width="([\d.]+)cm"/u.exec(svg)?.[1]);
    expect((width * modules) / (modules + 8)).toBeCloseTo(3.2, 1);
  });
});

test('terminalDrawing in colour sets and resets white on black on every line', () => {
  const lines = terminalDrawing(TOKEN, { colour: true }).trimEnd().split('\n');
  expect(lines).toHaveLength(17);
  for (const line of lines) expect(line).toMatch(/^\u001b\[38;5;231;48;5;16m[█▀▄ ]{33}\u001b\[0m$/u);
});

/** CRC-32 as the PNG specification's annex D gives it, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

test('pngOf makes whole chunks with the checksums of the specification', () => {
  const png = Buffer.from(pngOf(symbolOf(TOKEN)));
  const types: string[] = [];
  let place = 8;
  while (place < png.length) {
    const end = place + 8 + png.readUInt32BE(place);
    types.push(png.toString('latin1', place + 4, place + 8));
    expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(place + 4, end)));
    place = end + 4;
  }
  expect([place, ...types]).toEqual([png.length, 'IHDR', 'pHYs', 'IDAT', 'IEND']);
});
