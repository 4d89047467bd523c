// What the guests of the test bench check, in order. The host reads the names, a guest runs the functions.

import type { MachineName } from '../../scripts/vm/architecture.ts';
import { replaysCaptures } from './captures.ts';
import { readsCameras } from './cameras.ts';
import type { Check } from './check.ts';
import { drivesGpioChip } from './gpiochip.ts';
import { findsGpioAgain } from './gpio-faults.ts';
import { showsGpioChips } from './gpio.ts';
import { showsHidDevices } from './hid.ts';
import { tellsHidFaults } from './hid-faults.ts';
import { readsHidScanners } from './hid-scanners.ts';
import { hearsInputs } from './inputs.ts';
import { keepsKeysFromTheConsole } from './keyboard.ts';
import { drivesLeds } from './leds.ts';
import { drivesLedsOnLines } from './leds-gpio.ts';
import { drivesGpioFiles } from './onoff.ts';
import { drivesPiLeds, drivesPiLedsAllTheSame, drivesPiLines, keepsPiLines } from './pi3.ts';
import { runsTheProgram } from './program.ts';
import { keepsTheJournal } from './storage.ts';
import { readsUsbSerial } from './usb-serial.ts';

const PC_CHECKS: readonly Check[] = [
  runsTheProgram,
  readsUsbSerial,
  showsHidDevices,
  keepsKeysFromTheConsole,
  readsHidScanners,
  tellsHidFaults,
  replaysCaptures,
  readsCameras,
  showsGpioChips,
  hearsInputs,
  drivesGpioChip,
  findsGpioAgain,
  drivesLeds,
  drivesLedsOnLines,
  drivesGpioFiles,
];

/** What needs nothing beyond the guest's small system: scanners, GPIO and storage. */
const VIRT_CHECKS: readonly Check[] = [
  runsTheProgram,
  readsUsbSerial,
  showsHidDevices,
  keepsKeysFromTheConsole,
  readsHidScanners,
  showsGpioChips,
  drivesGpioChip,
  drivesLeds,
  keepsTheJournal,
];

const MACHINES: Readonly<Record<MachineName, readonly Check[]>> = {
  pc: PC_CHECKS,
  virt: VIRT_CHECKS,
  pi3: [drivesPiLeds, drivesPiLines],
  'pi3-keeping': [keepsPiLines, drivesPiLedsAllTheSame],
};

/** The checks of a machine. */
export const checksOf = (machine: MachineName): readonly Check[] => MACHINES[machine];

/** The check of that name, whichever machine it is for. */
export const checkNamed = (name: string): Check | undefined =>
  Object.values(MACHINES)
    .flat()
    .find((check) => check.name === name);
