// No text from outside becomes code: src/ has no eval, no shell, no module whose name is calculated, no interpreter of Node's own.
// Each rule is held against a line that breaks it, so that one that sees nothing is red.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../', import.meta.url);

const files = readdirSync(new URL('src/', ROOT), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/u.test(entry.name))
  .map((entry) => `${entry.parentPath}/${entry.name}`);

/** Without comments, so that a word in prose is none in the program. Good enough: a string with two slashes loses its end. */
function codeOf(path: string): string {
  return readFileSync(path, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//gu, '')
    .replaceAll(/(?<!:)\/\/.*$/gmu, '');
}

const RULES: readonly { readonly what: string; readonly seen: RegExp; readonly breaks: readonly string[] }[] = [
  {
    what: 'evaluates text',
    seen: /\beval\b|\bnew Function\b|\bFunction\(|set(?:Timeout|Interval|Immediate)\(\s*['"`]/u,
    breaks: ['eval(text)', '(0, eval)(text)', 'new Function(text)', "setTimeout('go()', 1)"],
  },
  {
    what: "uses Node's interpreters",
    seen: /['"](?:node:)?(?:vm|repl|inspector|wasi|sea)(?:\/[^'"]*)?['"]|\beval: true\b|\bregisterHooks\b|\bprocess\.(?:binding|dlopen)\b/u,
    breaks: ["import vm from 'node:vm'", "import { registerHooks } from 'node:module'", 'new Worker(text, { eval: true })'],
  },
  {
    what: 'imports what it calculated',
    seen: /\bimport\((?!\s*['"])|\brequire\((?!\s*['"])|\bnew Worker\((?!new URL\(['"])/u,
    breaks: ['await import(path)', 'import(`./${name}.ts`)', 'require(configuration.module)', 'new Worker(path)'],
  },
  {
    what: 'runs a shell, or a program by a way that does',
    seen: /\bshell:|\b(?:exec|execSync|execFileSync|execFile|spawnSync|fork)\(|['"](?:\/bin\/)?(?:ba|da)?sh['"]/u,
    breaks: ['spawn(a, { shell: true })', 'exec(`ls ${name}`)', 'execSync(text)', "spawn('/bin/sh', ['-c', text])"],
  },
];

/** RegExp.exec and a database's exec are no programs. */
const harmless = (code: string): string => code.replaceAll(/[\w/)\]]\.exec\(/gu, '');

describe('no file of src/', () => {
  test.each(RULES)('$what', ({ seen, breaks }) => {
    for (const line of breaks) expect(seen.test(harmless(line)), line).toBe(true);
    expect(files.length).toBeGreaterThan(250);
    const found = files.filter((path) => seen.test(harmless(codeOf(path))));
    expect(found.map((path) => path.replace(ROOT.pathname, ''))).toEqual([]);
  });

  test('but the one of cameras starts a program, and that one by a list of words', () => {
    const starting = files.filter((path) => /['"](?:node:)?(?:child_process|cluster)['"]/u.test(codeOf(path)));
    expect(starting.map((path) => path.replace(ROOT.pathname, ''))).toEqual(['src/scanners/camera-child.ts']);
    const code = codeOf(starting[0] ?? '');
    expect(code.match(/\bspawn\(\w+, \w+, \{/gu) ?? []).toHaveLength(code.match(/\bspawn\(/gu)?.length ?? 0);
  });
});
