// The scanners' set-up sheets: each drawn code is read back from the page, has its sources, and nothing on a page is fetched.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FNC3 } from '../../scripts/sheets/code128.ts';
import { sheetFiles } from '../../scripts/sheets/sheet-files.ts';
import { TRIAL_CODE } from '../../scripts/sheets/sheet-page.ts';
import { contentOf, makers } from '../../scripts/sheets/sheet-plan.ts';
import { SCANNER_MAKERS } from '../../src/scanners/hid-makers.ts';
import { readSymbol, rowsOfSvg } from '../commands/pass/independent.ts';
import { modulesOfSvg, readBars } from './bars.ts';

const all = makers();
const drawn = all.flatMap(({ id, steps }) => steps.flatMap(({ code }) => (code ? [{ id, ...code }] : [])));
const committed = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = (id: string) => committed(`hardware/scanners/${id}.html`);
const svgs = (html: string) => html.match(/<svg .*?<\/svg>/gsu) ?? [];

test.each([...sheetFiles()])('%s is what `npm run sheets` writes', (path, content) => {
  expect(committed(path)).toBe(content);
});

describe('sheets.json', () => {
  test('has a sheet for the makers whose scanners are known', () => {
    for (const name of ['Honeywell', 'Zebra', 'Datalogic', 'Newland']) {
      expect(SCANNER_MAKERS.some((maker) => maker.name.includes(name))).toBe(true);
      expect(
        all.some((maker) => maker.name.includes(name)),
        name,
      ).toBe(true);
    }
  });

  test('draws codes, each a command with sources one can look up', () => {
    expect(drawn.length).toBeGreaterThanOrEqual(4);
    for (const { content, sources } of drawn) {
      expect(contentOf(content)).toContain(FNC3);
      expect(contentOf(content)).not.toMatch(/[<>]/u);
      expect(sources.join(' ').length, content).toBeGreaterThan(60);
    }
  });
});

describe.each(all)('the sheet of $name', ({ id, steps }) => {
  const html = page(id);
  const codes = steps.flatMap(({ code }) => (code ? [contentOf(code.content)] : []));

  test('every bar code is read back from the page, as a command', async () => {
    const bars = svgs(html).filter((svg) => svg.includes(' 1" width'));
    expect(bars).toHaveLength(codes.length);
    for (const [index, svg] of bars.entries()) {
      const wanted = { text: codes[index]?.replace(FNC3, ''), isCommand: true };
      expect(await readBars(modulesOfSvg(svg))).toEqual(wanted);
    }
  });

  test('bars are half a millimetre a module, as a page of A4 has room for', () => {
    for (const svg of svgs(html).filter((one) => one.includes(' 1" width'))) {
      const [, modules, width] = /viewBox="0 0 (\d+) 1" width="([\d.]+)mm"/u.exec(svg) ?? [];
      expect(Number(width) / Number(modules)).toBeCloseTo(0.5, 2);
      expect(Number(width)).toBeLessThan(170);
    }
  });

  test('the code to try is read from the page', () => {
    const symbol = svgs(html).find((svg) => svg.includes('cm"'));
    expect(readSymbol(rowsOfSvg(symbol ?? ''))).toBe(TRIAL_CODE);
  });

  test('fetches nothing and runs nothing', () => {
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<link|<img|\bsrc=|url\(/u);
  });
});
