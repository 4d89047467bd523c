// One process becoming the next (execve): what parsed the configuration makes way for the daemon, under the same process id,
// so that service managers, pipes and signals see one program.

import { fileURLToPath } from 'node:url';

import type { Configuration } from '../config/schema.ts';
import type { Order } from './daemon.ts';

/** Carries the order; holds no secret: those are in files. Linux takes 128 KiB in one variable (MAX_ARG_STRLEN). */
const VARIABLE = 'GATE_READER_ORDER';
const MOST_BYTES = 120_000;

const ENTRY = fileURLToPath(new URL('./daemon-entry.ts', import.meta.url));

/**
 * V8 13.6 can crash (SIGSEGV in WasmEngine::FreeDeadCode, from Runtime_TierUpWasmToJSWrapper) where a thread has called from WebAssembly
 * into JavaScript a thousand times, as Node's own type stripper does, and a wrapper is then compiled and another given back. So many
 * calls (the flag's largest round number) nobody makes: no wrapper is given back.
 */
const WASM_SAFE = '--wasm-wrapper-tiering-budget=1000000000';

const SMALL_FLAGS = [WASM_SAFE, '--max-semi-space-size=1', '--disable-warning=ExperimentalWarning'];

/**
 * What keeps a daemon small for months: a young generation that fits a gate's little garbage, and no optimising compilers, whose own
 * code would take 10 MB to make judging a scan a tenth of a millisecond faster. Measured by `npm run bench`.
 */
export const DAEMON_FLAGS = [...SMALL_FLAGS, '--no-opt', '--no-maglev'];

/** With a camera every pixel goes through JavaScript, which takes six to twenty times as long where it is not optimised. */
export const CAMERA_DAEMON_FLAGS = SMALL_FLAGS;

/** The flags are those of a process: its threads cannot have others. */
export function daemonFlags({ scanners }: Pick<Configuration, 'scanners'>): readonly string[] {
  return scanners.some(({ kind }) => kind === 'camera') ? CAMERA_DAEMON_FLAGS : DAEMON_FLAGS;
}

/**
 * glibc's malloc, mallopt(3): one arena is enough for two threads; large blocks, such as a list of ten megabytes, are mapped by
 * themselves and go back to the system when they are freed, instead of staying in the heap for good.
 */
const SMALL_HEAP = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '65536' };

/** Does not return where it succeeds. Returns where this system has no execve, forbids it, or the order is too large. */
export function handOver(order: Order): void {
  const carried = JSON.stringify(order);
  if (Buffer.byteLength(carried) > MOST_BYTES || process.execve === undefined) return;
  liveIn(order.configuration.timezone);
  const environment = { ...process.env, ...SMALL_HEAP, [VARIABLE]: carried };
  try {
    process.execve(process.execPath, [process.execPath, ...daemonFlags(order.configuration), ENTRY], environment);
  } catch {
    // The caller goes on in this process.
  }
}

/**
 * The daemon lives in the site's time zone: its clock then needs none of ICU's data about others. TZ knows fewer spellings than
 * the configuration (not `+07:00`, not `asia/ho_chi_minh`) and falls back without a word: for those the clock asks ICU.
 */
function liveIn(timeZone: string): void {
  process.env['TZ'] = timeZone;
  const zoneOf = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en', options).resolvedOptions().timeZone;
  if (zoneOf({}) !== zoneOf({ timeZone })) delete process.env['TZ'];
}

/** The order that the process before left; it is not passed on to children. */
export function takeOver(environment: NodeJS.ProcessEnv): Order {
  const carried = environment[VARIABLE];
  if (carried === undefined) throw new Error(`${VARIABLE} is missing: this file is started by "gate-reader run"`);
  delete environment[VARIABLE];
  return JSON.parse(carried) as Order;
}
