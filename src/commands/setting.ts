// What a command that only looks works with: the configuration, the data folder and the language of whoever reads.

import { defaultDataFolder } from '../config/data-folder.ts';
import { formatFault } from '../config/fault.ts';
import { type Loaded, loadConfiguration } from '../config/load.ts';
import type { Configuration } from '../config/schema.ts';
import { type Language, systemLanguage, type Words, wording } from '../system/wording.ts';
import { EXIT } from './exit.ts';

export interface SettingFlags {
  readonly config?: string;
  readonly data?: string;
}

export interface Setting {
  readonly configuration: Configuration;
  /** `--data`, else where a daemon with this configuration keeps its data. It need not exist. */
  readonly dataFolder: string;
  readonly say: Words;
}

/** Loads `--config`, or the embedded default. */
export function load({ config }: SettingFlags): Loaded {
  return loadConfiguration({ ...(config === undefined ? {} : { file: config }), environment: process.env });
}

/** The language a configuration names; where nobody chose one (the embedded default), that of whoever runs the command. */
export function languageOf(loaded: Loaded): Language {
  if (!loaded.ok) return systemLanguage(process.env);
  const { file, variables } = loaded.source;
  const chosen = file !== undefined || variables.includes('GATE_READER__LANGUAGE');
  return chosen ? loaded.configuration.language : systemLanguage(process.env);
}

/** The setting; undefined where the configuration has faults: they are told on standard error and the exit code is set. */
export function settingOf(flags: SettingFlags): Setting | undefined {
  const loaded = load(flags);
  const say = wording(languageOf(loaded));
  if (!loaded.ok) {
    tell(...loaded.faults.map(formatFault), say('run.bad-configuration', { count: loaded.faults.length }));
    process.exitCode = EXIT.configuration;
    return undefined;
  }
  const { configuration } = loaded;
  return { configuration, dataFolder: flags.data ?? defaultDataFolder(configuration, process.env), say };
}

/** Lines for people, on standard error. */
export function tell(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}
