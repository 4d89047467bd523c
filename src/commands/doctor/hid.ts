// Checks of HID scanners: there, the only one meant, openable; and of a keyboard scanner that what it types stays away from the
// console. Looks harm no running daemon: hidraw nodes may be open more than once.

import type { ScannerConfiguration } from '../../config/schema.ts';
import {
  chooseHidDevice,
  type HidChoice,
  type HidDevice,
  type HidRoots,
  listHidDevices,
  usbText,
} from '../../scanners/hid-devices.ts';
import { openCode } from '../../scanners/hid-handle.ts';
import { KEYBOARD } from '../../scanners/hid-keys.ts';
import { listRefusedHid, refusalText } from '../../scanners/hid-refused.ts';
import { parseReportDescriptor } from '../../scanners/hid-descriptor.ts';
import { BAR_CODE_SCANNER } from '../../scanners/hid-pos-layout.ts';
import { failure, type Finding, ok, warning } from './check.ts';
import type { Situation } from './situation.ts';

type HidConfiguration = Extract<ScannerConfiguration, { kind: 'hid-pos' | 'hid-keyboard' }>;

/** `roots` are where the kernel shows its devices. */
export async function hidScanner(
  scanner: HidConfiguration,
  { say, configuration }: Pick<Situation, 'say'> & { readonly configuration: Pick<Situation['configuration'], 'scanners'> },
  roots?: HidRoots,
): Promise<Finding> {
  const devices = await listHidDevices(roots);
  const device = nameOf(scanner);
  const choice = await choose(devices, scanner);
  if (!choice.ok) {
    if (choice.code === 'absent' && refusalText(scanner, await listRefusedHid(roots)) !== undefined) {
      return failure(say('doctor.hid.refused', { device }), say('doctor.hid.refused.cure'));
    }
    const seen = devices.length === 0 ? say('doctor.hid.none') : say('doctor.hid.seen', { devices: listText(devices) });
    const found = say(`doctor.hid.${choice.code}`, { device, devices: listText(choice.found) });
    return failure(found, `${say(`doctor.hid.${choice.code}.cure`)} ${seen}`);
  }
  const { path, inputs, descriptor } = choice.device;
  for (const other of configuration.scanners) {
    if (other.id === scanner.id || (other.kind !== 'hid-pos' && other.kind !== 'hid-keyboard')) continue;
    const others = await choose(devices, other);
    if (others.ok && others.device.path === path) {
      return failure(say('doctor.hid.shared', { device, path, other: other.id }), say('doctor.hid.shared.cure'));
    }
  }
  const code = await openCode(path);
  if (code === 'EACCES' || code === 'EPERM') {
    return failure(say('doctor.hid.no-permission', { path }), say('doctor.hid.no-permission.cure'));
  }
  if (code !== undefined) return failure(say('doctor.hid.failed', { path, code }), say('doctor.hid.failed.cure'));
  if (scanner.kind === 'hid-keyboard') {
    if (inputs.some(({ inhibited }) => inhibited === false)) {
      return failure(say('doctor.hid.typing', { device }), say('doctor.hid.typing.cure'));
    }
    if (inputs.some(({ inhibited }) => inhibited === undefined)) {
      return warning(say('doctor.hid.old-kernel', { device }), say('doctor.hid.old-kernel.cure'));
    }
  }
  if (parseReportDescriptor(descriptor) === undefined) {
    return warning(say('doctor.hid.undescribed', { device, path }), say('doctor.hid.undescribed.cure'));
  }
  return ok(say('doctor.hid.opens', { device, path }));
}

function choose(devices: readonly HidDevice[], scanner: HidConfiguration): Promise<HidChoice> {
  return chooseHidDevice(devices, scanner, scanner.kind === 'hid-pos' ? BAR_CODE_SCANNER : KEYBOARD);
}

function nameOf({ path, serialNumber, vendorId, productId }: HidConfiguration): string {
  return path ?? serialNumber ?? usbText(vendorId ?? 0, productId);
}

function listText(devices: readonly HidDevice[]): string {
  return devices
    .map(({ path, vendorId, productId, serialNumber, name }) =>
      [path, usbText(vendorId, productId), serialNumber, name].filter((part) => part !== '').join(' '),
    )
    .join('; ');
}
