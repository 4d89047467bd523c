// The daemon's own life: ready line, service manager, watchdog, and staying until it is told to stop.

import type { Log } from '../system/log.ts';
import { startWatchdog, watchdogIntervalMs } from '../system/watchdog.ts';
import { type Order, prepare, start } from './daemon.ts';
import { reloadOnHangup } from './reload.ts';

/** Runs until a signal. Resolves once the daemon is ready, or has failed with its exit code set. */
export async function runDaemon(order: Order): Promise<void> {
  // A service manager reloads by SIGHUP; to a shell it is the terminal that goes.
  const hangupEnds = process.env['NOTIFY_SOCKET'] === undefined;
  const prepared = prepare(order, { hangupEnds });
  if (!prepared) return;
  const { log, shutdown, notifier, configuration, say } = prepared;
  // Whoever read our output may leave; the gate goes on. An indicator that needs it says so itself.
  process.stdout.on('error', () => undefined);
  const daemon = await start(prepared);
  // Told to stop while it started: it never was ready.
  if (!daemon || shutdown.signal.aborted) return;
  process.stdout.write(`${daemon.readyLine}\n`);
  if (process.stdin.isTTY && configuration.scanners.some(({ kind }) => kind === 'stdin')) {
    const broker = /broker=(\S+)/.exec(daemon.readyLine)?.[1] ?? '';
    process.stderr.write(`${say('run.invitation', { broker })}\n`);
  }
  // Before anybody hears that it is ready, and may send one.
  if (!hangupEnds) onHangup(() => reloadOnHangup(prepared, daemon), log);
  notifier.ready();
  notifier.status(daemon.readyLine);
  const intervalMs = watchdogIntervalMs(process.env, process.pid);
  if (intervalMs !== undefined) {
    const stop = startWatchdog({ intervalMs, probes: daemon.probes, ping: () => notifier.watchdog(), log });
    shutdown.onClose('watchdog', stop);
  }
  // A service manager that hears of an end waits for the process to go.
  shutdown.onClose('notifier', () => void (shutdown.replacing ? notifier.status('starting again') : notifier.stopping()));
  // A defect in a lane must not leave a gate that looks alive and reads nothing.
  daemon.lanes.catch((error: unknown) => shutdown.stop(error instanceof Error ? error : new Error('a lane failed')));
  keepRunning(shutdown.signal);
}

function onHangup(reload: () => Promise<void>, log: Log): void {
  process.on('SIGHUP', () => void reload().catch((err: unknown) => log.error({ err }, 'the reload failed')));
}

/** Scanners that ended or wait for their device hold no handle that keeps a process alive; the daemon stays until told. */
function keepRunning(signal: AbortSignal): void {
  const timer = setInterval(() => undefined, 2 ** 30);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
