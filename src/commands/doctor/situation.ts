// What several checks need to know beforehand: the configuration, where the data is, and whether a daemon is at work there,
// so that no check disturbs it.

import { isLocked, type LockHolder, readHolder } from '../../journal/lock.ts';
import type { Setting } from '../setting.ts';

/** `unknown`: this user may not ask. */
export type DaemonState =
  | { readonly state: 'running'; readonly holder: LockHolder | undefined }
  | { readonly state: 'none' | 'unknown' };

export interface Situation extends Setting {
  readonly daemon: DaemonState;
}

export function daemonOf(dataFolder: string): DaemonState {
  try {
    return isLocked(dataFolder) ? { state: 'running', holder: readHolder(dataFolder) } : { state: 'none' };
  } catch {
    return { state: 'unknown' };
  }
}
