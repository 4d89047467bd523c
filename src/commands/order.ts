// From the flags of `run` and `replay` to a daemon's order: the configuration, whole and checked, or every fault of it.

import { defaultDataFolder } from '../config/data-folder.ts';
import { formatFault } from '../config/fault.ts';
import { loadConfiguration } from '../config/load.ts';
import { patternsFor } from '../config/patterns.ts';
import { systemLanguage, wording } from '../system/wording.ts';
import type { LogLevel } from '../system/log.ts';
import type { Order, RunFlags } from './daemon.ts';
import { EXIT } from './exit.ts';

/** What `--log-level` takes; anything else is a mistake in usage. */
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Undefined: the faults are on standard error, and the exit code is set. */
export function orderOf({ config, data, logLevel }: RunFlags): Order | undefined {
  const loaded = loadConfiguration({ ...(config === undefined ? {} : { file: config }), environment: process.env });
  if (!loaded.ok) {
    const say = wording(systemLanguage(process.env));
    const lines = [...loaded.faults.map(formatFault), say('run.bad-configuration', { count: loaded.faults.length })];
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exitCode = EXIT.configuration;
    return undefined;
  }
  const { configuration } = loaded;
  return {
    configuration,
    patterns: patternsFor(configuration.indicator),
    data: data ?? defaultDataFolder(configuration, process.env),
    logLevel,
  };
}
