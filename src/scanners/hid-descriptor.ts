// A HID report descriptor -> the input fields a device says it sends. Pure; never throws: a descriptor that is cut, nests
// wrongly or describes more than a report can hold is `undefined`. It is what the device says, not what it does.
//
// Device Class Definition for HID 1.11, 6.2.2: short items are one byte (tag 4 bits, type 2, size code 2) and 0, 1, 2 or 4
// bytes of little-endian data; 0xFE begins a long item, which nobody uses and which is skipped.

export interface InputField {
  /** 0 where the device has no report ids. */
  readonly reportId: number;
  /** From the first bit of the report as hidraw delivers it, its report id included. */
  readonly bitOffset: number;
  /** Size of one element, in bits. */
  readonly bits: number;
  readonly count: number;
  /** An array holds which usages are on; otherwise every element is the value of its own usage. */
  readonly array: boolean;
  readonly logicalMin: number;
  /** Usage page in the upper 16 bits, usage in the lower; fewer than `count` of them: the last goes for the rest. */
  readonly usages: readonly number[];
}

export interface ReportDescriptor {
  /** Usages of the application collections: what the device is. */
  readonly applications: readonly number[];
  /** In the order described, without constant (padding) fields. */
  readonly fields: readonly InputField[];
  /** Bytes of each input report by its id, the id included. */
  readonly reportBytes: ReadonlyMap<number, number>;
}

/** HID_MAX_DESCRIPTOR_SIZE of Linux. */
const DESCRIPTOR_BYTES_MAX = 4096;
/** Far above any scanner's report; a lying descriptor must not cost memory. */
const REPORT_BITS_MAX = 65_536;
const USAGES_MAX = 1_024;
const DEPTH_MAX = 16;

/** A value of the `usages` above. */
export function usage(page: number, id: number): number {
  return page * 0x1_0000 + id;
}

/** Reads a descriptor as sysfs has it (`report_descriptor`); undefined where it cannot be one. */
export function parseReportDescriptor(bytes: Uint8Array): ReportDescriptor | undefined {
  if (bytes.length === 0 || bytes.length > DESCRIPTOR_BYTES_MAX) return undefined;
  const parser = new Parser();
  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at] ?? 0;
    if (prefix === 0xfe) {
      at += 3 + (bytes[at + 1] ?? 0);
      if (at > bytes.length) return undefined;
      continue;
    }
    const size = [0, 1, 2, 4][prefix & 3] ?? 0;
    if (at + 1 + size > bytes.length) return undefined;
    if (!parser.item(prefix & 0xfc, bytes.subarray(at + 1, at + 1 + size))) return undefined;
    at += 1 + size;
  }
  return parser.result();
}

interface Globals {
  page: number;
  logicalMin: number;
  bits: number;
  count: number;
  reportId: number;
}

/** Applies items one by one; `false` means that the descriptor cannot be true. */
class Parser {
  #globals: Globals = { page: 0, logicalMin: 0, bits: 0, count: 0, reportId: 0 };
  readonly #saved: Globals[] = [];
  #usages: number[] = [];
  #usageMin: number | undefined;
  #depth = 0;
  readonly #applications: number[] = [];
  readonly #fields: InputField[] = [];
  readonly #bitsOf = new Map<number, number>();

  item(tag: number, data: Uint8Array): boolean {
    const value = unsigned(data);
    switch (tag) {
      case 0x80: // Input
        return this.#input(value);
      case 0x90: // Output
      case 0xb0: // Feature
        return this.#endMain();
      case 0xa0: // Collection
        if (value === 1 && this.#usages[0] !== undefined) this.#applications.push(this.#usages[0]);
        this.#depth += 1;
        return this.#endMain() && this.#depth <= DEPTH_MAX;
      case 0xc0: // End Collection
        this.#depth -= 1;
        return this.#endMain() && this.#depth >= 0;
      case 0xa4: // Push
        this.#saved.push({ ...this.#globals });
        return this.#saved.length <= DEPTH_MAX;
      case 0xb4: {
        const saved = this.#saved.pop();
        if (saved) this.#globals = saved;
        return saved !== undefined;
      }
      default:
        return this.#setting(tag, value, data);
    }
  }

  result(): ReportDescriptor | undefined {
    if (this.#depth !== 0) return undefined;
    const reportBytes = new Map(Array.from(this.#bitsOf, ([id, bits]) => [id, Math.ceil(bits / 8)]));
    return { applications: this.#applications, fields: this.#fields, reportBytes };
  }

  #setting(tag: number, value: number, data: Uint8Array): boolean {
    if (tag === 0x04) this.#globals.page = value;
    else if (tag === 0x14) this.#globals.logicalMin = signed(data);
    else if (tag === 0x74) this.#globals.bits = value;
    else if (tag === 0x94) this.#globals.count = value;
    else if (tag === 0x84) {
      this.#globals.reportId = value;
      return value > 0 && value <= 0xff;
    } else if (tag === 0x08) this.#usages.push(this.#full(value, data));
    else if (tag === 0x18) this.#usageMin = this.#full(value, data);
    else if (tag === 0x28) return this.#usageRange(this.#full(value, data));
    return this.#usages.length <= USAGES_MAX;
  }

  /** Usages of 4 bytes bring their own page. */
  #full(value: number, data: Uint8Array): number {
    return data.length === 4 ? value : usage(this.#globals.page, value);
  }

  #usageRange(last: number): boolean {
    const first = this.#usageMin;
    this.#usageMin = undefined;
    if (first === undefined || last < first) return false;
    const room = Math.min(last - first + 1, USAGES_MAX - this.#usages.length);
    for (let each = 0; each < room; each += 1) this.#usages.push(first + each);
    return true;
  }

  #input(flags: number): boolean {
    const { reportId, bits, count, logicalMin } = this.#globals;
    const bitOffset = this.#bitsOf.get(reportId) ?? (reportId > 0 ? 8 : 0);
    const end = bitOffset + bits * count;
    if (end > REPORT_BITS_MAX || bits > 1024) return false;
    this.#bitsOf.set(reportId, end);
    if ((flags & 1) === 0 && bits > 0 && count > 0 && this.#usages.length > 0) {
      this.#fields.push({ reportId, bitOffset, bits, count, array: (flags & 2) === 0, logicalMin, usages: this.#usages });
    }
    return this.#endMain();
  }

  #endMain(): true {
    this.#usages = [];
    this.#usageMin = undefined;
    return true;
  }
}

function unsigned(data: Uint8Array): number {
  return data.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

function signed(data: Uint8Array): number {
  const value = unsigned(data);
  const span = 256 ** data.length;
  return data.length > 0 && value >= span / 2 ? value - span : value;
}
