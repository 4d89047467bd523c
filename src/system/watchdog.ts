// Feeds the service manager's watchdog, but only while every part proves that it works: a daemon that hangs in one part
// is restarted, and a bare timer never hides it.

import type { Log } from './log.ts';

/** A part's proof of life; `alive` is called on every beat, must be quick, and one that throws counts as dead. */
export interface Probe {
  readonly name: string;
  alive(): boolean;
}

/**
 * How often the manager wants to hear from this process, in milliseconds; `undefined` where it does not watch.
 *
 * @see sd_watchdog_enabled(3): `WATCHDOG_USEC` in microseconds, meant for the process `WATCHDOG_PID` when that is set
 */
export function watchdogIntervalMs(environment: NodeJS.ProcessEnv, pid: number): number | undefined {
  const wanted = environment['WATCHDOG_PID'];
  if (wanted !== undefined && wanted !== String(pid)) return undefined;
  const microseconds = environment['WATCHDOG_USEC'];
  if (microseconds === undefined || !/^[1-9]\d{0,15}$/u.test(microseconds)) return undefined;
  return Number(microseconds) / 1_000;
}

/** The names of the probes that do not say that they are alive, in their order. */
export function deadProbes(probes: readonly Probe[]): string[] {
  return probes.filter((probe) => !isAlive(probe)).map((probe) => probe.name);
}

function isAlive(probe: Probe): boolean {
  try {
    return probe.alive();
  } catch {
    return false;
  }
}

export interface WatchdogParts {
  /** From `watchdogIntervalMs`; the beat is half of it. */
  readonly intervalMs: number;
  readonly probes: readonly Probe[];
  /** `Notifier.watchdog`. */
  readonly ping: () => boolean;
  readonly log: Log;
}

/**
 * Beats at once and then at half the interval: pings when no probe is dead, withholds the ping otherwise. Logs when the set
 * of dead probes changes, not on each beat.
 *
 * @returns stops the beat
 */
export function startWatchdog({ intervalMs, probes, ping, log }: WatchdogParts): () => void {
  let before = '';
  const beat = (): void => {
    const dead = deadProbes(probes);
    if (dead.length === 0) ping();
    const now = dead.join(', ');
    if (now === before) return;
    before = now;
    if (dead.length === 0) log.info({}, 'watchdog: every part is alive again');
    else log.error({ dead, intervalMs }, `watchdog: no sign of life from ${now}; unless it returns, the service is restarted`);
  };
  beat();
  const timer = setInterval(beat, intervalMs / 2);
  timer.unref();
  return () => clearInterval(timer);
}
