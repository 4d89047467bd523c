// `doctor` as a child process: what it looks at, how it says so, its exit codes.

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { containing, matching } from '../fakes/like.ts';
import { dataFolder } from '../fakes/record.ts';
import { configured, examine } from './doctor/examine.ts';
import { runProgram } from './program.ts';

const serial = (path: string): object => ({ scanners: [{ id: 'main', kind: 'serial', path }] });

describe('doctor', () => {
  test('looks at everything in a stable order and makes nothing', async () => {
    const data = dataFolder();
    const { results } = await examine(['--config', await configured(), '--data', data]);
    const names = [
      'runtime',
      'configuration',
      'data',
      'lock',
      'journal',
      'disk',
      'flushes',
      'wear',
      'power',
      'keys',
      'issuers',
      'lists',
      'clock',
      'udevadm',
      'scanner:stdin',
      'indicator',
      'broker',
    ];
    expect(results.map(({ check }) => check)).toEqual(names);
    expect(results.filter(({ status }) => status === 'failure')).toEqual([]);
    expect(readdirSync(data)).toEqual([]);
  });

  test('without a configuration looks at the embedded default, also before the first start', async () => {
    const home = dataFolder();
    const { of } = await examine([], { HOME: home, GATE_READER__UPLINK__LISTEN: '127.0.0.1:0' });
    expect(of('configuration')).toMatchObject({ status: 'ok', found: containing('site demo') });
    expect(of('data')).toMatchObject({ status: 'ok', found: containing('is made at the first start') });
    expect(of('broker').status).toBe('ok');
    expect(readdirSync(home)).toEqual([]);
  });

  test('for people: one line each, with a shape, the finding and the cure', async () => {
    const config = await configured(serial('/dev/serial/by-id/usb-none'));
    const { code, stdout, stderr } = await runProgram(['doctor', '--config', config, '--data', dataFolder()]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.every((line) => /^[✓!✗] [a-z:]+ {2,}\S/.test(line))).toBe(true);
    expect(lines.find((line) => line.includes('scanner:main'))).toMatch(
      /^✗ scanner:main {3}\/dev\/serial\/by-id\/usb-none is not there {2}-> plug the scanner in/,
    );
    expect(stdout).not.toContain('\u001b');
  });

  test('in Vietnamese where the configuration is', async () => {
    const { stdout } = await runProgram(['doctor', '--config', await configured({ language: 'vi' }), '--data', dataFolder()]);
    expect(stdout).toContain('không có tiến trình nào chạy trên dữ liệu này');
  });

  test('a faulty configuration is a failed check with its faults, and the machine is looked at all the same', async () => {
    const config = await configured({ direction: 'up', site: 'A' });
    const { code, results, of } = await examine(['--config', config]);
    expect(code).toBe(2);
    expect(of('configuration')).toMatchObject({
      status: 'failure',
      found: matching(/:1:\d+: site: [^]*:1:\d+: direction: /),
    });
    expect(results.map(({ check }) => check)).toEqual(['runtime', 'configuration', 'clock', 'udevadm']);
  });

  test('a configuration that is not there is one too', async () => {
    expect((await examine(['--config', '/nowhere/gate-reader.yaml'])).of('configuration').status).toBe('failure');
  });

  test('wrong usage is exit 2', async () => {
    expect((await runProgram(['doctor', '--unknown'])).code).toBe(2);
  });
});
