// A kernel with GPIO chips as far as the daemon uses them, after drivers/gpio/gpiolib-cdev.c: it reads the same structures, and
// refuses a taken line, an unknown one, a second holder and what is no chip. No real kernel is behind it.

import type { GpioKernel } from '../../src/system/gpio.ts';
import { IOCTL } from '../../src/system/gpio-layout.ts';
import { type FakeInputs, fakeInputs, wantsInput } from './gpio-inputs.ts';

export interface FakeChip {
  readonly label: string;
  /** Names by offset; an empty one has none. */
  readonly lines: readonly string[];
  /** Who holds a line, by offset. */
  readonly taken?: Readonly<Record<number, string>>;
  /** Tells of no changes: it has no interrupts. */
  readonly deaf?: true;
}

export interface FakeGpio extends GpioKernel {
  /** Physical levels of driven lines, `path:offset`. */
  readonly levels: Map<string, boolean>;
  /** Every level that a line took, in order: `path:offset=level`. */
  readonly seen: string[];
  readonly held: Map<string, string>;
  readonly inputs: FakeInputs;
  unplug(path: string): void;
  plug(path: string, chip: FakeChip): void;
  /** Descriptors that are open. */
  open: GpioKernel['open'];
  opened(): number;
}

interface Request {
  readonly path: string;
  readonly offsets: readonly number[];
  readonly activeLow: bigint;
}

const text = (bytes: Uint8Array, at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);

export function fakeGpio(chips: Readonly<Record<string, FakeChip>>, denied: ReadonlySet<string> = new Set()): FakeGpio {
  const present = new Map(Object.entries(chips));
  const held = new Map<string, string>();
  for (const [path, { taken }] of present) for (const [at, who] of Object.entries(taken ?? {})) held.set(`${path}:${at}`, who);
  const descriptors = new Map<number, string | Request>();
  const inputs = fakeInputs();
  let last = 100_000;
  const levels = new Map<string, boolean>();
  const seen: string[] = [];
  const drive = ({ path, offsets, activeLow }: Request, bits: bigint) => {
    for (const [index, offset] of offsets.entries()) {
      const level = ((bits ^ activeLow) & (1n << BigInt(index))) !== 0n;
      if (levels.get(`${path}:${offset}`) !== level) seen.push(`${path}:${offset}=${Number(level)}`);
      levels.set(`${path}:${offset}`, level);
    }
  };
  const consumerOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(256, 288)).replace(/\0.*$/su, '');
  const requestInput = (path: string, chip: FakeChip, offsets: readonly number[], bytes: Uint8Array): number => {
    if (chip.deaf) return -6;
    const line = `${path}:${offsets.join()}`;
    const answer = inputs.request(line, bytes);
    if (answer > 0) held.set(line, consumerOf(bytes));
    return Math.min(answer, 0);
  };
  const request = (path: string, chip: FakeChip, bytes: Uint8Array): number => {
    const words = view(bytes);
    const offsets = Array.from({ length: words.getUint32(560, true) }, (_, index) => words.getUint32(index * 4, true));
    if (new Set(offsets).size !== offsets.length) return -16;
    if (offsets.some((offset) => offset >= chip.lines.length)) return -22;
    if (offsets.some((offset) => held.has(`${path}:${offset}`))) return -16;
    if (wantsInput(bytes)) return requestInput(path, chip, offsets, bytes);
    if ((words.getBigUint64(288, true) & 8n) === 0n) return -22;
    let [activeLow, values] = [0n, 0n];
    for (let index = 0; index < words.getUint32(296, true); index += 1) {
      const at = 320 + index * 24;
      const [value, mask] = [words.getBigUint64(at + 8, true), words.getBigUint64(at + 16, true)];
      if (words.getUint32(at, true) === 2) values = value & mask;
      else if ((value & 2n) !== 0n) activeLow = mask;
    }
    for (const offset of offsets) held.set(`${path}:${offset}`, consumerOf(bytes));
    const made = { path, offsets, activeLow };
    drive(made, values);
    last += 1;
    descriptors.set(last, made);
    words.setInt32(588, last, true);
    return 0;
  };
  return {
    levels,
    seen,
    held,
    opened: () => descriptors.size,
    inputs,
    unplug: (path) => {
      present.delete(path);
      inputs.unplug(path);
    },
    plug: (path, chip) => {
      present.set(path, chip);
      inputs.plug(path);
    },
    chips: () => [...present.keys()],
    open: (path) => {
      const code = denied.has(path) ? 'EACCES' : present.has(path) ? undefined : 'ENOENT';
      if (code !== undefined) throw Object.assign(new Error(code), { code });
      last += 1;
      descriptors.set(last, path);
      return last;
    },
    close: (fd) => {
      const input = inputs.close(fd);
      if (input !== undefined) {
        held.delete(input);
        return;
      }
      const gone = descriptors.get(fd);
      if (typeof gone === 'object') for (const offset of gone.offsets) held.delete(`${gone.path}:${offset}`);
      if (!descriptors.delete(fd)) throw new Error('EBADF');
    },
    ioctl: (fd, number, bytes) => {
      if (number === IOCTL.getValues) return inputs.values(fd, bytes) ?? -25;
      const opened = descriptors.get(fd);
      if (opened === undefined) return -9;
      const path = typeof opened === 'string' ? opened : opened.path;
      const chip = present.get(path);
      if (!chip) return -19;
      if (typeof opened === 'object') {
        if (number !== IOCTL.setValues) return -25;
        drive(opened, view(bytes).getBigUint64(0, true));
        return 0;
      }
      if (number === IOCTL.requestLines) return request(path, chip, bytes);
      if (number === IOCTL.chipInfo) {
        text(bytes, 32, chip.label);
        view(bytes).setUint32(64, chip.lines.length, true);
        return 0;
      }
      if (number !== IOCTL.lineInfo) return -25;
      const offset = view(bytes).getUint32(64, true);
      const name = chip.lines[offset];
      if (name === undefined) return -22;
      text(bytes, 0, name);
      const holder = held.get(`${path}:${offset}`);
      if (holder !== undefined) text(bytes, 32, holder);
      view(bytes).setBigUint64(72, holder === undefined ? 8n : 9n, true);
      return 0;
    },
  };
}
