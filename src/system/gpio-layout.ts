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

/** `_IOR`/`_IOWR` of type 0xB4: direction << 30 | size << 16 | 0xB4 << 8 | number. */
export const IOCTL = {
  chipInfo: 0x8044b401,
  lineInfo: 0xc100b405,
  requestLines: 0xc250b407,
  setValues: 0xc010b40f,
} as const;

const FLAG_USED = 1n << 0n;
const FLAG_ACTIVE_LOW = 1n << 1n;
const FLAG_OUTPUT = 1n << 3n;
const ATTRIBUTE_FLAGS = 1;
const ATTRIBUTE_VALUES = 2;

const NAME_BYTES = 32;
/** GPIO_V2_LINES_MAX. */
const LINES_MAX = 64;
const REQUEST = { bytes: 592, consumer: 256, flags: 288, attributeCount: 296, attributes: 320, lineCount: 560, fd: 588 };
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
  const bytes = new Uint8Array(REQUEST.bytes);
  const words = view(bytes);
  for (const [index, { offset }] of lines.entries()) words.setUint32(index * 4, offset, true);
  // The last byte stays zero: the kernel wants a terminated name.
  bytes.set(new TextEncoder().encode(consumer).subarray(0, NAME_BYTES - 1), REQUEST.consumer);
  words.setBigUint64(REQUEST.flags, FLAG_OUTPUT, true);
  const activeLow = maskOf(lines.map((line) => line.activeLow));
  const attributes: [number, bigint, bigint][] = [[ATTRIBUTE_VALUES, 0n, maskOf(lines.map(() => true))]];
  if (activeLow !== 0n) attributes.push([ATTRIBUTE_FLAGS, FLAG_OUTPUT | FLAG_ACTIVE_LOW, activeLow]);
  for (const [index, [id, value, mask]] of attributes.entries()) {
    const at = REQUEST.attributes + index * ATTRIBUTE_BYTES;
    words.setUint32(at, id, true);
    words.setBigUint64(at + 8, value, true);
    words.setBigUint64(at + 16, mask, true);
  }
  words.setUint32(REQUEST.attributeCount, attributes.length, true);
  words.setUint32(REQUEST.lineCount, lines.length, true);
  return bytes;
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

function maskOf(bits: readonly boolean[]): bigint {
  return bits.reduce((mask, bit, index) => (bit ? mask | (1n << BigInt(index)) : mask), 0n);
}
