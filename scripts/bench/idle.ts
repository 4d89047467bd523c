// What an idle daemon costs: processor time with a broker connected and nobody at the gate, and memory.

import { setTimeout as delay } from 'node:timers/promises';
import { startMosquitto } from '../../test/fakes/mosquitto.ts';
import { openGate } from './gate.ts';
import type { Bench } from './options.ts';
import { cpuMsOf, memoryOf } from './process-figures.ts';
import type { Row } from './report.ts';
import { memoryRows } from './scan-latency.ts';

/** Start-up and the first events are over by then. */
const SETTLE_MS = 5_000;

export async function measureIdle({ folder, sizes: { idleMs }, signal }: Bench): Promise<Row[]> {
  const broker = await startMosquitto();
  try {
    const gate = await openGate({ folder, reader: 'idle', broker, signal });
    try {
      await gate.scan();
      await delay(SETTLE_MS, undefined, { signal });
      const { pid } = gate.daemon;
      const [cpuMs, startedMs] = [cpuMsOf(pid), performance.now()];
      await delay(idleMs, undefined, { signal });
      const share = ((cpuMsOf(pid) - cpuMs) / (performance.now() - startedMs)) * 100;
      return [
        {
          measure: `idle processor time over ${idleMs / 1000} s`,
          value: share,
          unit: '%',
          target: '<= 0.5 %',
          met: share <= 0.5,
        },
        ...memoryRows('idle', memoryOf(pid)),
      ];
    } finally {
      await gate.stop();
    }
  } finally {
    await broker.kill();
  }
}
