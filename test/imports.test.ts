// The reading of imports, form by form: what it did not see would let every arrow pass.

import { describe, expect, test } from 'vitest';
import { referencesOf } from './imports.ts';

const targets = (text: string): (string | undefined)[] => referencesOf(text).map(({ target }) => target);

describe('referencesOf', () => {
  test.each([
    ["import a from 'x';", 'x'],
    ['import a from "x";', 'x'],
    ["import * as a from './x.ts';", './x.ts'],
    ["import { a, b as c } from './x.ts';", './x.ts'],
    ["import {\n  a,\n  type B,\n} from '../x.ts';", '../x.ts'],
    ["import a, { b } from 'x';", 'x'],
    ["import './x.ts';", './x.ts'],
    ["  import 'x'", 'x'],
    ["import type { A } from './x.ts';", './x.ts'],
    ["import data from '../x.json' with { type: 'json' };", '../x.json'],
    ["export * from './x.ts';", './x.ts'],
    ["export * as a from './x.ts';", './x.ts'],
    ["export { a } from './x.ts';", './x.ts'],
    ["export type { A } from './x.ts';", './x.ts'],
    ["const a = await import('./x.ts');", './x.ts'],
    ["const a = await import(\n  './x.ts'\n);", './x.ts'],
    ["type A = import('./x.ts').A;", './x.ts'],
    ["const a = require('x') as typeof x;", 'x'],
    ["new Worker(new URL('./x.ts', import.meta.url));", './x.ts'],
    ["new URL(\n  './x.ts',\n  import.meta.url,\n)", './x.ts'],
    ["import.meta.resolve('x')", 'x'],
  ])('reads %s', (text, target) => {
    expect(targets(text)).toEqual([target]);
  });

  test.each([
    'await import(name);',
    'await import(`./${name}.ts`);',
    'require(name);',
    'new URL(name, import.meta.url);',
    'new URL(`./${name}`, import.meta.url);',
    "join(import.meta.dirname, 'x.ts');",
    "process.getBuiltinModule('fs');",
    "const a = 1; import b from 'x';",
  ])('reports %s as a reference it can not read', (text) => {
    expect(targets(text)).toEqual([undefined]);
  });

  test('reads each of several', () => {
    const text =
      "import a from 'a';\nimport { b } from 'b';\nexport const from = 'no';\nexport { c } from './c.ts';\nimport 'd';\n";
    expect(targets(text)).toEqual(['a', 'b', './c.ts', 'd']);
  });

  test('knows which imports are gone when the program runs', () => {
    expect(referencesOf("import type { A } from 'a';\nimport { type B } from 'b';").map(({ typeOnly }) => typeOnly)).toEqual([
      true,
      false,
    ]);
  });

  test('sees no reference in code that has none', () => {
    const text =
      "export const a = 'x';\nconst from = 'y';\nexport function b(text = 'z') {}\nconst u = new URL(text);\nnew URL(name, BASE);\n";
    expect(targets(text)).toEqual([]);
  });
});
