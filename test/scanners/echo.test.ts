// What is typed or scanned into a terminal must not be read off its screen: a real terminal, the real program.

import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, expect, test } from 'vitest';

import { temporaryFolder } from '../fakes/daemon.ts';
import { eventually } from '../fakes/eventually.ts';
import { cardOf } from '../fakes/people.ts';
import { openPty } from '../fakes/pty.ts';

const LAUNCHER = fileURLToPath(new URL('../../scripts/gate-reader', import.meta.url));
const cleanups: (() => void)[] = [];
afterEach(() =>
  cleanups
    .splice(0)
    .toReversed()
    .forEach((cleanup) => cleanup()),
);

test('a card typed at a terminal is answered and never shown, and the terminal gets its echo back', async () => {
  const folder = temporaryFolder();
  cleanups.push(folder.remove);
  const pty = openPty({ raw: false });
  cleanups.push(() => pty.close());
  const terminal = openSync(pty.path, 'r+');
  cleanups.push(() => closeSync(terminal));
  const child = spawn(LAUNCHER, ['run', '--data', join(folder.path, 'data')], {
    stdio: [terminal, terminal, terminal],
    env: { ...process.env, GATE_READER__UPLINK__LISTEN: '127.0.0.1:0', NO_COLOR: '1' },
  });
  cleanups.push(() => void child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('close', resolve));
  let screen = '';
  const shows = (text: string) => () => {
    screen += pty.read().toString();
    return screen.includes(text);
  };
  await eventually('the invitation', shows('Ctrl-C'), { detail: () => screen });
  await pty.write(`${cardOf(1)}\n`);
  await eventually('the answer', shows('granted recorded in cccd ******000001'), { detail: () => screen });
  expect(screen).not.toContain('Giả Định');
  expect(screen).not.toContain('001099000001');
  expect(screen).toContain('● VÀO');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  await pty.write('shown again');
  await eventually('the echo', shows('shown again'));
});
