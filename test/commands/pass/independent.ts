// Passes and their pictures read by other code than what made them: base45 by arithmetic, CBOR by cbor2, signatures by noble,
// QR symbols by a decoder that sees pixels.

import { inflateSync } from 'node:zlib';

import { ed25519 } from '@noble/curves/ed25519.js';
import { decode, encode, Tag } from 'cbor2';
import { decodeQR } from 'qr/decode.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

export function fromBase45(text: string): Uint8Array {
  const bytes = (text.match(/.{1,3}/gu) ?? []).flatMap((group) => {
    const value = Array.from(group).reduce((sum, character, place) => sum + ALPHABET.indexOf(character) * 45 ** place, 0);
    return group.length === 3 ? [value >> 8, value & 255] : [value];
  });
  return Uint8Array.from(bytes);
}

export interface ReadPass {
  readonly headers: Map<number, unknown>;
  readonly unprotected: unknown;
  readonly claims: Map<number, unknown>;
  readonly isSigned: boolean;
}

/** Takes a pass apart and checks it against a public key of 32 bytes. */
export function readPass(code: string, publicKey: Uint8Array): ReadPass {
  if (!code.startsWith('VGP1:')) throw new Error('no pass');
  const tag: Tag = decode(fromBase45(code.slice(5)));
  if (!(tag instanceof Tag) || tag.tag !== 18) throw new Error('no COSE_Sign1');
  const [headers, unprotected, claims, signature] = tag.contents as [Uint8Array, unknown, Uint8Array, Uint8Array];
  const message = encode(['Signature1', headers, new Uint8Array(0), claims]);
  const isSigned = ed25519.verify(signature, message, publicKey);
  return { headers: decode(headers), unprotected, claims: decode(claims), isSigned };
}

type Rows = readonly (readonly boolean[])[];

/** What a camera would read: the rows are enlarged to pixels, dark is black. */
export function readSymbol(rows: Rows, scale = 4): string {
  const [height, width] = [rows.length * scale, (rows[0]?.length ?? 0) * scale];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rows[Math.floor(y / scale)]?.[Math.floor(x / scale)]) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return decodeQR({ width, height, data }, { timeLimit: 5000 });
}

/** Half blocks as a dark terminal shows them: what is not drawn is dark. */
export function rowsOfTerminal(drawing: string): Rows {
  const lines = drawing.split('\n').filter((line) => /^[█▀▄ ]+$/u.test(line) && /[█▀▄]/u.test(line));
  return lines.flatMap((line) => [
    Array.from(line, (character) => character !== '█' && character !== '▀'),
    Array.from(line, (character) => character !== '█' && character !== '▄'),
  ]);
}

/** An SVG element of this program's: squares on a grid. */
export function rowsOfSvg(svg: string): Rows {
  const size = Number(/viewBox="0 0 (\d+) \1"/u.exec(svg)?.[1]);
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const dark = /<path d="([^"]*)"/u.exec(svg)?.[1] ?? '';
  for (const [, x, y, width] of dark.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/gu)) {
    rows[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  }
  return rows;
}

export interface ReadPng {
  readonly rows: Rows;
  /** Pixels a metre. */
  readonly density: number;
}

/** A one-bit grey PNG without filters. */
export function readPng(png: Buffer): ReadPng {
  const chunks = new Map<string, Buffer>();
  for (let place = 8; place < png.length; ) {
    const length = png.readUInt32BE(place);
    chunks.set(png.toString('latin1', place + 4, place + 8), png.subarray(place + 8, place + 8 + length));
    place += 12 + length;
  }
  const [header, data, physical] = ['IHDR', 'IDAT', 'pHYs'].map((name) => chunks.get(name) ?? Buffer.alloc(0)) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  const width = header.readUInt32BE(0);
  const raw = inflateSync(data);
  const stride = 1 + Math.ceil(width / 8);
  const rows = Array.from({ length: header.readUInt32BE(4) }, (_, y) =>
    Array.from({ length: width }, (__, x) => ((raw[y * stride + 1 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0),
  );
  return { rows, density: physical.readUInt32BE(0) };
}
