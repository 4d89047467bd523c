// Which codes in front of the camera count. A code counts once while it stays in view; of several in view only the largest
// counts. Pure: times come in.

/** A code as it was found in one frame. */
export interface SeenCode {
  readonly bytes: Uint8Array;
  /** Its area in square pixels. */
  readonly area: number;
}

/** A code has left when it was not seen for this long, in frames that were looked at. */
const LEAVE_MS = 1_000;

interface Stay {
  seenMs: number;
  counted: boolean;
  /** When it was last seen beside a larger code. */
  besideMs: number;
}

export class Presence {
  readonly #stays = new Map<string, Stay>();

  /** Takes the codes of one frame with its monotonic time; the code that counts now, if any. */
  look(codes: readonly SeenCode[], atMs: number): SeenCode | undefined {
    const largest = codes.reduce<SeenCode | undefined>((best, code) => (best && best.area >= code.area ? best : code), undefined);
    const largestKey = largest && keyOf(largest);
    let counts: SeenCode | undefined;
    for (const code of codes) {
      const key = keyOf(code);
      const stay = this.#stays.get(key) ?? { seenMs: atMs, counted: false, besideMs: -Infinity };
      this.#stays.set(key, stay);
      stay.seenMs = atMs;
      if (key !== largestKey) stay.besideMs = atMs;
      // A neighbour whose larger code was missed in one frame is still only a neighbour.
      else if (!stay.counted && atMs - stay.besideMs >= LEAVE_MS) {
        stay.counted = true;
        counts = code;
      }
    }
    for (const [key, { seenMs }] of this.#stays) if (atMs - seenMs >= LEAVE_MS) this.#stays.delete(key);
    return counts;
  }
}

function keyOf({ bytes }: SeenCode): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
