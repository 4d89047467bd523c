// What doctor sees of the ways to make a tone, on files as they are in /sys.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lookAtTone } from '../../src/indicators/tone.ts';
import { sysfs } from '../../src/system/sysfs.ts';

function machine(texts: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'gate-reader-sys-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return { files: sysfs(root), text: (file: string) => readFileSync(join(root, file), 'utf8') };
}

test('a PWM channel that is there is named, and not taken', () => {
  const { files, text } = machine({ 'class/pwm/pwmchip0/npwm': '4\n', 'class/pwm/pwmchip0/export': '' });
  expect(lookAtTone({ pwm: { chip: 'pwmchip0', channel: 3 } }, files)).toEqual({ ok: true, what: '/sys/class/pwm/pwmchip0 3' });
  expect(text('class/pwm/pwmchip0/export')).toBe('');
});

test.each([
  ['a chip', 'pwmchip1', 0, 'there is no /sys/class/pwm/pwmchip1; add dtoverlay=pwm'],
  ['a channel', 'pwmchip0', 4, 'the chip has no such channel; correct indicator.buzzer.pwm'],
])('%s that is not there is told with its cure', (_, chip, channel, message) => {
  const { files } = machine({ 'class/pwm/pwmchip0/npwm': '4\n', 'class/pwm/pwmchip0/export': '' });
  const found = lookAtTone({ pwm: { chip, channel } }, files);
  expect(found).toMatchObject({ ok: false, code: 'absent', message: expect.stringContaining(message) as string });
});

test('a beeper that is not there is told with those that are', () => {
  const { files } = machine({
    'class/input/event3/device/name': 'PC Speaker\n',
    'class/input/event3/device/capabilities/snd': '6\n',
  });
  expect(lookAtTone({ beeper: 'pwm-beeper' }, files)).toMatchObject({
    ok: false,
    code: 'absent',
    message: expect.stringContaining('no beeper is named pwm-beeper; there are: PC Speaker') as string,
  });
});
