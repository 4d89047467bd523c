// Targets: the files that people write for a reader - configuration, environment, patterns.

import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { loadConfiguration } from '../../src/config/load.ts';
import { applyOverrides } from '../../src/config/overrides.ts';
import { patternsOf } from '../../src/config/patterns.ts';
import { parseSource } from '../../src/config/source.ts';
import { durationMs, evenBlink, lampLevels, soundLevels } from '../../src/indicators/schedule.ts';
import { JSON_WORDS } from './json-words.ts';
import { scratch } from './scratch.ts';
import { demand, type Target } from './target.ts';

const CONFIG = new URL('../../config/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, CONFIG), 'utf8');
const SMALL =
  'site: demo\nreader: demo\ngate: cong-chinh\nscanners: [{ id: a, kind: stdin }]\nindicator: { kind: none }\njournal: { retentionDays: 30 }\n';
const yamls = [text('default.yaml'), text('example.yaml'), SMALL].map((yaml) => Buffer.from(yaml));
const YAML_WORDS = [
  '&a ',
  '*a',
  '<<: ',
  '!!js/function ',
  '---\n',
  '? ',
  '|\n',
  '>\n',
  '{',
  '[',
  '\t',
  '"\\x',
  'scanners:\n  - ',
  '%YAML 1.1\n',
  '__proto__: ',
  '0x0c2e',
  '1e999',
  '99999',
];
const [configuration, patterns] = [scratch('gate.yaml'), scratch('patterns.json')];
const shipped = JSON.parse(text('patterns.json')) as Readonly<Record<string, unknown>>;
const isConfiguration = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(text('gate-reader.schema.json')) as object,
);
const example: unknown = parse(text('example.yaml'));
const exampleText = JSON.stringify(example);

/** Every pair of numbers within a row is a step: a level and milliseconds. */
function demandSteps(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value) || Array.isArray(value[0])) return Object.values(value).forEach(demandSteps);
  const [level, ms] = value as readonly unknown[];
  if (value.length === 0) return;
  demand(value.length === 2 && Number.isInteger(level) && Number.isInteger(ms), `a step ${JSON.stringify(value)}`);
  demand(
    Number(level) >= 0 && Number(level) <= 5_000 && Number(ms) >= 1 && Number(ms) <= 120_000,
    `a step ${JSON.stringify(value)}`,
  );
}

/** The first levels of an output that may go on for ever. */
function demandLevels(levels: Iterable<readonly [number, number | undefined]>): void {
  let count = 0;
  for (const [level, ms] of levels) {
    demand(Number.isInteger(level) && level >= 0, `a level ${level}`);
    demand(ms === undefined ? level === 0 : ms > 0 && ms <= 120_000, `level ${level} for ${ms} ms`);
    if ((count += 1) > 300) break;
  }
}

