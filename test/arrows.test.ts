// The arrows between the folders of src/: who may import whom. Red as well when it saw no file, or one it has no rule for.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { referencesOf } from './imports.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

interface Layer {
  /** The layers it may import beside itself; `types of x`: only with `import type`. */
  readonly sees: readonly string[];
  /** May import Node's modules and libraries, and read the data files of config/ and package.json; or these libraries alone. */
  readonly outside: boolean | readonly string[];
}

const ADAPTER: Layer = { sees: ['admission', 'system'], outside: true };
const ADAPTERS = ['scanners', 'indicators', 'inputs', 'journal', 'lists', 'trust', 'uplink', 'console'];
const INNER = ['admission', 'lane', 'system', 'config', 'version', 'entrance', ...ADAPTERS];
const COMPOSITION: Layer = {
  sees: [...INNER, 'main', 'chronicle', 'gate', 'gauges', 'remote', 'cli', 'commands'],
  outside: true,
};

/** The picture of the architecture as a table; a folder or a file directly in src/ is a layer. */
const LAYERS: Readonly<Record<string, Layer>> = {
  admission: { sees: [], outside: ['cborg'] },
  lane: { sees: ['admission'], outside: false },
  // The shell of the gate itself as lane is of a scan: it orders effects on ports, and never meets a device.
  entrance: { sees: ['admission', 'system'], outside: false },
  system: { sees: ['types of admission'], outside: true },
  config: { sees: ['admission', 'system'], outside: true },
  version: { sees: [], outside: true },
  ...Object.fromEntries(ADAPTERS.map((adapter) => [adapter, ADAPTER])),
  main: COMPOSITION,
  chronicle: COMPOSITION,
  // Opens the inputs and gives them to entrance/: a part of main that main has no room for.
  gate: COMPOSITION,
  // The centre's commands and what they do: it orders effects on every part of main.
  remote: COMPOSITION,
  // Reads the parts for the console's pages, for the same reason.
  gauges: COMPOSITION,
  cli: COMPOSITION,
  commands: COMPOSITION,
};

/** `src/uplink/worker.ts` is in `uplink`, `src/lane.ts` is `lane`. */
function layerOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/u, '') ?? path;
}

/** What is wrong with the references of one file; paths are from the root of the project. */
function faultsOf(path: string, text: string): string[] {
  const layer = layerOf(path);
  const rule = LAYERS[layer];
  if (rule === undefined) return [`${path}: no arrow is drawn for ${layer}; add it to LAYERS with what it may see`];
  return referencesOf(text).flatMap(({ target, typeOnly, source }) => {
    const fault = target === undefined ? 'can not be read; write the path as a plain string' : faultOf(path, target, typeOnly);
    return fault === undefined ? [] : [`${path}: ${source.replaceAll(/\s+/gu, ' ')} - ${fault}`];
  });
}

function faultOf(path: string, target: string, typeOnly: boolean): string | undefined {
  const from = layerOf(path);
  const { sees, outside } = LAYERS[from] ?? { sees: [], outside: false };
  if (!target.startsWith('.')) {
    const allowed = typeof outside === 'boolean' ? outside : outside.includes(target);
    return allowed ? undefined : `${from} is pure and imports no module or package${outside ? ` but ${String(outside)}` : ''}`;
  }
  const to = join(dirname(path), target);
  if (!existsSync(join(ROOT, to))) return `${to} is not there`;
  if (!to.startsWith('src/')) {
    if (!/^(?:package\.json|config\/[^/].*\.(?:json|ya?ml))$/u.test(to)) return `${to} is neither src/ nor data of config/`;
    return outside === true ? undefined : `${from} reads no file`;
  }
  const layer = layerOf(to);
  if (layer === from || sees.includes(layer) || (typeOnly && sees.includes(`types of ${layer}`))) return undefined;
  return `${from} may see ${sees.join(', ') || 'nothing else'}, not ${layer}`;
}

function sourceFiles(): string[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

describe('the arrows of src/', () => {
  const files = sourceFiles();

  test('saw every file that find lists, and more than none', () => {
    const listed = execFileSync('find', ['src', '-name', '*.ts', '-type', 'f'], { cwd: ROOT, encoding: 'utf8' });
    expect(files.length).toBeGreaterThan(0);
    expect(files.toSorted()).toEqual(listed.trim().split('\n').toSorted());
  });

  test('every import follows an arrow', () => {
    expect(files.flatMap((path) => faultsOf(path, readFileSync(join(ROOT, path), 'utf8')))).toEqual([]);
  });
});

describe('faultsOf', () => {
  test.each([
    ['src/admission/verdict.ts', "import { readFileSync } from 'node:fs';"],
    ['src/admission/verdict.ts', "import { z } from 'zod';"],
    ['src/admission/verdict.ts', "import { encodedLength } from 'cborg/length';"],
    ['src/admission/verdict.ts', "import type { Log } from '../system/log.ts';"],
    ['src/admission/verdict.ts', "const a = await import('node:fs');"],
    ['src/admission/verdict.ts', "import data from '../../package.json' with { type: 'json' };"],
    ['src/lane.ts', "import type { Log } from './system/log.ts';"],
    ['src/lane.ts', "import { setTimeout } from 'node:timers/promises';"],
    ['src/entrance/door.ts', "import { setTimeout } from 'node:timers/promises';"],
    ['src/entrance/door.ts', "import { openJournal } from '../journal/journal.ts';"],
    ['src/scanners/stdin.ts', "import { openJournal } from '../journal/journal.ts';"],
    ['src/scanners/stdin.ts', "import type { Journal } from '../journal/journal.ts';"],
    ['src/scanners/stdin.ts', "new Worker(new URL('../journal/journal.ts', import.meta.url));"],
    ['src/scanners/stdin.ts', "import { serve } from '../lane.ts';"],
    ['src/journal/journal.ts', "import type { Configuration } from '../config/schema.ts';"],
    ['src/system/log.ts', "import { recognise } from '../admission/credentials/recognise.ts';"],
    ['src/system/log.ts', "import { build } from '../main.ts';"],
    ['src/config/schema.ts', "import { build } from '../main.ts';"],
    ['src/config/schema.ts', "import { child } from '../../test/imports.ts';"],
    ['src/config/schema.ts', "import { gone } from './not-there.ts';"],
    ['src/config/schema.ts', 'await import(name);'],
    ['src/gadgets/new.ts', ''],
  ])('refuses in %s: %s', (path, text) => {
    expect(faultsOf(path, text)).toHaveLength(1);
  });

  test.each([
    ['src/admission/event.ts', "import type { Verdict } from './verdict.ts';"],
    ['src/admission/credentials/cose.ts', "import { encode } from 'cborg';"],
    ['src/lane.ts', "import type { Clock } from './admission/ports.ts';"],
    [
      'src/scanners/stdin.ts',
      "import type { Clock } from '../admission/ports.ts';\nimport { createInterface } from 'node:readline';",
    ],
    ['src/system/clock.ts', "import type { Clock } from '../admission/ports.ts';"],
    ['src/main.ts', "import { systemClock } from './system/clock.ts';\nimport { serve } from './lane.ts';"],
  ])('accepts in %s: %s', (path, text) => {
    expect(faultsOf(path, text)).toEqual([]);
  });
});
