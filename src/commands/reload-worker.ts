// Loads the configuration again and looks at the keys that it names, in a thread of its own: the parsers' memory goes with it.

import { parentPort, workerData } from 'node:worker_threads';

import { siteKey } from '../system/secrets.ts';
import { openTrust } from '../trust/keyring.ts';
import type { RunFlags } from './daemon.ts';
import { loadOrder, type Ordered } from './order.ts';

function load(flags: RunFlags): Ordered {
  const ordered = loadOrder(flags);
  if (!ordered.ok) return ordered;
  const { configuration, data } = ordered.order;
  const { siteKeyFile } = configuration.privacy;
  try {
    const { issuers } = configuration.trust;
    const keys = openTrust(configuration.trust).ownKeys();
    if (issuers !== undefined && keys.length === 0) return { ok: false, faults: [nobody(issuers)] };
    if (siteKeyFile !== undefined) siteKey({ dataFolder: data, file: siteKeyFile });
    return ordered;
  } catch (error) {
    return { ok: false, faults: [error instanceof Error ? error.message : String(error)] };
  }
}

/** An order could do it, and none could undo it: somebody would have to go there. */
const nobody = (file: string): string =>
  `issuers ${file}: found no key, and nobody could order anything of this reader any more; add one, or start the service again`;

parentPort?.postMessage(load(workerData as RunFlags));
