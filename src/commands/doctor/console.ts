// Check of the console's pages: does this reader's daemon answer there, or is the address free for it? And who may reach it.

import { isLoopback, parseAddress } from '../../config/address.ts';
import { hostInUrl } from '../../uplink/host-in-url.ts';
import { type Check, failure, type Finding, ok, warning } from './check.ts';
import { listenOnce } from './listen-once.ts';
import type { Situation } from './situation.ts';

export function consoleChecks(situation: Situation): Check[] {
  const { console: wanted } = situation.configuration;
  return wanted === 'off' ? [] : [{ name: 'console', look: (signal) => look(wanted.listen, situation, signal) }];
}

async function look(listen: string, { say, daemon }: Situation, signal: AbortSignal): Promise<Finding> {
  const address = parseAddress(listen);
  if (!address) return failure(say('doctor.console.no-listen', { listen, code: 'EINVAL' }), say('doctor.console.cure'));
  const open = (found: string) => (isLoopback(address.host) ? ok(found) : warning(found, say('doctor.console.open.cure')));
  const trouble = address.port === 0 ? undefined : await listenOnce(address);
  if (trouble === undefined) return open(say('doctor.console.free', { listen }));
  if (trouble !== 'EADDRINUSE')
    return failure(say('doctor.console.no-listen', { listen, code: trouble }), say('doctor.console.cure'));
  if (daemon.state !== 'none' && (await answers(`http://${hostInUrl(address.host)}:${address.port}/healthz`, signal)))
    return open(say('doctor.console', { listen }));
  return warning(say('doctor.console.taken', { listen }), say('doctor.console.taken.cure'));
}

/** Whether the pages of a reader are there. */
async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const body: unknown = await (await fetch(url, { signal })).json();
    return typeof body === 'object' && body !== null && 'state' in body;
  } catch {
    return false;
  }
}
