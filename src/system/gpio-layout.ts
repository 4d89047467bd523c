// The structures of the GPIO character device's second interface, as bytes. Source: include/uapi/linux/gpio.h (Linux >= 5.10);
// the layout is the same on every 64-bit little-endian machine, because the kernel pads each one to 8 bytes.
//
//   gpiochip_info 68              gpio_v2_line_info 256          gpio_v2_line_values 16
//     0 name[32]                    0 name[32]                     0 bits u64
//    32 label[32]                  32 consumer[32]                 8 mask u64
//    64 lines u32                  64 offset u32
//                                  68 num_attrs u32              gpio_v2_line_config_attribute 24
//   gpio_v2_line_request 592       72 flags u64                    0 id u32, 4 padding u32
//     0 offsets[64] u32            80 attrs[10] x 16               8 flags or values u64
//   256 consumer[32]              240 padding[4] u32              16 mask u64
//   288 config.flags u64
//   296 config.num_attrs u32, 300 config.padding[5] u32
//   320 config.attrs[10] x 24
//   560 num_lines u32, 564 event_buffer_size u32, 568 padding[5] u32
//   588 fd i32 (the kernel's answer)
//
//   gpio_v2_line_event 48: 0 timestamp_ns u64 (CLOCK_MONOTONIC) | 8 id u32: 1 rising, 2 falling, of the logical level |
//     12 offset u32 | 16 seqno u32 | 20 line_seqno u32, from 1, without gaps but for lost events | 24 padding[6] u32

/** `_IOR`/`_IOWR` of type 0xB4: direction << 30 | size << 16 | 0xB4 << 8 | number. */
export const IOCTL = {
  chipInfo: 0x8044b401,
  lineInfo: 0xc100b405,
  requestLines: 0xc250b407,
  getValues: 0xc010b40e,
  setValues: 0xc010b40f,
} as const;

const FLAG_USED = 1n << 0n;
const FLAG_ACTIVE_LOW = 1n << 1n;
const FLAG_INPUT = 1n << 2n;
const FLAG_OUTPUT = 1n << 3n;
const FLAG_BOTH_EDGES = (1n << 4n) | (1n << 5n);
const FLAG_PULL = { up: 1n << 8n, down: 1n << 9n, none: 1n << 10n };
const ATTRIBUTE_FLAGS = 1;
const ATTRIBUTE_VALUES = 2;
const ATTRIBUTE_DEBOUNCE = 3;

const RISING = 1;

