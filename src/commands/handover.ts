// One process becoming the next (execve): what parsed the configuration makes way for the daemon, under the same process id,
// so that service managers, pipes and signals see one program.

import { fileURLToPath } from 'node:url';

import type { Order } from './daemon.ts';

/** Carries the order; holds no secret: those are in files. Linux takes 128 KiB in one variable (MAX_ARG_STRLEN). */
const VARIABLE = 'GATE_READER_ORDER';
const MOST_BYTES = 120_000;

const ENTRY = fileURLToPath(new URL('./daemon-entry.ts', import.meta.url));

/** V8's young generation: a gate makes little garbage, and a small one keeps it from growing the process. */
export const DAEMON_FLAGS = ['--max-semi-space-size=1', '--single-threaded-gc', '--disable-warning=ExperimentalWarning'];

/** Does not return where it succeeds. Returns where this system has no execve, forbids it, or the order is too large. */
export function handOver(order: Order): void {
  const carried = JSON.stringify(order);
  if (Buffer.byteLength(carried) > MOST_BYTES || process.execve === undefined) return;
  // The daemon lives in the site's time zone: its clock then needs none of ICU's data about others.
  const environment = { ...process.env, TZ: order.configuration.timezone, [VARIABLE]: carried };
  try {
    process.execve(process.execPath, [process.execPath, ...DAEMON_FLAGS, ENTRY], environment);
  } catch {
    // The caller goes on in this process.
  }
}

/** The order that the process before left; it is not passed on to children. */
export function takeOver(environment: NodeJS.ProcessEnv): Order {
  const carried = environment[VARIABLE];
  if (carried === undefined) throw new Error(`${VARIABLE} is missing: this file is started by "gate-reader run"`);
  delete environment[VARIABLE];
  return JSON.parse(carried) as Order;
}
