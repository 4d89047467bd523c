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

export type Ordered = { readonly ok: true; readonly order: Order } | { readonly ok: false; readonly faults: readonly string[] };

/** The order of these flags as their file and the environment are now, or a line for each fault. */
export function loadOrder(flags: RunFlags): Ordered {
  const { config, data, logLevel } = flags;
  const loaded = loadConfiguration({ ...(config === undefined ? {} : { file: config }), environment: process.env });
  if (!loaded.ok) return { ok: false, faults: loaded.faults.map(formatFault) };
  const { configuration } = loaded;
  const patterns = patternsFor(configuration.indicator);
  return {
    ok: true,
    order: { flags, configuration, patterns, data: data ?? defaultDataFolder(configuration, process.env), logLevel },
  };
}

/** Undefined: the faults are on standard error, and the exit code is set. */
export function orderOf(flags: RunFlags): Order | undefined {
  const ordered = loadOrder(flags);
  if (ordered.ok) return ordered.order;
  const say = wording(systemLanguage(process.env));
  const { faults } = ordered;
  process.stderr.write(`${[...faults, say('run.bad-configuration', { count: faults.length })].join('\n')}\n`);
  process.exitCode = EXIT.configuration;
  return undefined;
}
