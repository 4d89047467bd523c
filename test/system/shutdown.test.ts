// The end of the daemon, seen from outside: order, exit code, deadline, second signal.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dataFolder } from '../fakes/record.ts';
import { Child } from './child.ts';

const IN_ORDER = 'aborted\nclosed scanner\nclosing uplink\nclosed uplink\nclosed journal\n';

describe('installShutdown', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s aborts, closes the parts in reverse and ends with 0',
    async (signal) => {
      const child = new Child('shutdown.child.ts', ['signal']);
      await child.says('running');
      child.process.kill(signal);
      const { code, stdout, stderr } = await child.ended;
      expect(stdout).toBe(`running\n${IN_ORDER}`);
      expect(code).toBe(0);
      expect(stderr).toContain(signal);
      expect(stderr).toContain('"stopped"');
    },
  );

  test('the same signal again at once, as npm passes on a Ctrl-C, is the same press', async () => {
    const child = new Child('shutdown.child.ts', ['pause']);
    await child.says('running');
    child.process.kill('SIGINT');
    await child.says('closing uplink');
    child.process.kill('SIGINT');
    const { code, stdout, stderr } = await child.ended;
    expect([code, stdout]).toEqual([0, `running\n${IN_ORDER}`]);
    expect(stderr).not.toContain('again');
  });

  test('stop ends like a signal, and only once', async () => {
    const { code, stdout } = await new Child('shutdown.child.ts', ['stop']).ended;
    expect(stdout).toBe(IN_ORDER);
    expect(code).toBe(0);
  });

  test('stop with a failure closes the parts, says why and ends with 1', async () => {
    const { code, stdout, stderr } = await new Child('shutdown.child.ts', ['fail']).ended;
    expect(stdout).toBe(IN_ORDER);
    expect(code).toBe(1);
    expect(stderr).toContain('the folder is in use');
  });

  test('a part is told what those before it have left of the deadline', async () => {
    const { code, stdout } = await new Child('shutdown.child.ts', ['slow']).ended;
    expect(code).toBe(0);
    const left = Number(/^left (\S+)$/mu.exec(stdout)?.[1]);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(1_750);
  });

  test('a part that never closes ends the process with 1 at the deadline, by name', async () => {
    const child = new Child('shutdown.child.ts', ['hang']);
    await child.says('running');
    child.process.kill('SIGTERM');
    const { code, stdout, stderr } = await child.ended;
    expect(stdout).toBe('running\naborted\nclosed scanner\nclosing uplink\n');
    expect(code).toBe(1);
    expect(stderr).toContain('uplink was not closed within 200 ms');
  });

  test('a part that fails to close does not keep the others open, and the process ends with 1', async () => {
    const child = new Child('shutdown.child.ts', ['broken']);
    await child.says('running');
    child.process.kill('SIGTERM');
    const { code, stdout, stderr } = await child.ended;
    expect(stdout).toContain('closed journal');
    expect(code).toBe(1);
    expect(stderr).toContain('uplink did not close');
  });

  test('a thread that waits for ever, as for a name server, keeps no process', async () => {
    const pipe = join(dataFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const child = new Child('shutdown.child.ts', ['stuck', pipe]);
    onTestFinished(() => void child.process.kill('SIGKILL'));
    await child.says('running');
    child.process.kill('SIGTERM');
    const { code, stdout } = await child.ended;
    expect([stdout, code]).toEqual([`running\n${IN_ORDER}`, 0]);
  });

  test('a second signal leaves at once', async () => {
    const child = new Child('shutdown.child.ts', ['twice']);
    await child.says('running');
    child.process.kill('SIGTERM');
    await child.says('closing uplink');
    const secondMs = performance.now();
    child.process.kill('SIGINT');
    const { code, stdout } = await child.ended;
    // Well before the deadline of 2 s, which is what would end it otherwise.
    expect(performance.now() - secondMs).toBeLessThan(1_500);
    expect(code).toBe(1);
    expect(stdout).not.toContain('closed journal');
  });

  test.each(['throw', 'reject'])(
    'an error nobody caught (%s) is logged, the parts are closed, the code is 1',
    async (scenario) => {
      const { code, stdout, stderr } = await new Child('shutdown.child.ts', [scenario]).ended;
      expect(stdout).toBe(IN_ORDER);
      expect(code).toBe(1);
      expect(stderr).toContain('a bug');
    },
  );
});
