// Code 128 (ISO/IEC 15417) with FNC3, the function character that makes a symbol a command to the scanner.
//
//   start | character ... | check | stop        every character 3 bars and 3 spaces of 11 modules; the stop has a 7th bar, 13 modules
//   check = (start + sum of position * character) mod 103
//   set A: ASCII 0-95 (control characters from 64 on), set B: ASCII 32-127; FNC3 is 96 in both; 100 and 101 change to B and A

/** FNC3 in a content: a character that no barcode can hold. */
export const FNC3 = '\uE003';

/** Widths of bars and spaces of characters 0 to 102, of the three starts, and of the stop. */
const WIDTHS = `212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323
131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113
213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112
421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232
2331112`.split(/\s+/u);

const [FNC3_VALUE, TO_B, TO_A, START_A, START_B, STOP] = [96, 100, 101, 103, 104, 106];

type CodeSet = 'A' | 'B';

/** The set that alone has a character; undefined: both do. @throws RangeError: neither has it */
function setOf(character: string): CodeSet | undefined {
  const code = character.charCodeAt(0);
  if (character === FNC3 || (code >= 32 && code < 96)) return undefined;
  if (code < 32) return 'A';
  if (code < 128) return 'B';
  throw new RangeError(`Code 128 has no character U+${code.toString(16).padStart(4, '0').toUpperCase()}`);
}

function valueOf(character: string): number {
  if (character === FNC3) return FNC3_VALUE;
  const code = character.charCodeAt(0);
  return code < 32 ? code + 64 : code - 32;
}

/** The symbol characters from start to stop. @throws RangeError: empty, or a character beyond ASCII */
export function symbolCharacters(content: string): readonly number[] {
  if (content === '') throw new RangeError('a barcode wants at least one character');
  const characters = Array.from(content);
  let set: CodeSet = characters.map(setOf).find((own) => own !== undefined) ?? 'B';
  const values = [set === 'A' ? START_A : START_B];
  for (const character of characters) {
    const own = setOf(character) ?? set;
    if (own !== set) values.push(own === 'A' ? TO_A : TO_B);
    set = own;
    values.push(valueOf(character));
  }
  const check = values.reduce((sum, value, position) => sum + value * Math.max(1, position), 0) % 103;
  return [...values, check, STOP];
}

/** The modules from left to right, without quiet zones; true is dark. */
export function modulesOf(content: string): readonly boolean[] {
  return symbolCharacters(content).flatMap((value) =>
    Array.from(WIDTHS[value] ?? '').flatMap((width, index) => Array<boolean>(Number(width)).fill(index % 2 === 0)),
  );
}

/** Modules of white on each side, as the standard wants. */
const QUIET = 10;

export interface BarSize {
  /** Width of a module, mm: half a millimetre is read by every scanner at arm's length. */
  readonly module: number;
  /** Height of the bars, mm. */
  readonly height: number;
}

/** An SVG element with its quiet zones; a run of dark modules is one shape, so that no seams show in print. */
export function barcodeSvg(content: string, { module, height }: BarSize): string {
  const modules = modulesOf(content);
  const width = modules.length + 2 * QUIET;
  const text = modules.map((isDark) => (isDark ? '1' : '0')).join('');
  const bars = [...text.matchAll(/1+/gu)].map(({ index, 0: run }) => `M${index + QUIET} 0h${run.length}v1h-${run.length}z`);
  const size = `width="${(width * module).toFixed(1)}mm" height="${height}mm"`;
  return (
    `<svg viewBox="0 0 ${width} 1" ${size} preserveAspectRatio="none" shape-rendering="crispEdges" role="img">` +
    `<path fill="#fff" d="M0 0h${width}v1h-${width}z"/><path d="${bars.join('')}"/></svg>`
  );
}
