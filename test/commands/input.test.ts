// `gate-reader input test` and doctor: each button in words as it is pressed, and what is missing with its cure.

import { describe, expect, onTestFinished, test } from 'vitest';
import type { InputChange } from '../../src/admission/ports.ts';
import { listen } from '../../src/commands/input/listening.ts';
import type { InputConfiguration } from '../../src/config/schema.ts';
import type { AttachedInput } from '../../src/inputs/attached.ts';
import { wording } from '../../src/system/wording.ts';
import { writeConfiguration } from '../fakes/daemon.ts';
import { makeKiosk } from '../fakes/kiosk.ts';
import { dataFolder } from '../fakes/record.ts';
import { runProgram, startProgram } from './program.ts';

const BUTTON = { id: 'exit', kind: 'gpiochip', chip: 'gate-reader-absent', line: 5, role: 'exit-request' };
const KEY = { id: 'go-in', kind: 'evdev', name: 'gate-reader-absent', key: 'KEY_1', role: 'direction', direction: 'in' };

function configured(inputs: readonly object[], language = 'en') {
  const folder = dataFolder();
  const configuration = { site: 's', reader: 'r', language, scanners: [{ id: 'a', kind: 'stdin' }], inputs };
  return ['--config', writeConfiguration(folder, configuration), '--data', `${folder}/data`];
}

/** An input that yields what it is given, then waits for the end. */
function scripted(id: string, states: readonly boolean[], there = true): AttachedInput {
  return {
    id,
    opened: Promise.resolve(there),
    async *changes(signal): AsyncGenerator<InputChange> {
      for (const [index, active] of states.entries()) {
        yield { input: id, active, ...(index === 0 ? { initial: true } : {}), instant: { wallMs: index, monotonicMs: index } };
      }
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  };
}

const OF_ROLE: readonly InputConfiguration[] = [
  { id: 'exit', kind: 'gpiochip', chip: 'c', line: 1, activeLow: false, debounceMs: 30, role: 'exit-request' },
  { id: 'way', kind: 'evdev', name: 'n', key: 2, role: 'direction', direction: 'in', holdSeconds: 10 },
  { id: 'door', kind: 'evdev', name: 'n', key: 3, role: 'door', heldOpenSeconds: 30 },
  { id: 'box', kind: 'evdev', name: 'n', key: 4, role: 'tamper' },
  { id: 'turn', kind: 'evdev', name: 'n', key: 5, role: 'turn', direction: 'out', withinSeconds: 8 },
];

async function listened(language: 'en' | 'vi', there: boolean) {
  const lines: string[] = [];
  const enough = new AbortController();
  const count = OF_ROLE.length * 2;
  const opened = await listen({
    inputs: OF_ROLE.map((one) => ({ configured: one, input: scripted(one.id, there ? [false, true] : [], there) })),
    say: wording(language),
    time: ({ wallMs }) => `t${wallMs}`,
    put: async (line) => {
      lines.push(line);
      if (lines.length === count) enough.abort();
    },
    enough: enough.signal,
  });
  return { lines: lines.toSorted(), opened };
}

describe('listen', () => {
  test('says what each input is, how it is, and what becomes of it', async () => {
    expect(await listened('en', true)).toEqual({
      opened: 5,
      lines: [
        't0  box   housing contact: closed\n',
        't0  door  door contact: closed\n',
        't0  exit  exit button: released\n',
        't0  turn  turn contact (out): at rest\n',
        't0  way   direction button (in): released\n',
        't1  box   housing contact: opened\n',
        't1  door  door contact: open\n',
        't1  exit  exit button: pressed\n',
        't1  turn  turn contact (out): somebody goes through\n',
        't1  way   direction button (in): pressed\n',
      ],
    });
    expect((await listened('vi', true)).lines).toContain('t1  way   nút chọn chiều (vào): đang bấm\n');
  });

  test('ends by itself where no input could be opened', async () => {
    expect(await listened('en', false)).toEqual({ opened: 0, lines: [] });
  });
});

describe('gate-reader input test', () => {
  test('without inputs says where they are set', async () => {
    const { code, stderr } = await runProgram(['input', 'test', ...configured([])]);
    expect([code, stderr]).toEqual([1, 'no inputs are configured; set inputs in the configuration\n']);
  });

  test('inputs that are not there are told, each with its cure, and it is over', async () => {
    const { code, stdout, stderr } = await runProgram(['input', 'test', ...configured([BUTTON, KEY])]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^input:exit: no GPIO chip is labelled gate-reader-absent; .*correct chip in the configuration/mu);
    expect(stderr).toMatch(/^input:go-in: input device gate-reader-absent is not there; .*dtoverlay=gpio-key/mu);
  });

  test('leaves the lines to a daemon that runs', async () => {
    const kiosk = makeKiosk();
    onTestFinished(() => kiosk.remove());
    await kiosk.start().ready();
    const { code, stderr } = await runProgram(['input', 'test', ...configured([BUTTON]).slice(0, 2), '--data', kiosk.data]);
    expect([code, stderr]).toEqual([1, `a daemon runs on ${kiosk.data} and holds the inputs; stop it first\n`]);
  });

  test('--seconds wants a time', async () => {
    expect((await startProgram(['input', 'test', '--seconds', '0']).ended).code).toBe(2);
  });
});

describe('gate-reader doctor', () => {
  test('has a check for each input, and says what it lacks', async () => {
    const { stdout } = await runProgram(['doctor', '--json', ...configured([BUTTON, KEY])]);
    const results = JSON.parse(stdout) as { check: string; status: string; found: string; cure?: string }[];
    const [exit, goIn, ...more] = results.filter(({ check }) => check.startsWith('input:'));
    expect(more).toEqual([]);
    expect(exit).toMatchObject({ check: 'input:exit', status: 'failure' });
    expect(exit?.found).toMatch(/^no GPIO chip is labelled gate-reader-absent/u);
    expect(goIn).toMatchObject({ check: 'input:go-in', status: 'failure' });
    expect(goIn?.cure).toBe('plug it in, add the overlay and restart, or correct the name');
  });
});
