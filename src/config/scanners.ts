// The configuration of scanners: one schema a kind. A new kind is one entry in SCANNER_KINDS (and leaves LATER_SCANNER_KINDS).

import * as z from 'zod';
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

const stdin = z
  .strictObject({ id, kind: z.literal('stdin').describe('Standard input, one code a line'), direction: way })
  .meta({ title: 'Standard input' });

/** The kinds this version reads. */
const SCANNER_KINDS = [serial, stdin] as const;

/** Kinds of the contract that come with a later version. */
export const LATER_SCANNER_KINDS: readonly string[] = ['hid-pos', 'hid-keyboard', 'camera'];

export const scannersSchema = z
  .array(z.discriminatedUnion('kind', SCANNER_KINDS))
  .min(1)
  .meta({ title: 'Scanners', description: 'The scanners attached to this reader, one or more; all are live at once' });

/** Two scanners must differ in their id and in the device they read. */
export function scannerRules(root: unknown): Finding[] {
  const scanners = valueAt(root, ['scanners']);
  if (!Array.isArray(scanners)) return [];
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  for (const [index, scanner] of scanners.entries()) {
    if (!isMap(scanner)) continue;
    const device = scanner['kind'] === 'stdin' ? 'kind' : 'path';
    for (const key of ['id', device]) {
      const value = scanner[key];
      if (typeof value !== 'string') continue;
      const first = seen.get(`${key} ${value}`);
      seen.set(`${key} ${value}`, first ?? index);
      if (first === undefined) continue;
      const code = key === 'id' ? 'config.fault.scanner-id-twice' : 'config.fault.scanner-device-twice';
      findings.push({
        path: ['scanners', index, key],
        code,
        params: { found: JSON.stringify(value), first: `scanners[${first}]` },
      });
    }
  }
  return findings;
}
