// SECURITY.md names a test for each threat: the file is there and holds a test of that name.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../', import.meta.url);
const page = readFileSync(new URL('SECURITY.md', ROOT), 'utf8');

const COLUMNS = ['Threat', 'What it could do', 'Defence', 'Test', 'What remains'];

/** The cells of each row below the heading with these columns. */
function rows(): string[][] {
  const lines = page.split('\n');
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const begin = lines.findIndex((line) => cells(line).join() === COLUMNS.join());
  const rest = lines.slice(begin + 2);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith('|')),
    )
    .map(cells);
}

/** Each `file` "name" of a text. */
function namedTests(text: string): { file: string; name: string }[] {
  return [...text.matchAll(/`([^`]+)` "([^"]*)"/gu)].map(([, file = '', name = '']) => ({ file, name }));
}

/** What is wrong with a named test; undefined when nothing is. */
function faultOf({ file, name }: { readonly file: string; readonly name: string }): string | undefined {
  if (!/^test\/.*\.test\.ts$/u.test(file)) return `${file} is no file of tests`;
  if (!existsSync(new URL(file, ROOT))) return `${file} is not there`;
  const source = readFileSync(new URL(file, ROOT), 'utf8');
  return name !== '' && ["'", '"', '`'].some((quote) => source.includes(quote + name + quote))
    ? undefined
    : `${file} has no test "${name}"`;
}

describe('SECURITY.md', () => {
  test('has a threat, what it could do, a defence and a test that is there in each row', () => {
    expect(rows().length).toBeGreaterThanOrEqual(18);
    for (const [threat = '', harm, defence, tests = '', ...rest] of rows()) {
      expect(
        [harm, defence].every((cell) => cell !== undefined && cell !== ''),
        threat,
      ).toBe(true);
      expect(rest, threat).toHaveLength(1);
      expect(namedTests(tests).length, `${threat}: no test`).toBeGreaterThan(0);
      expect(
        namedTests(tests).flatMap((one) => faultOf(one) ?? []),
        threat,
      ).toEqual([]);
    }
  });

  test('names only files, commands and settings that are there', () => {
    const [script, schema] = ['scripts/certificates', 'config/gate-reader.schema.json'].map((path) =>
      readFileSync(new URL(path, ROOT), 'utf8'),
    );
    for (const [, word = ''] of page.matchAll(/`scripts\/certificates (\w+)/gu)) expect(script).toContain(`${word} `);
    for (const key of ['certFile', 'caFile', 'siteKeyFile', 'issuers', 'retentionDays']) {
      expect(page).toContain(key);
      expect(schema).toContain(`"${key}"`);
    }
  });

  test('a test that is not there would be seen', () => {
    expect(faultOf({ file: 'test/arrows.test.ts', name: 'no such test' })).toContain('has no test');
    expect(faultOf({ file: 'test/no-such.test.ts', name: 'x' })).toContain('is not there');
    expect(faultOf({ file: 'src/main.ts', name: 'x' })).toContain('is no file of tests');
  });
});
