// Check: the captures that the tests replay on fakes give the same scans on the guest's own drivers. Run without the test runner,
// which alone would take longer to start here than the captures take.

import { readdirSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { CAPTURES, readCapture } from '../scanners/capture-file.ts';
import { replayCapture } from '../scanners/capture-replay.ts';
import type { Check } from './check.ts';
import { kernelBench } from './kernel-bench.ts';

/** Fewer mean that the folder was not there. */
const CAPTURES_MIN = 60;

export const replaysCaptures: Check = {
  name: 'captures',
  modules: ['uhid', 'hid_generic', 'dummy_hcd', 'usb_f_acm', 'cdc_acm'],
  async run() {
    const names = readdirSync(CAPTURES).flatMap((file) => (file.endsWith('.capture') ? [file.slice(0, -8)] : []));
    if (names.length < CAPTURES_MIN) throw new Error(`${names.length} captures in ${CAPTURES.pathname}, wanted ${CAPTURES_MIN}`);
    const captures = names.map(readCapture);
    const bench = kernelBench();
    const faults: string[] = [];
    const replayed = new Map<string, number>();
    let slowest = { name: '', ms: 0 };
    for (const capture of captures.filter(({ fakesOnly }) => fakesOnly === undefined)) {
      const startedMs = performance.now();
      const came = await replayCapture(capture, bench);
      const ms = performance.now() - startedMs;
      if (ms > slowest.ms) slowest = { name: capture.name, ms };
      replayed.set(capture.kind, (replayed.get(capture.kind) ?? 0) + 1);
      if (!isDeepStrictEqual(came, capture.expected)) {
        const { about: _about, ...wanted } = capture.expected;
        faults.push(`${capture.name} gave ${JSON.stringify({ ...came, about: undefined })}, wanted ${JSON.stringify(wanted)}`);
      }
      process.stdout.write(`capture ${capture.name}: ${Math.round(ms)} ms\n`);
    }
    if (faults.length > 0) throw new Error(faults.join('\n'));
    const counts = Array.from(replayed, ([kind, count]) => `${count} ${kind}`).join(', ');
    return [
      `${counts} gave their expected scans; ${captures.length - [...replayed.values()].reduce((sum, each) => sum + each, 0)} are for fakes only`,
      `slowest: ${slowest.name} (${Math.round(slowest.ms)} ms)`,
    ];
  },
};
