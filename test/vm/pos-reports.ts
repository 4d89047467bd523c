// A code as a HID POS scanner sends it: one report or several, in the layout that POS_DESCRIPTOR describes.
//
//   0 report id 02 | 1 length 0..56 | 2-4 "]Q1" | 5-60 data | 61-62 maker's | 63 bit 0: more follows

const REPORT_BYTES = 64;
const DATA_AT = 5;
const DATA_BYTES = 56;

/** Letters of several bytes are cut where the report is full, as real scanners do. */
export function posReports(code: string): Buffer[] {
  const bytes = Buffer.from(code, 'utf8');
  const count = Math.max(1, Math.ceil(bytes.length / DATA_BYTES));
  return Array.from({ length: count }, (_, index) => {
    const part = bytes.subarray(index * DATA_BYTES, (index + 1) * DATA_BYTES);
    const report = Buffer.alloc(REPORT_BYTES);
    report[0] = 2;
    report[1] = part.length;
    report.write(']Q1', 2, 'latin1');
    report.set(part, DATA_AT);
    report[REPORT_BYTES - 1] = index < count - 1 ? 1 : 0;
    return report;
  });
}
