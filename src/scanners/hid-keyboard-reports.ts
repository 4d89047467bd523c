// From keyboard reports to codes: typed characters up to Enter, keypad Enter, Tab or a pause. Pure; holds at most 4,096 bytes;
// every code is marked lossy, because keyboard mode drops letters beyond ASCII without a trace.

import { codeWithIdentifier, type Discarded, type Framed, LINE_BYTES_MAX, overlong } from './framing.ts';
import { parseReportDescriptor } from './hid-descriptor.ts';
import type { KeyboardLayout } from './hid-keyboard-layouts.ts';
import { type KeyLayout, keyLayout, keysDown } from './hid-keys.ts';
import type { ReportReader } from './hid-reader.ts';
import { ENDLESS_BYTES } from './lines.ts';
import { type Typed, Typing } from './hid-typing.ts';

/** Scanners type a key in 1 to 40 ms; nothing for this long is the end of a code without Enter. */
const PAUSE_MS = 150;
const SENSELESS_REPORTS = 3;

export class KeyboardReader implements ReportReader {
  readonly silenceMs = PAUSE_MS;
  readonly #layout: KeyboardLayout;
  #keys: KeyLayout = keyLayout(undefined);
  #typing: Typing;
  readonly #held = Buffer.allocUnsafeSlow(LINE_BYTES_MAX);
  #heldBytes = 0;
  #begun = false;
  #discarding = false;
  #senselessReports = 0;
  /** Bytes of the code that is being given up. */
  #overlongBytes = 0;
  readonly #discarded = { overlong: 0, silence: 0, unplugged: 0, malformed: 0 };

  constructor(layout: KeyboardLayout) {
    this.#layout = layout;
    this.#typing = new Typing(layout);
  }

  attach(descriptor: Uint8Array): void {
    this.lost();
    this.#senselessReports = 0;
    this.#keys = keyLayout(parseReportDescriptor(descriptor));
    this.#typing = new Typing(this.#layout);
  }

  get discarded(): Discarded {
    return this.#discarded;
  }

  get pending(): boolean {
    return this.#begun;
  }

  get trouble(): ReportReader['trouble'] {
    if (this.#senselessReports >= SENSELESS_REPORTS) return 'senseless';
    return this.#overlongBytes > ENDLESS_BYTES ? 'unended' : undefined;
  }

  push(report: Uint8Array): readonly Framed[] {
    const keys = keysDown(report, this.#keys);
    if (keys === 'malformed') {
      this.#senselessReports += 1;
      this.#discarded.malformed += report.length + this.#heldBytes;
      this.#reset();
      return [];
    }
    this.#senselessReports = 0;
    // At a rollover the keys that are down show in a later report.
    if (keys === 'other' || keys === 'rollover') return [];
    return this.#typing.change(keys).flatMap((typed) => this.#type(typed));
  }

  silence(): Framed | undefined {
    return this.#finish()[0];
  }

  lost(): void {
    this.#discarded.unplugged += this.#heldBytes;
    this.#reset();
  }

  #type(typed: Typed): readonly Framed[] {
    if (typed.what === 'end') return this.#finish();
    this.#begun = true;
    const bytes = Buffer.from(typed.text);
    if (!this.#discarding && this.#heldBytes + bytes.length <= LINE_BYTES_MAX) {
      this.#heldBytes += bytes.copy(this.#held, this.#heldBytes);
      return [];
    }
    const first = !this.#discarding;
    this.#discarding = true;
    this.#discarded.overlong += this.#heldBytes + bytes.length;
    this.#overlongBytes += this.#heldBytes + bytes.length;
    this.#heldBytes = 0;
    return first ? [overlong()] : [];
  }

  #finish(): readonly Framed[] {
    const code = codeWithIdentifier(this.#held.subarray(0, this.#heldBytes));
    this.#reset();
    return code.bytes.length === 0 ? [] : [{ ...code, lossy: true }];
  }

  #reset(): void {
    this.#heldBytes = 0;
    this.#begun = false;
    this.#discarding = false;
    this.#overlongBytes = 0;
  }
}
