// `doctor` where what it looks at hangs: it says so and is done, and does not wait for it.

import { expect, onTestFinished, test } from 'vitest';
import { startDaemon } from '../../fakes/daemon.ts';
import { eventually } from '../../fakes/eventually.ts';
import { makeKiosk } from '../../fakes/kiosk.ts';
import { noNameServer, silentNameServer } from '../../fakes/silence.ts';

test.skipIf(noNameServer() !== undefined)(
  'a name server that does not answer is told, and not waited for',
  async () => {
    const silence = await silentNameServer();
    onTestFinished(() => silence.close());
    const kiosk = makeKiosk({ broker: `mqtt://${silence.host}` });
    onTestFinished(() => kiosk.remove());
    const words = ['doctor', '--json', '--config', kiosk.configuration, '--data', kiosk.data];
    const doctor = startDaemon(words, {}, silence.through);
    onTestFinished(() => void doctor.process.kill('SIGKILL'));
    // The resolver would wait for a minute.
    await eventually('the end', () => doctor.process.exitCode !== null, { deadlineMs: 30_000 });
    expect(await doctor.exited()).toBe(2);
    const results = JSON.parse(doctor.stdout.join('\n')) as { check: string; found: string }[];
    expect(results.find(({ check }) => check === 'broker')?.found).toContain('(EAI_AGAIN)');
  },
  40_000,
);
