// The configuration of scanners: one schema a kind. A new kind is one entry in SCANNER_KINDS.

import * as z from 'zod';
import { camera, cameraRules } from './camera.ts';
import type { Finding } from './finding.ts';
import { isMap, valueAt } from './path.ts';
import { checkedText, direction, slug } from './texts.ts';

const id = slug().describe('Name of this scanner in events and logs, unique within the reader: 1-40 of a-z, 0-9 and -');
const way = z
  .exactOptional(direction())
  .describe("Which way people pass in front of this scanner: in, out or both; absent: the reader's direction");

const devicePath = checkedText((text) => (/^\/[^\0]+$/.test(text) ? undefined : 'config.fault.device-path')).meta({
  description: 'Device file, best a stable name under /dev/serial/by-id or /dev/serial/by-path',
  pattern: '^/.',
});

const serial = z
  .strictObject({
    id,
    kind: z.literal('serial').describe('A scanner in USB-COM (CDC-ACM) or RS-232 mode'),
    path: devicePath,
    baudRate: z.int().min(50).max(4_000_000).default(9600).describe('Bits a second, 50-4000000; USB-COM scanners ignore it'),
    dataBits: z.literal([7, 8]).default(8).describe('7 or 8'),
    parity: z.enum(['none', 'even', 'odd']).default('none').describe('none, even or odd'),
    stopBits: z.literal([1, 2]).default(1).describe('1 or 2'),
    suffix: z
      .exactOptional(z.string().min(1).max(8))
      .describe('What the scanner sends after each code, 1-8 characters; absent: CR, LF or CR LF'),
    prefix: z.exactOptional(z.string().max(8)).describe('What the scanner sends before each code, 0-8 characters'),
    direction: way,
  })
  .meta({ title: 'Serial scanner' });

const usbId = z.int().min(1).max(0xffff);
const hidNames = {
  path: z.exactOptional(
    devicePath.meta({ description: 'The hidraw device, best a link under /dev/gate-reader: numbers change at every replug' }),
  ),
  vendorId: z.exactOptional(usbId).describe('USB vendor id, e.g. 0x0c2e; together with productId'),
  productId: z.exactOptional(usbId).describe('USB product id; together with vendorId'),
  serialNumber: z
    .exactOptional(z.string().min(1).max(126))
    .describe('Serial number of the device: stays the same in whatever socket it is; doctor lists them'),
};

const hidPos = z
  .strictObject({ id, kind: z.literal('hid-pos').describe('A scanner in USB HID POS mode'), ...hidNames, direction: way })
  .meta({ title: 'HID POS scanner' });

const hidKeyboard = z
  .strictObject({
    id,
    kind: z.literal('hid-keyboard').describe('A scanner that types like a keyboard; letters beyond ASCII are lost'),
    ...hidNames,
    layout: z.enum(['us', 'de']).default('us').describe('The keyboard layout the scanner is set to: us or de'),
    direction: way,
  })
  .meta({ title: 'HID keyboard scanner' });

const stdin = z
  .strictObject({ id, kind: z.literal('stdin').describe('Standard input, one code a line'), direction: way })
  .meta({ title: 'Standard input' });

/** The kinds this version reads. */
const SCANNER_KINDS = [serial, camera({ id, way, devicePath }), hidPos, hidKeyboard, stdin] as const;

export const scannersSchema = z
  .array(z.discriminatedUnion('kind', SCANNER_KINDS))
  .min(1)
  .meta({ title: 'Scanners', description: 'The scanners attached to this reader, one or more; all are live at once' });

/** Two scanners must differ in their id and in the device they read; a HID device must be named. */
export function scannerRules(root: unknown): Finding[] {
  const scanners = valueAt(root, ['scanners']);
  if (!Array.isArray(scanners)) return [];
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  for (const [index, scanner] of scanners.entries()) {
    if (!isMap(scanner)) continue;
    findings.push(...cameraRules(scanner, ['scanners', index]));
    if (isUnnamedHid(scanner)) findings.push({ path: ['scanners', index], code: 'config.fault.hid-device' });
    for (const [key, name] of [['id', scanner['id']] as const, ...deviceNames(scanner)]) {
      if (typeof name !== 'string') continue;
      const first = seen.get(`${key} ${name}`);
      seen.set(`${key} ${name}`, first ?? index);
      if (first === undefined) continue;
      const code = key === 'id' ? 'config.fault.scanner-id-twice' : 'config.fault.scanner-device-twice';
      findings.push({
        path: ['scanners', index, key],
        code,
        params: { found: JSON.stringify(name), first: `scanners[${first}]` },
      });
    }
  }
  return findings;
}

type Scanner = Record<string, unknown>;

function isHid(scanner: Scanner): boolean {
  return scanner['kind'] === 'hid-pos' || scanner['kind'] === 'hid-keyboard';
}

function isUnnamedHid(scanner: Scanner): boolean {
  if (!isHid(scanner)) return false;
  const { path, serialNumber, vendorId, productId } = scanner;
  return (vendorId === undefined) !== (productId === undefined) || (path ?? serialNumber ?? vendorId) === undefined;
}

/** The device a scanner reads, with the key that a fault about it points to. */
function deviceNames(scanner: Scanner): [string, unknown][] {
  if (scanner['kind'] === 'stdin') return [['kind', 'stdin']];
  if (!isHid(scanner) || scanner['path'] !== undefined) return [['path', scanner['path']]];
  const { serialNumber, vendorId, productId } = scanner;
  if (serialNumber !== undefined) return [['serialNumber', serialNumber]];
  const usb = typeof vendorId === 'number' && typeof productId === 'number';
  return usb ? [['productId', [vendorId, productId].map((each) => each.toString(16).padStart(4, '0')).join(':')]] : [];
}
