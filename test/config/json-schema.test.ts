// The committed JSON Schema is the program's own, and says of files what the program says.

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema } from '../../src/config/json-schema.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { faultsOf, SMALL } from './folder.ts';

const at = (name: string) => new URL(`../../config/${name}`, import.meta.url);
const text = (name: string) => readFileSync(at(name), 'utf8');
const accepts = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(JSON.parse(jsonSchema()));

describe('config/gate-reader.schema.json', () => {
  test('is what `npm run schema` writes', () => {
    expect(text('gate-reader.schema.json')).toBe(jsonSchema());
  });

  test.each(['example.yaml', 'default.yaml'])('accepts config/%s', (name) => {
    expect(accepts(parse(text(name))), JSON.stringify(accepts.errors)).toBe(true);
  });

  test.each([
    'foo: 1',
    'uplink: { password: x }',
    'scanners: [{ id: a, kind: stdin, path: /dev/x }]',
    'gate: A',
    'journal: { retentionDays: -1 }',
  ])('refuses %s', (line) => {
    const key = line.split(':')[0] ?? '';
    const { [key]: _, ...others } = parse(SMALL) as Record<string, unknown>;
    expect(accepts({ ...others, ...(parse(line) as object) })).toBe(false);
  });

  test('describes every key', () => {
    const lacking: string[] = [];
    const walk = (schema: Record<string, unknown>, path: string): void => {
      for (const [key, inner] of Object.entries((schema['properties'] ?? {}) as Record<string, Record<string, unknown>>)) {
        if (typeof inner['description'] !== 'string') lacking.push(`${path}${key}`);
        walk(inner, `${path}${key}.`);
      }
      for (const inner of [schema['items'], ...((schema['oneOf'] ?? schema['anyOf'] ?? []) as unknown[])]) {
        if (typeof inner === 'object' && inner !== null) walk(inner as Record<string, unknown>, `${path}[].`);
      }
    };
    walk(JSON.parse(jsonSchema()) as Record<string, unknown>, '');
    expect(lacking).toEqual([]);
  });
});

test('config/example.yaml lacks nothing but the files it names', () => {
  const faults = faultsOf(loadConfiguration({ file: at('example.yaml').pathname, environment: {} }));
  expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(['config.file.missing']));
});
