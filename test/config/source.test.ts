// The text of a configuration file: what YAML forbids, and files that are no text at all.

import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../src/config/load.ts';
import { SMALL, configurationOf, folder, loadText, told } from './folder.ts';

describe('loadConfiguration of text that is not good YAML', () => {
  test.each([
    ['a tab as indentation', 'a:\n\tb: 1\n', '2:1 yaml yaml.tab'],
    ['a list that is never closed', 'a: [1,\nb: 2\n', '2:1 yaml yaml.indent'],
    ['a quote that is never closed', 'a: "x\n', '2:1 yaml yaml.unclosed'],
    ['two keys on one line', 'a: b: c\n', '1:4 yaml yaml.nested'],
    ['a list as a key', '? [1]\n: 2\n', '1:3 yaml yaml.key'],
    ['an alias without its anchor', 'a: *x\n', '1:4 yaml yaml.anchor'],
    ['an unforeseen error', 'a: &x &y 1\n', '1:7 yaml yaml.other'],
  ])('tells the place of %s', (_, text, fault) => {
    expect(told(loadText(text))).toContain(fault);
  });

  test('refuses a second document', () => {
    expect(told(loadText(`${SMALL}---\n${SMALL}`))).toEqual(['4:1 yaml yaml.documents']);
  });

  test('goes on to the keys after a tag, a wrong escape and a key given twice', () => {
    const text = 'site: !x s\nreader: r\nscanners:\n  - { id: a, kind: stdin, id: b }\ngate: "\\q"\nfoo: 1\n';
    expect(told(loadText(text))).toEqual([
      '1:7 yaml yaml.tag',
      '4:27 scanners[0].id yaml.twice',
      '5:7 gate fault.slug',
      '5:8 yaml yaml.escape',
      '6:1 foo fault.unknown',
    ]);
  });

  test('stops at aliases that multiply', () => {
    const lines = ['a0: &a0 [x, x]'];
    for (let level = 1; level <= 9; level += 1) lines.push(`a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`);
    const started = performance.now();
    expect(told(loadText(lines.join('\n')))).toEqual([expect.stringMatching(/ yaml yaml\.aliases$/)]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('survives lists nested 20,000 deep', () => {
    expect(told(loadText(`a: ${'['.repeat(20_000)}`)).length).toBeGreaterThan(0);
  });
});

describe('loadConfiguration of files that are no text', () => {
  const load = (file: string) => loadConfiguration({ file, environment: {} });

  test('names a file that is missing, a folder, not UTF-8 or endless', () => {
    const path = folder({ 'latin.yaml': Buffer.from('site: Tr\xe2\n', 'latin1'), 'big.yaml': 'x'.repeat(300_000) });
    mkdirSync(join(path, 'inner'));
    symlinkSync('loop', join(path, 'loop'));
    expect(told(load(join(path, 'absent.yaml')))).toEqual(['1:1 file read.missing']);
    expect(told(load(join(path, 'inner')))).toEqual(['1:1 file read.folder']);
    expect(told(load(join(path, 'loop')))).toEqual(['1:1 file read.unreadable']);
    expect(told(load(join(path, 'latin.yaml')))).toEqual(['1:1 file read.not-utf8']);
    expect(told(load(join(path, 'big.yaml')))).toEqual(['1:1 file read.too-big']);
    expect(told(load('/dev/zero'))).toEqual(['1:1 file read.too-big']);
  });

  test('accepts a byte order mark and CR LF', () => {
    expect(configurationOf(loadText(`\uFEFF${SMALL.replaceAll('\n', '\r\n')}`)).site).toBe('s');
  });
});