export const FILE_TARGETS: readonly Target[] = [
  {
    name: 'yaml',
    covers: ['src/config/source.ts', 'src/config/yaml-places.ts', 'node_modules/yaml/dist/'],
    feeds: { 'src/config/source.ts': 'parseSource', 'src/config/yaml-places.ts': 'offsetOf' },
    seeds: yamls,
    words: YAML_WORDS,
    run(input) {
      const yaml = Buffer.from(input).toString();
      const { place, value, faults } = parseSource(yaml);
      const lines = yaml.split('\n');
      const places = [place([]), place(['scanners', 0, 'id']), place(['uplink'], 'key'), ...faults.map((fault) => fault.place)];
      for (const at of places)
        demand(at === undefined || (at.line >= 1 && at.line <= lines.length && at.column >= 1), 'a place beyond the text');
      demand(value !== undefined || faults.length > 0, 'not understood, and not said why');
      // Twenty aliases, each for at most the whole text, whose every byte may become an escape.
      demand((JSON.stringify(value ?? null)?.length ?? 0) <= 21 * (64 + 8 * yaml.length), 'a text that multiplies');
    },
  },
  {
    name: 'environment',
    covers: ['src/config/overrides.ts', 'src/config/schema-walk.ts', 'src/config/suggestion.ts'],
    feeds: { 'src/config/overrides.ts': 'applyOverrides' },
    seeds: [
      'GATE_READER__SITE=demo\nGATE_READER__SCANNERS__0__PATH=/dev/x\nGATE_READER__UPLINK__BROKER=mqtt://h',
      'GATE_READER__SCANNERS=[{ id: a, kind: stdin }]\nGATE_READER__CONSOLE=null',
    ].map((lines) => Buffer.from(lines)),
    words: [
      'GATE_READER__',
      '__',
      '__0__',
      'SCANNERS',
      '__PROTO__',
      'CONSTRUCTOR',
      'null',
      '{',
      '[',
      '\nGATE_READER__INDICATOR__KIND=led',
    ],
    run(input) {
      const lines = Buffer.from(input).toString().replaceAll('\u0000', '').split('\n');
      const environment = Object.fromEntries(
        lines.map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
      );
      const { overrides, faults } = applyOverrides(example, environment);
      demand(JSON.stringify(example) === exampleText, 'the file that was read is changed');
      demand(Object.keys(Object.prototype).length === 0 && !('id' in Object.prototype), 'what every object has is changed');
      const told = new Set([...overrides, ...faults].map(({ variable }) => variable));
      const named = Object.keys(environment).filter((name) => name.startsWith('GATE_READER__') && environment[name] !== '');
      demand(
        told.size === named.length && named.every((name) => told.has(name)),
        'a variable without effect and without a fault',
      );
    },
  },
  {
    name: 'configuration',
    covers: ['src/config/'],
    feeds: { 'src/config/load.ts': 'loadConfiguration', 'src/config/read.ts': 'readText' },
    seeds: yamls,
    words: [...YAML_WORDS, 'kind: serial', 'broker: mqtt://', 'siteKeyFile: /dev/zero', 'inputs:\n  - '],
    run(input) {
      writeFileSync(configuration, input);
      const loaded = loadConfiguration({ file: configuration, environment: {} });
      if (loaded.ok) {
        const said: unknown =
          parse(
            Buffer.from(input)
              .toString()
              .replace(/^\ufeff/u, ''),
            { stringKeys: true },
          ) ?? {};
        demand(isConfiguration(said), `not by the published schema: ${JSON.stringify(isConfiguration.errors)}`);
        demand(Object.isFrozen(loaded.configuration), 'a configuration that can be changed');
        const again = loadConfiguration({ file: configuration, environment: {} });
        demand(again.ok && isDeepStrictEqual(again.configuration, loaded.configuration), 'the same file is not the same twice');
        return;
      }
      demand(loaded.faults.length > 0, 'refused without a fault');
      for (const { line, column, message } of loaded.faults) {
        demand(line >= 1 && column >= 1, 'a fault that stands nowhere');
        demand(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u.test(message), 'a control character in a message');
      }
    },
  },
  {
    name: 'patterns',
    covers: ['src/config/patterns.ts', 'src/indicators/schedule.ts'],
    feeds: { 'src/config/patterns.ts': 'patternsOf', 'src/indicators/schedule.ts': 'lampLevels' },
    seeds: [
      Buffer.from(JSON.stringify({ denied: shipped['denied'], repeat: shipped['repeat'] })),
      Buffer.from(JSON.stringify(shipped)),
      Buffer.from('{"granted-in":{"green":{"steps":[[1,100],[0,50]],"everyMs":150,"forMs":1000},"soundEveryMs":10}}'),
    ],
    words: [...JSON_WORDS, '"steps":', '[1,1]', '"everyMs":1', '"forMs":120000', '"passive":[[100,1]]', '120001', '"denied":'],
    run(input) {
      writeFileSync(patterns, input);
      let table: ReturnType<typeof patternsOf>;
      try {
        table = patternsOf(patterns);
      } catch (error) {
        demand(
          error instanceof SyntaxError || (error instanceof Error && error.message.startsWith('pattern table: ')),
          String(error),
        );
        return;
      }
      demandSteps(table);
      demand(Object.keys(table).join() === Object.keys(shipped).join(), 'rows are lost or made up');
      for (const row of Object.values(table)) {
        for (const lamp of [row.green, row.red]) demandLevels(lampLevels(lamp));
        for (const sounder of ['active', 'passive', 'none'] as const) demandLevels(soundLevels(row, sounder, 5));
        const { onMs = 1, offMs = 1 } = evenBlink(row.green) ?? {};
        const lasts = durationMs(row);
        demand(
          onMs > 0 && offMs > 0 && (lasts === undefined || (lasts >= 0 && lasts <= 64 * 120_000)),
          `${onMs} ${offMs} ${lasts}`,
        );
      }
    },
  },
];
