// The guest's part of the test bench: runs the checks that the host named, one after the other, and reports each through a
// port of its own. A check that hangs is given up, and the next one still runs.

import { execFileSync } from 'node:child_process';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { release } from 'node:os';
import type { GuestMessage } from '../../scripts/vm/verdict.ts';
import type { Check } from './check.ts';
import { checkNamed } from './checks.ts';

/** Emulated, a start of the daemon alone takes ten seconds or more. */
const CHECK_MS_MAX = 180_000;

const token = process.env['GATE_READER_VM_TOKEN'] ?? '';
const wanted = (process.env['GATE_READER_VM_CHECKS'] ?? '').split(',');
const port = openSync(`/dev/${process.env['GATE_READER_VM_REPORT'] ?? ''}`, 'w');
// Ends what a driver may have sent while it looked for the port.
writeSync(port, '\n');

function report(message: GuestMessage): void {
  writeSync(port, `${token} ${JSON.stringify(message)}\n`);
}

async function runCheck({ name, modules, run }: Check): Promise<void> {
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not done after ${CHECK_MS_MAX / 1000} s`)), CHECK_MS_MAX);
  try {
    for (const module of modules) execFileSync('modprobe', [module], { stdio: ['ignore', 'pipe', 'pipe'] });
    const seen = await Promise.race([run(), late]);
    report({ kind: 'passed', check: name, seconds: seconds(), seen });
  } catch (error) {
    report({ kind: 'failed', check: name, seconds: seconds(), error: error instanceof Error ? error.message : String(error) });
  } finally {
    clearTimeout(timer);
  }
}

const [up = '0'] = readFileSync('/proc/uptime', 'utf8').split(' ');
report({ kind: 'start', release: release(), node: process.version, upS: Number(up) });
const checks = wanted.flatMap((name) => checkNamed(name) ?? []);
for (const check of checks) await runCheck(check);
report({ kind: 'end', checks: checks.length });
process.exit(0);
