// Checks of HID scanners: there, the only one meant, openable; and of a keyboard scanner that what it types stays away from the
// console. Looks harm no running daemon: hidraw nodes may be open more than once.

import type { ScannerConfiguration } from '../../config/schema.ts';
import { chooseHidDevice, type HidDevice, type HidRoots, listHidDevices, usbText } from '../../scanners/hid-devices.ts';
import { openCode } from '../../scanners/hid-handle.ts';
import { KEYBOARD } from '../../scanners/hid-keys.ts';
import { BAR_CODE_SCANNER } from '../../scanners/hid-pos-layout.ts';
import { failure, type Finding, ok, warning } from './check.ts';
import type { Situation } from './situation.ts';

type HidConfiguration = Extract<ScannerConfiguration, { kind: 'hid-pos' | 'hid-keyboard' }>;

/** `roots` are where the kernel shows its devices. */
export async function hidScanner(scanner: HidConfiguration, { say }: Pick<Situation, 'say'>, roots?: HidRoots): Promise<Finding> {
  const devices = await listHidDevices(roots);
  const device = nameOf(scanner);
  const application = scanner.kind === 'hid-pos' ? BAR_CODE_SCANNER : KEYBOARD;
  const choice = await chooseHidDevice(devices, scanner, application);
  if (!choice.ok) {
    const seen = devices.length === 0 ? say('doctor.hid.none') : say('doctor.hid.seen', { devices: listText(devices) });
    return failure(say(`doctor.hid.${choice.code}`, { device }), `${say(`doctor.hid.${choice.code}.cure`)} ${seen}`);
  }
  const { path, inputs } = choice.device;
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
  return ok(say('doctor.hid.opens', { device, path }));
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
