// Where a HID POS report holds length, AIM identifier, data and "more follows". The device's report descriptor decides; where
// it describes no such report or its reports look different, the layouts known from makers' devices do. Pure; never throws.
//
//   A Honeywell, Access-IS  64 bytes: 0 id 02 | 1 length 0..56 | 2-4 ']' 'Q' '1' | 5-60 data | 61 maker's | 62 00 | 63.0 more
//   B Newland FM420         64 bytes: 0 id 02 | 1 length 0..56 | 2-57 data                | 58-62 maker's       | 63.0 more
//   C                       62 bytes: 0 id 02 | 1 length 0..56 | 2-4 AIM id | 5-60 data                         | 61.0 more
//
// Usages: HID Usage Tables, bar code scanner page 0x8C: FB-FD symbology identifier, FE decoded data, FF decoded data
// continued; generic desktop page: 3B byte count.

import { type InputField, type ReportDescriptor, usage } from './hid-descriptor.ts';

export interface PosLayout {
  /** 0: the reports have no id. */
  readonly reportId: number;
  readonly reportBytes: number;
  readonly lengthAt: number;
  /** Where the three bytes of the AIM identifier are; absent: the layout has none. */
  readonly aimAt?: number;
  readonly dataAt: number;
  readonly dataBytes: number;
  readonly moreAt: number;
  /** The bit of that byte. */
  readonly moreMask: number;
}

/** HID Usage Tables: bar code scanner page, bar code scanner. */
export const BAR_CODE_SCANNER = usage(0x8c, 0x02);
const BYTE_COUNT = usage(0x01, 0x3b);
const SYMBOLOGY = usage(0x8c, 0xfb);
const DATA = usage(0x8c, 0xfe);
const CONTINUED = usage(0x8c, 0xff);

const COMMON = { reportId: 2, lengthAt: 1, dataBytes: 56, moreMask: 1 };
export const LAYOUT_A: PosLayout = { ...COMMON, reportBytes: 64, aimAt: 2, dataAt: 5, moreAt: 63 };
export const LAYOUT_B: PosLayout = { ...COMMON, reportBytes: 64, dataAt: 2, moreAt: 63 };
export const LAYOUT_C: PosLayout = { ...COMMON, reportBytes: 62, aimAt: 2, dataAt: 5, moreAt: 61 };

const BRACKET = 0x5d;

/** The layout that a descriptor describes; undefined where it has no report with byte count, data and continuation. */
export function describedLayout(descriptor: ReportDescriptor): PosLayout | undefined {
  for (const data of descriptor.fields.filter((field) => field.usages[0] === DATA && field.bits === 8)) {
    const siblings = descriptor.fields.filter((field) => field.reportId === data.reportId);
    const [length, aim, more] = [BYTE_COUNT, SYMBOLOGY, CONTINUED].map((wanted) => firstBit(siblings, wanted));
    if (length === undefined || more === undefined) continue;
    if ([data.bitOffset, length, aim ?? 0].some((bit) => bit % 8 !== 0)) continue;
    return {
      reportId: data.reportId,
      reportBytes: descriptor.reportBytes.get(data.reportId) ?? 0,
      lengthAt: length / 8,
      ...(aim === undefined ? {} : { aimAt: aim / 8 }),
      dataAt: data.bitOffset / 8,
      dataBytes: data.count,
      moreAt: Math.floor(more / 8),
      moreMask: 1 << (more % 8),
    };
  }
  return undefined;
}

function firstBit(fields: readonly InputField[], wanted: number): number | undefined {
  for (const { usages, count, bitOffset, bits } of fields) {
    const index = usages.indexOf(wanted);
    if (index >= 0 && index < count) return bitOffset + index * bits;
  }
  return undefined;
}

/**
 * The layout of a code's first report; undefined where it fits none. A described layout is believed as long as the reports
 * have its length and, where it has a place for an AIM identifier, hold one (or zeros) there.
 */
export function layoutOf(report: Uint8Array, described: PosLayout | undefined): PosLayout | undefined {
  if (described && fits(report, described) && isAimPlausible(report, described.aimAt)) return described;
  if (report[0] !== COMMON.reportId) return undefined;
  if (report.length === LAYOUT_C.reportBytes) return LAYOUT_C;
  if (report.length !== LAYOUT_A.reportBytes) return undefined;
  return report[2] === BRACKET || report[3] === BRACKET ? LAYOUT_A : LAYOUT_B;
}

/** Whether a report has the length and the id of a layout. */
export function fits(report: Uint8Array, { reportId, reportBytes }: PosLayout): boolean {
  return report.length === reportBytes && (reportId === 0 || report[0] === reportId);
}

function isAimPlausible(report: Uint8Array, aimAt: number | undefined): boolean {
  if (aimAt === undefined || aimShift(report, aimAt) !== undefined) return true;
  return report.subarray(aimAt, aimAt + 3).every((byte) => byte === 0);
}

/** 0, or 1 where a device puts one byte before the `]`; undefined where there is no AIM identifier. */
export function aimShift(report: Uint8Array, aimAt: number): 0 | 1 | undefined {
  if (aimIdentifier(report, aimAt) !== undefined) return 0;
  return aimIdentifier(report, aimAt + 1) === undefined ? undefined : 1;
}

/** ISO/IEC 15424: `]`, a letter for the symbology, a character for its options; the two characters after `]`. */
export function aimIdentifier(report: Uint8Array, at: number): string | undefined {
  const text = String.fromCharCode(...report.subarray(at, at + 3));
  return /^\]([A-Za-z][0-9A-Za-z])$/.exec(text)?.[1];
}
