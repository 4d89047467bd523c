// Input lines of the fake kernel (gpio-kernel.ts): a real descriptor that becomes readable when the test pulls the line, with
// the kernel's own records. Bounces are not simulated: what debounce was asked for is shown.

import { closeSync } from 'node:fs';
import { type DeviceEnd, deviceEnd } from './socket-pair.ts';

const VALID_FLAGS = 0x1fffn;
const [ACTIVE_LOW, INPUT, EDGES, PULL_UP, PULLS] = [2n, 4n, 0x30n, 0x100n, 0x700n];
const DEBOUNCE = 3;

export interface FakeInputs {
  /** `pull` flags and microseconds of debounce of each held line, `path:offset`. */
  readonly asked: ReadonlyMap<string, { readonly flags: bigint; readonly debounceUs: number; readonly eventBuffer: number }>;
  /** The descriptor, or the negative errno. */
  request(line: string, bytes: Uint8Array): number;
  /** 0, or the negative errno; undefined: no input's descriptor. */
  values(fd: number, bytes: Uint8Array): number | undefined;
  /** The line that was given back; undefined: no input's descriptor. */
  close(fd: number): string | undefined;
  /** A level from outside; `unheard`: the record is lost, as when the kernel's buffer is full. */
  pull(line: string, level: boolean, unheard?: 'unheard'): void;
  unplug(path: string): void;
  plug(path: string): void;
  /** Milliseconds by which the records are stamped. */
  now: () => number;
}

interface Held {
  readonly line: string;
  readonly flags: bigint;
  readonly end: DeviceEnd;
  sequence: number;
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);

export function fakeInputs(): FakeInputs {
  const held = new Map<number, Held>();
  const levels = new Map<string, boolean>();
  const asked: Map<string, { flags: bigint; debounceUs: number; eventBuffer: number }> = new Map();
  const gone = new Set<string>();
  const active = ({ line, flags }: Held) => (levels.get(line) ?? (flags & PULL_UP) !== 0n) !== ((flags & ACTIVE_LOW) !== 0n);
  const inputs: FakeInputs = {
    asked,
    now: () => Number(process.hrtime.bigint()) / 1e6,
    request: (line, bytes) => {
      const words = view(bytes);
      const flags = words.getBigUint64(288, true);
      const pulls = flags & PULLS;
      if ((flags & ~VALID_FLAGS) !== 0n || (flags & EDGES) === 0n || (pulls & (pulls - 1n)) !== 0n) return -22;
      let debounceUs = 0;
      for (let index = 0; index < words.getUint32(296, true); index += 1) {
        const at = 320 + index * 24;
        if (words.getUint32(at, true) !== DEBOUNCE || words.getBigUint64(at + 16, true) !== 1n) return -22;
        debounceUs = words.getUint32(at + 8, true);
      }
      asked.set(line, { flags, debounceUs, eventBuffer: words.getUint32(564, true) });
      const end = deviceEnd();
      held.set(end.fd, { line, flags, end, sequence: 0 });
      words.setInt32(588, end.fd, true);
      return end.fd;
    },
    values: (fd, bytes) => {
      const line = held.get(fd);
      if (!line) return undefined;
      if (gone.has(line.line.replace(/:.*$/u, ''))) return -19;
      if (view(bytes).getBigUint64(8, true) !== 1n) return -22;
      view(bytes).setBigUint64(0, active(line) ? 1n : 0n, true);
      return 0;
    },
    close: (fd) => {
      const line = held.get(fd);
      if (!line) return undefined;
      held.delete(fd);
      line.end.end();
      closeSync(fd);
      return line.line;
    },
    pull: (line, level, unheard) => {
      levels.set(line, level);
      for (const one of held.values()) {
        if (one.line !== line) continue;
        one.sequence += 1;
        if (!unheard) one.end.send(edge(inputs.now(), active(one), one.sequence));
      }
    },
    plug: (path) => void gone.delete(path),
    unplug: (path) => {
      gone.add(path);
      for (const { line, end } of held.values()) if (line.startsWith(`${path}:`)) end.end();
    },
  };
  return inputs;
}

function edge(atMs: number, active: boolean, sequence: number): Buffer {
  const bytes = Buffer.alloc(48);
  bytes.writeBigUInt64LE(BigInt(Math.round(atMs * 1e6)), 0);
  bytes.writeUInt32LE(active ? 1 : 2, 8);
  bytes.writeUInt32LE(sequence, 16);
  bytes.writeUInt32LE(sequence, 20);
  return bytes;
}

/** Whether a gpio_v2_line_request is for an input. */
export const wantsInput = (bytes: Uint8Array): boolean => (view(bytes).getBigUint64(288, true) & INPUT) !== 0n;
