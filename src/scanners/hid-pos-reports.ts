// From HID POS reports to codes: the bytes of all reports of a code are collected and handed on undecoded, so that a letter
// split between two reports stays whole. Pure; holds at most 4,096 bytes; counts every byte it gives up.

import { codeOf, codeWithIdentifier, type Discarded, type Framed, LINE_BYTES_MAX, overlong } from './framing.ts';
import { parseReportDescriptor, type ReportDescriptor } from './hid-descriptor.ts';
import { aimIdentifier, aimShift, describedLayout, fits, layoutOf, type PosLayout } from './hid-pos-layout.ts';
import type { ReportReader } from './hid-reader.ts';
import { ENDLESS_BYTES, SILENCE_MS, STOPPED_CODES } from './lines.ts';

/** AIM identifiers under which scanners send answers to commands: no codes. */
const REPLIES: ReadonlySet<string> = new Set(['Z6', 'X0']);
/** So many reports in a row without sense are no chance. */
const SENSELESS_REPORTS = 3;

/** The layout and symbology of the code that has begun. */
interface Begun {
  readonly layout: PosLayout;
  readonly shift: 0 | 1;
  readonly symbology: string | undefined;
}

export class PosReader implements ReportReader {
  readonly silenceMs = SILENCE_MS;
  #descriptor: ReportDescriptor | undefined;
  #described: PosLayout | undefined;
  readonly #held = Buffer.allocUnsafeSlow(LINE_BYTES_MAX);
  #heldBytes = 0;
  #begun: Begun | undefined;
  #discarding = false;
  #senselessReports = 0;
  #stoppedCodes = 0;
  /** Bytes of the code that is being given up. */
  #overlongBytes = 0;
  readonly #discarded = { overlong: 0, silence: 0, unplugged: 0, malformed: 0 };

  attach(descriptor: Uint8Array): void {
    this.lost();
    this.#senselessReports = 0;
    this.#stoppedCodes = 0;
    this.#descriptor = parseReportDescriptor(descriptor);
    this.#described = this.#descriptor && describedLayout(this.#descriptor);
  }

  get discarded(): Discarded {
    return this.#discarded;
  }

  get pending(): boolean {
    return this.#begun !== undefined;
  }

  get trouble(): ReportReader['trouble'] {
    if (this.#senselessReports >= SENSELESS_REPORTS) return 'senseless';
    return this.#stoppedCodes >= STOPPED_CODES || this.#overlongBytes > ENDLESS_BYTES ? 'unended' : undefined;
  }

  push(report: Uint8Array): readonly Framed[] {
    if (this.#isOtherReport(report)) return [];
    const layout = this.#begun?.layout ?? layoutOf(report, this.#described);
    if (layout === undefined || !fits(report, layout)) return this.#malformed(report);
    const aimAt = layout.aimAt;
    const shift = this.#begun?.shift ?? (aimAt === undefined ? 0 : (aimShift(report, aimAt) ?? 0));
    const symbology = aimAt === undefined ? undefined : aimIdentifier(report, aimAt + shift);
    const length = report[layout.lengthAt] ?? 0;
    if (length > layout.dataBytes) return this.#malformed(report);
    this.#senselessReports = 0;
    if (symbology !== undefined && REPLIES.has(symbology)) return [];
    this.#begun ??= { layout, shift, symbology };
    const start = layout.dataAt + shift;
    const tooLong = this.#collect(report.subarray(start, start + length));
    if (((report[layout.moreAt] ?? 0) & layout.moreMask) !== 0) return tooLong ? [overlong()] : [];
    const code = this.#finish(this.#begun.symbology);
    return tooLong ? [overlong()] : code;
  }

  silence(): undefined {
    this.#stoppedCodes += 1;
    this.#drop('silence');
  }

  lost(): void {
    this.#drop('unplugged');
  }

  /** Status and settings reports of the same device have their own ids and are no codes. */
  #isOtherReport(report: Uint8Array): boolean {
    const id = report[0] ?? 0;
    if (this.#described === undefined || this.#described.reportId === 0 || id === this.#described.reportId) return false;
    return this.#descriptor?.reportBytes.get(id) === report.length;
  }

  /** True at the moment when the code becomes too long; from then on its bytes are only counted. */
  #collect(data: Uint8Array): boolean {
    if (!this.#discarding && this.#heldBytes + data.length <= LINE_BYTES_MAX) {
      this.#held.set(data, this.#heldBytes);
      this.#heldBytes += data.length;
      return false;
    }
    const first = !this.#discarding;
    this.#discarding = true;
    this.#discarded.overlong += this.#heldBytes + data.length;
    this.#overlongBytes += this.#heldBytes + data.length;
    this.#heldBytes = 0;
    return first;
  }

  #finish(symbology: string | undefined): readonly Framed[] {
    this.#stoppedCodes = 0;
    const whole = withoutLineEnd(this.#held.subarray(0, this.#heldBytes));
    const code = symbology === undefined ? codeWithIdentifier(whole) : codeOf(whole, symbology);
    this.#reset();
    return code.bytes.length === 0 ? [] : [code];
  }

  /** A report that fits nothing takes the code it came into with it: what is missing from that is unknown. */
  #malformed(report: Uint8Array): readonly Framed[] {
    this.#discarded.malformed += this.#heldBytes + report.length;
    this.#senselessReports += 1;
    this.#reset();
    return [];
  }

  #drop(cause: 'silence' | 'unplugged'): void {
    this.#discarded[cause] += this.#heldBytes;
    this.#reset();
  }

  #reset(): void {
    this.#heldBytes = 0;
    this.#begun = undefined;
    this.#discarding = false;
    this.#overlongBytes = 0;
  }
}

/** A scanner set up with a CR suffix sends it in the frame too: one CR, LF or CR LF goes, nothing else. */
function withoutLineEnd(code: Buffer): Buffer {
  const end = /\r?\n$|\r$/.exec(code.toString('latin1', Math.max(0, code.length - 2)))?.[0].length ?? 0;
  return code.subarray(0, code.length - end);
}
