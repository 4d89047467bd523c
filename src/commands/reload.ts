// `reload`, by command or by the service manager: what the daemon was started with is read again. Keys and lists change in place;
// another configuration makes this process begin anew with it. Guarantees: nothing changes where anything that would be read is wrong.

import { Worker } from 'node:worker_threads';

import type { Reload } from '../remote.ts';
import { leaveToItsEnd } from '../system/worker-end.ts';
import type { Prepared, Started } from './daemon.ts';
import { handOver } from './handover.ts';
import type { Ordered } from './order.ts';

/** Waits no longer for a file system that hangs. */
const MOST_MS = 10_000;
/** With its answer given, the thread has nothing left to do. */
const END_MS = 1_000;

export function reloader(prepared: Prepared, recheckLists: () => void): () => Promise<Reload> {
  const { log, shutdown, notifier, trust } = prepared;
  return async () => {
    const ordered = await loadAgain(prepared);
    if (!ordered.ok) {
      for (const fault of ordered.faults) log.error({}, `reload: ${fault}`);
      return { ok: false, reason: 'bad-configuration' };
    }
    const { order } = ordered;
    if (!isOther(prepared, order)) {
      const begin = () => {
        notifier.reloading();
        try {
          trust.reread();
        } catch (err) {
          log.error({ err }, 'reload: the keys that were trusted before stay');
        }
        recheckLists();
        notifier.ready();
      };
      return { ok: true, begin };
    }
    if (process.execve === undefined) {
      log.error({}, 'reload: this system cannot begin another configuration in place; start the service again');
      return { ok: false, reason: 'not-possible' };
    }
    const begin = () => {
      // The daemon that this one becomes says when it is over.
      notifier.reloading();
      shutdown.replace(() => handOver(order));
    };
    return { ok: true, begin };
  };
}

/** SIGHUP, as `systemctl reload` sends it. It waits until the daemon is ready again, also where nothing was taken. */
export async function reloadOnHangup({ notifier, shutdown }: Prepared, { reload, readyLine }: Started): Promise<void> {
  notifier.reloading();
  const outcome = await reload();
  // The end has begun meanwhile, and is told.
  if (shutdown.signal.aborted) return;
  if (outcome.ok) outcome.begin();
  else notifier.ready();
  if (!shutdown.replacing)
    notifier.status(outcome.ok ? readyLine : `${readyLine} (the reload was refused: ${outcome.reason}, see the log)`);
}

function isOther(now: Prepared, then: Extract<Ordered, { ok: true }>['order']): boolean {
  const text = ({ configuration, patterns, data }: typeof then) => JSON.stringify([configuration, patterns, data]);
  return text(now) !== text(then);
}

async function loadAgain({ flags }: Prepared): Promise<Ordered> {
  const { promise, resolve } = Promise.withResolvers<Ordered>();
  const failed = (why: string) => resolve({ ok: false, faults: [`loading the configuration failed: ${why}`] });
  const worker = new Worker(new URL('./reload-worker.ts', import.meta.url), { workerData: flags, name: 'reload' });
  worker.on('message', (ordered: Ordered) => resolve(ordered));
  worker.on('error', (error) => failed(String(error)));
  worker.on('exit', () => failed('it gave no answer'));
  const timer = setTimeout(() => failed(`no answer within ${MOST_MS / 1000} s`), MOST_MS);
  const ordered = await promise;
  clearTimeout(timer);
  await leaveToItsEnd(worker, END_MS);
  return ordered;
}
