// Check: what a keyboard scanner types reaches the console's terminal, and with the kernel's `inhibited` it does not, while its
// reports still reach hidraw. The rule that sets it on a kiosk is udev's; here the attribute is set by hand.

import { closeSync, constants, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from '../fakes/eventually.ts';
import type { Check } from './check.ts';
import { KEYBOARD_DESCRIPTOR } from './hid-descriptors.ts';
import { keyReports } from './key-reports.ts';
import { type HidDevice, plugHid } from './uhid.ts';

const SERIAL = 'BENCHKEYS1';
const CONSOLE = '/dev/tty1';
const READ_BYTES = 4096;
function type(keyboard: HidDevice, text: string): void {
  for (const report of keyReports(text)) keyboard.input(report);
}

/** What there is to read now, without waiting. */
function readNow(fd: number): Buffer {
  const buffer = Buffer.alloc(READ_BYTES);
  try {
    return buffer.subarray(0, readSync(fd, buffer));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return Buffer.alloc(0);
    throw error;
  }
}

/** The kernel's input device of the keyboard, in sysfs. */
function inputDevice(): string {
  const folder = '/sys/class/input';
  const name = readdirSync(folder).find(
    (one) => /^input\d+$/u.test(one) && readFileSync(join(folder, one, 'uniq'), 'utf8').trim() === SERIAL,
  );
  if (name === undefined) throw new Error(`no input device with serial number ${SERIAL}`);
  return join(folder, name);
}

export const keepsKeysFromTheConsole: Check = {
  name: 'keyboard',
  modules: ['uhid', 'hid_generic'],
  async run() {
    const keyboard = await plugHid({
      name: 'Bench Keyboard Scanner',
      serialNumber: SERIAL,
      vendorId: 0x1d6b,
      productId: 0x0105,
      descriptor: KEYBOARD_DESCRIPTOR,
    });
    const openNow = (path: string): number => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const [console, hidraw] = [openNow(CONSOLE), openNow(keyboard.path)] as const;
    // A console forgets its settings when nobody has it open.
    execFileSync('stty', ['-F', CONSOLE, 'raw', '-echo']);
    let [shown, reports] = ['', 0];
    const look = (): void => {
      shown += readNow(console).toString('latin1');
      // One report at a time, as the driver hands them out.
      while (readNow(hidraw).length > 0) reports += 1;
    };
    const until = (what: string, wanted: () => boolean): Promise<boolean> =>
      eventually(what, () => (look(), wanted()), {
        detail: () => `${CONSOLE} was given ${JSON.stringify(shown)}, ${keyboard.path} ${reports} reports`,
      });
    type(keyboard, '123');
    await until('123 and Enter on the console', () => shown === '123\r');
    writeFileSync(join(inputDevice(), 'inhibited'), '1');
    type(keyboard, '456');
    await until('the reports of 456 on hidraw', () => reports === 16);
    writeFileSync(join(inputDevice(), 'inhibited'), '0');
    // What would have come of 456 comes before this.
    type(keyboard, '789');
    await until('789 on the console', () => shown.endsWith('789\r'));
    for (const fd of [console, hidraw]) closeSync(fd);
    keyboard.unplug();
    if (shown !== '123\r789\r') throw new Error(`${CONSOLE} was given ${JSON.stringify(shown)}, wanted nothing of 456`);
    return [
      `${CONSOLE} was given 123, nothing of 456 while inhibited, then 789; ${keyboard.path} was given all ${reports} reports`,
    ];
  },
};
