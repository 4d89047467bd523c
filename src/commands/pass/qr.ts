// A code as a QR symbol (ISO/IEC 18004): error correction M, a quiet zone of four modules; for a terminal, an image, a page.

import { encodeQR } from 'qr';

import { encodePng } from './png.ts';

const QUIET_MODULES = 4;
const OPTIONS = { ecc: 'medium', border: QUIET_MODULES } as const;

export interface Symbol {
  /** 1 to 40. */
  readonly version: number;
  /** Modules on a side, without the quiet zone. */
  readonly modules: number;
  /** Rows of modules with the quiet zone; true is dark. */
  readonly dark: readonly (readonly boolean[])[];
}

/** Codes of the QR alphanumeric set (all of ours) take 5.5 bits a character. */
export function symbolOf(code: string): Symbol {
  const dark = encodeQR(code, 'raw', OPTIONS);
  const modules = dark.length - 2 * QUIET_MODULES;
  return { version: (modules - 17) / 4, modules, dark };
}

/** White on black whatever the theme, in xterm's fixed colours. */
const COLOURS = '\u001b[38;5;231;48;5;16m';
const PLAIN = '\u001b[0m';

/**
 * The symbol in half blocks, two modules a character, light modules drawn: right on a dark terminal as it is, and on any one
 * with `colour`.
 */
export function terminalDrawing(code: string, { colour }: { readonly colour: boolean }): string {
  const lines = encodeQR(code, 'ascii', OPTIONS).trimEnd().split('\n');
  return lines.map((line) => (colour ? `${COLOURS}${line}${PLAIN}\n` : `${line}\n`)).join('');
}

const DOTS_PER_INCH = 300;
/** 3 cm at 300 dpi. */
const SYMBOL_PIXELS_MIN = Math.ceil((3 / 2.54) * DOTS_PER_INCH);
/** Half a millimetre: what cheap scanners resolve at arm's length. */
const MODULE_PIXELS_MIN = 6;

/** A black and white PNG that says 300 dpi; printed at its size the symbol is at least 3 cm wide. */
export function pngOf({ dark, modules }: Symbol): Uint8Array {
  const scale = Math.max(MODULE_PIXELS_MIN, Math.ceil(SYMBOL_PIXELS_MIN / modules));
  const widen = (row: readonly boolean[]) => row.flatMap((isDark) => Array<boolean>(scale).fill(isDark));
  const rows = dark.flatMap((row) => Array<boolean[]>(scale).fill(widen(row)));
  return encodePng(rows, DOTS_PER_INCH);
}

const PRINTED_CM = 3.2;

/** An SVG element whose symbol is 3.2 cm wide; runs of dark modules are one shape, so that no seams show in print. */
export function svgOf({ dark, modules }: Symbol): string {
  const size = dark.length;
  const runs = dark.flatMap((row, y) => {
    const text = row.map((isDark) => (isDark ? '1' : '0')).join('');
    return [...text.matchAll(/1+/gu)].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`);
  });
  const width = ((PRINTED_CM * size) / modules).toFixed(2);
  return (
    `<svg viewBox="0 0 ${size} ${size}" width="${width}cm" height="${width}cm" shape-rendering="crispEdges" role="img">` +
    `<path fill="#fff" d="M0 0h${size}v${size}h-${size}z"/><path d="${runs.join('')}"/></svg>`
  );
}
