// Where a reader keeps its data when nobody says where.

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Configuration } from './schema.ts';

/**
 * The default data folder: systemd's $STATE_DIRECTORY (the first of its `:` list, see systemd.exec(5)); else
 * $XDG_STATE_HOME/gate-reader/{site}/{reader}, where the variable's default is ~/.local/state and a relative one is ignored, as
 * the XDG Base Directory Specification asks.
 */
export function defaultDataFolder(configuration: Pick<Configuration, 'site' | 'reader'>, environment: NodeJS.ProcessEnv): string {
  const [service] = (environment['STATE_DIRECTORY'] ?? '').split(':');
  if (service !== undefined && service !== '') return service;
  const xdg = environment['XDG_STATE_HOME'] ?? '';
  const home = environment['HOME'] || homedir();
  const state = isAbsolute(xdg) ? xdg : join(home, '.local', 'state');
  return join(state, 'gate-reader', configuration.site, configuration.reader);
}
