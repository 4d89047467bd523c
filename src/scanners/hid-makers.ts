// The makers whose scanners are known: a table, from which the udev rules are generated. A new maker is one entry.

export interface ScannerMaker {
  /** USB vendor id, 0 to 0xffff. */
  readonly vendorId: number;
  readonly name: string;
  /** What else the vendor id stands for: `scanners` alone, or also chips and keyboards that are no scanner. */
  readonly makes: 'scanners' | 'serial adapters';
  /** Feature report that a HID POS scanner may want before it sends, its id first. A device that refuses it needs none. */
  readonly start?: readonly number[];
}

/** Vendor ids as in the public list of USB ids (linux-usb.org). */
export const SCANNER_MAKERS: readonly ScannerMaker[] = [
  { vendorId: 0x0536, name: 'Hand Held Products (Honeywell)', makes: 'scanners', start: [0xfe, 0x01] },
  { vendorId: 0x05e0, name: 'Symbol (Zebra)', makes: 'scanners' },
  { vendorId: 0x05f9, name: 'PSC (Datalogic)', makes: 'scanners' },
  { vendorId: 0x0c2e, name: 'Metrologic (Honeywell)', makes: 'scanners', start: [0xfe, 0x01] },
  { vendorId: 0x0db5, name: 'Access IS', makes: 'scanners' },
  { vendorId: 0x1a86, name: 'QinHeng (CH340 adapters)', makes: 'serial adapters' },
  { vendorId: 0x1eab, name: 'Newland', makes: 'scanners' },
];

/** The feature report to send after opening, if the maker's devices may need one. */
export function startReport(vendorId: number): readonly number[] | undefined {
  return SCANNER_MAKERS.find((maker) => maker.vendorId === vendorId)?.start;
}
