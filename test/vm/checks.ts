// What the guest of the test bench checks, in order. The host reads the names, the guest runs the functions.

import { replaysCaptures } from './captures.ts';
import type { Check } from './check.ts';
import { drivesGpioChip } from './gpiochip.ts';
import { showsGpioChips } from './gpio.ts';
import { showsHidDevices } from './hid.ts';
import { tellsHidFaults } from './hid-faults.ts';
import { readsHidScanners } from './hid-scanners.ts';
import { hearsInputs } from './inputs.ts';
import { keepsKeysFromTheConsole } from './keyboard.ts';
import { drivesLeds } from './leds.ts';
import { drivesLedsOnLines } from './leds-gpio.ts';
import { drivesGpioFiles } from './onoff.ts';
import { runsTheProgram } from './program.ts';
import { readsUsbSerial } from './usb-serial.ts';

export const CHECKS: readonly Check[] = [
  runsTheProgram,
  readsUsbSerial,
  showsHidDevices,
  keepsKeysFromTheConsole,
  readsHidScanners,
  tellsHidFaults,
  replaysCaptures,
  showsGpioChips,
  hearsInputs,
  drivesGpioChip,
  drivesLeds,
  drivesLedsOnLines,
  drivesGpioFiles,
];