const NAME_BYTES = 32;
/** GPIO_V2_LINES_MAX. */
const LINES_MAX = 64;
const REQUEST = {
  bytes: 592,
  consumer: 256,
  flags: 288,
  attributeCount: 296,
  attributes: 320,
  lineCount: 560,
  eventBuffer: 564,
  fd: 588,
};
const ATTRIBUTE_BYTES = 24;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A zero-terminated name; without a zero all 32 bytes are the name. */
function nameAt(bytes: Uint8Array, offset: number): string {
  const field = bytes.subarray(offset, offset + NAME_BYTES);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** An empty gpiochip_info for the kernel to fill in. */
export const chipInfoBytes = (): Uint8Array => new Uint8Array(68);

export interface ChipInfo {
  readonly name: string;
  readonly label: string;
  readonly lines: number;
}

export function readChipInfo(bytes: Uint8Array): ChipInfo {
  return { name: nameAt(bytes, 0), label: nameAt(bytes, 32), lines: view(bytes).getUint32(64, true) };
}

/** A gpio_v2_line_info that asks for one line. */
export function lineInfoBytes(offset: number): Uint8Array {
  const bytes = new Uint8Array(256);
  view(bytes).setUint32(64, offset, true);
  return bytes;
}

export interface LineInfo {
  readonly offset: number;
  readonly name: string;
  /** Who holds the line; undefined: nobody. Empty where its holder gave no name. */
  readonly consumer: string | undefined;
}

export function readLineInfo(bytes: Uint8Array): LineInfo {
  const used = (view(bytes).getBigUint64(72, true) & FLAG_USED) !== 0n;
  return { offset: view(bytes).getUint32(64, true), name: nameAt(bytes, 0), consumer: used ? nameAt(bytes, 32) : undefined };
}

export interface OutputLine {
  /** Offset on its chip. */
  readonly offset: number;
  /** Active is the low level. */
  readonly activeLow: boolean;
}

/**
 * A gpio_v2_line_request for 1-64 outputs that are inactive from the first moment: the values go with the request, so that
 * no line is driven active, not even for a microsecond. @throws RangeError for more lines, or none
 */
export function requestBytes(lines: readonly OutputLine[], consumer: string): Uint8Array {
  if (lines.length === 0 || lines.length > LINES_MAX) throw new RangeError(`${lines.length} lines, wanted 1 to ${LINES_MAX}`);
  const activeLow = maskOf(lines.map((line) => line.activeLow));
  const attributes: Attribute[] = [[ATTRIBUTE_VALUES, 0n, maskOf(lines.map(() => true))]];
  if (activeLow !== 0n) attributes.push([ATTRIBUTE_FLAGS, FLAG_OUTPUT | FLAG_ACTIVE_LOW, activeLow]);
  const offsets = lines.map(({ offset }) => offset);
  return lineRequest({ offsets, consumer, flags: FLAG_OUTPUT, attributes });
}

/** `id`, flags or values or microseconds, and the mask of the lines it is for. */
type Attribute = readonly [number, bigint, bigint];

interface LineRequest {
  readonly offsets: readonly number[];
  readonly consumer: string;
  readonly flags: bigint;
  readonly attributes: readonly Attribute[];
  readonly eventBuffer?: number;
}

function lineRequest({ offsets, consumer, flags, attributes, eventBuffer = 0 }: LineRequest): Uint8Array {
  const bytes = new Uint8Array(REQUEST.bytes);
  const words = view(bytes);
  for (const [index, offset] of offsets.entries()) words.setUint32(index * 4, offset, true);
  // The last byte stays zero: the kernel wants a terminated name.
  bytes.set(new TextEncoder().encode(consumer).subarray(0, NAME_BYTES - 1), REQUEST.consumer);
  words.setBigUint64(REQUEST.flags, flags, true);
  for (const [index, [id, value, mask]] of attributes.entries()) {
    const at = REQUEST.attributes + index * ATTRIBUTE_BYTES;
    words.setUint32(at, id, true);
    words.setBigUint64(at + 8, value, true);
    words.setBigUint64(at + 16, mask, true);
  }
  words.setUint32(REQUEST.attributeCount, attributes.length, true);
  words.setUint32(REQUEST.lineCount, offsets.length, true);
  words.setUint32(REQUEST.eventBuffer, eventBuffer, true);
  return bytes;
}

export interface InputLine extends OutputLine {
  /** The chip's resistor; absent: as the system left it. A chip that has none ignores it. */
  readonly pull?: 'up' | 'down' | 'none' | undefined;
  /** How long a level must stay before it is told, in milliseconds; 0: not at all. */
  readonly debounceMs: number;
}

/** A gpio_v2_line_request for one input that tells of both edges; `eventBuffer`: how many the kernel keeps for us. */
export function inputRequestBytes(line: InputLine, consumer: string, eventBuffer: number): Uint8Array {
  const low = line.activeLow ? FLAG_ACTIVE_LOW : 0n;
  const pull = line.pull === undefined ? 0n : FLAG_PULL[line.pull];
  const attributes: Attribute[] = line.debounceMs === 0 ? [] : [[ATTRIBUTE_DEBOUNCE, BigInt(line.debounceMs) * 1000n, 1n]];
  return lineRequest({
    offsets: [line.offset],
    consumer,
    flags: FLAG_INPUT | FLAG_BOTH_EDGES | low | pull,
    attributes,
    eventBuffer,
  });
}

export const EDGE_BYTES = 48;

/** One change of a line as the kernel saw it. */
export interface Edge {
  /** By CLOCK_MONOTONIC, with fractions. */
  readonly monotonicMs: number;
  readonly active: boolean;
  /** Counts the line's edges from 1; a gap: edges were lost. */
  readonly sequence: number;
}

/** The whole gpio_v2_line_event structures in `bytes`, in order. */
export function readEdges(bytes: Uint8Array): Edge[] {
  const words = view(bytes);
  return Array.from({ length: Math.floor(bytes.length / EDGE_BYTES) }, (_, index) => {
    const at = index * EDGE_BYTES;
    return {
      monotonicMs: Number(words.getBigUint64(at, true)) / 1e6,
      active: words.getUint32(at + 8, true) === RISING,
      sequence: words.getUint32(at + 20, true),
    };
  });
}

/** The file descriptor of the requested lines, from the kernel's answer. */
export function requestedFd(bytes: Uint8Array): number {
  return view(bytes).getInt32(REQUEST.fd, true);
}

/** A gpio_v2_line_values that sets all lines of a request, in its order; true is active. */
export function valuesBytes(active: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(16);
  view(bytes).setBigUint64(0, maskOf(active), true);
  view(bytes).setBigUint64(8, maskOf(active.map(() => true)), true);
  return bytes;
}

/** Whether the first line of a request is active, from the kernel's answer to `getValues`. */
export function firstValue(bytes: Uint8Array): boolean {
  return (view(bytes).getBigUint64(0, true) & 1n) !== 0n;
}

function maskOf(bits: readonly boolean[]): bigint {
  return bits.reduce((mask, bit, index) => (bit ? mask | (1n << BigInt(index)) : mask), 0n);
}
