// `gate-reader indicator test`, doctor and the daemon on a machine without lamps: what is missing is said, and the gate works.

import { existsSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../fakes/eventually.ts';
import { makeKiosk } from '../fakes/kiosk.ts';
import { dataFolder } from '../fakes/record.ts';
import { writeConfiguration } from '../fakes/daemon.ts';
import { runProgram } from './program.ts';

const LEDS = {
  kind: 'leds',
  green: { label: 'gate-reader-absent-green' },
  red: { label: 'gate-reader-absent-red' },
};
const FILES = { kind: 'onoff', chip: 'gate-reader-absent', green: { line: 1 }, red: { line: 2 } };
const CHIP = { kind: 'gpiochip', chip: 'gate-reader-absent', green: { line: 1 }, red: { line: 2 } };

function configured(indicator: object, language = 'en') {
  const folder = dataFolder();
  const configuration = { site: 's', reader: 'r', language, scanners: [{ id: 'a', kind: 'stdin' }], indicator };
  return ['--config', writeConfiguration(folder, configuration), '--data', `${folder}/data`];
}

describe('gate-reader indicator test', () => {
  test('on a terminal there is nothing to try', async () => {
    const { code, stderr } = await runProgram(['indicator', 'test', ...configured({ kind: 'terminal' })]);
    expect([code, stderr]).toEqual([1, 'kind: terminal has no lamp; set indicator in the configuration\n']);
  });

  test('a LED that is not there is told with its cure, and nothing is played', async () => {
    const { code, stdout, stderr } = await runProgram(['indicator', 'test', ...configured(LEDS)]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^no LED is labelled gate-reader-absent-green; .*dtoverlay=gpio-led/);
  });

  test('a chip that is not there is told with its cure', async () => {
    const { code, stderr } = await runProgram(['indicator', 'test', ...configured(CHIP)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^no GPIO chip is labelled gate-reader-absent; .*correct chip in the configuration/);
  });

  test('leaves the lamps to a daemon that runs', async () => {
    const kiosk = makeKiosk();
    onTestFinished(() => kiosk.remove());
    await kiosk.start().ready();
    const { code, stderr } = await runProgram(['indicator', 'test', ...configured(CHIP).slice(0, 2), '--data', kiosk.data]);
    expect([code, stderr]).toEqual([1, `a daemon runs on ${kiosk.data} and drives the lamps; stop it first\n`]);
  });
});

describe('gate-reader doctor', () => {
  const looked = async (indicator: object) => {
    const { stdout } = await runProgram(['doctor', '--json', ...configured(indicator)]);
    const results = JSON.parse(stdout) as { check: string; status: string; found: string; cure?: string }[];
    return results.find(({ check }) => check === 'indicator');
  };

  test.each([
    ['leds', LEDS, /no LED is labelled gate-reader-absent-green/],
    ['gpiochip', CHIP, /no GPIO chip is labelled gate-reader-absent/],
    ['onoff', FILES, /no GPIO chip is labelled gate-reader-absent|this kernel has no GPIO files/],
  ])('names what %s lack', async (_, indicator, found) => {
    const result = await looked(indicator);
    expect(result?.status).toBe('failure');
    expect(result?.found).toMatch(found);
    expect(result?.cure).toMatch(/^(correct the name, or add the overlay and restart|use the kind or load .*)$/);
  });

  test('finds nothing wrong with a terminal', async () => {
    expect(await looked({ kind: 'terminal' })).toMatchObject({ status: 'ok', found: 'terminal, needs no device' });
  });
});

test('the daemon without its lamps starts, records, and tells the fault', async () => {
  const kiosk = makeKiosk({ settings: { indicator: LEDS } });
  onTestFinished(() => kiosk.remove());
  const daemon = kiosk.start();
  await daemon.ready();
  expect(daemon.stderr.join('\n')).toContain('no LED is labelled gate-reader-absent-green');
  await kiosk.scanner.write('nobody knows this\r');
  await eventually('the event', async () => {
    const { stdout } = await runProgram(['journal', 'tail', '--data', kiosk.data, '--json']);
    return stdout.includes('"reason":"unrecognised"');
  });
  expect(await daemon.stop()).toBe(0);
  expect(existsSync('/sys/class/leds/gate-reader-absent-green')).toBe(false);
});
