// A temporary folder with given files in it, removed when the test ends.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ConfigurationFault } from '../../src/config/fault.ts';
import { type Loaded, loadConfiguration } from '../../src/config/load.ts';
import type { Configuration } from '../../src/config/schema.ts';

export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}, mode = 0o600): string {
  const path = mkdtempSync(join(tmpdir(), 'gate-reader-config-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(path, name), content);
    chmodSync(join(path, name), mode);
  }
  return path;
}

/** Loads a text as `gate.yaml` of a temporary folder, in English, with only the given variables. */
export function loadText(
  text: string,
  environment: NodeJS.ProcessEnv = {},
  files: Readonly<Record<string, string>> = {},
): Loaded {
  return loadConfiguration({ file: join(folder({ 'gate.yaml': text, ...files }), 'gate.yaml'), environment });
}

export function faultsOf(loaded: Loaded): readonly ConfigurationFault[] {
  if (loaded.ok) throw new Error('the configuration was expected to have faults');
  return loaded.faults;
}

export function configurationOf(loaded: Loaded): Configuration {
  if (!loaded.ok) throw new Error(loaded.faults.map((fault) => `${fault.key}: ${fault.message}`).join('\n'));
  return loaded.configuration;
}

/** `LINE:COLUMN key code` of each fault. */
export function told(loaded: Loaded): string[] {
  return faultsOf(loaded).map(({ line, column, key, code }) => `${line}:${column} ${key} ${code.replace(/^config\./, '')}`);
}

export const SMALL = 'site: s\nreader: r\nscanners: [{ id: a, kind: stdin }]\n';
