// Defects that are put into a copy of the program on purpose: an experiment that does not come out red against its defect proves
// nothing. Each is one exact replacement in one file; a text that is no longer there is an error, never a success.

import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MACHINE_DEFECTS } from './machine-defects.ts';

export interface Defect {
  readonly name: string;
  /** What the program then does wrong. */
  readonly does: string;
  /** Which experiment must find it. */
  readonly experiment: string;
  /** How many rounds it gets for that. */
  readonly rounds: number;
  /** The parts of the experiment that are tried, each of which must find it; absent: all, and any of them. */
  readonly parts?: readonly string[];
  readonly file: string;
  readonly text: string;
  readonly instead: string;
}

export const DEFECTS: readonly Defect[] = [
  {
    name: 'commit-later',
    does: 'commits each 50 ms instead of with each scan',
    experiment: 'crash',
    rounds: 4,
    file: 'src/journal/journal.ts',
    text: 'open.connection.transaction(() => this.#insert(open, compose)).immediate();',
    instead: `(() => {
      if (!open.connection.inTransaction) {
        open.connection.exec('BEGIN IMMEDIATE');
        setTimeout(() => open.connection.exec('COMMIT'), 50);
      }
      return this.#insert(open, compose);
    })();`,
  },
  {
    name: 'sent-is-delivered',
    does: 'takes a message for delivered once it was written to the socket',
    experiment: 'cut',
    rounds: 2,
    // Without receipts: with them the centre's word decides, and this defect loses nothing. This reader meets a stall and a cut.
    parts: ['cut-4'],
    file: 'src/uplink/feed.ts',
    text: 'this.#drain.started(id, parcel.plan, parcel.to, parcel.payload.byteLength);',
    instead: `this.#drain.started(id, parcel.plan, parcel.to, parcel.payload.byteLength);
    this.#keeper.advance({ sent: parcel.to });`,
  },
  {
    name: 'hasty-reconnect',
    does: 'comes back to the broker at once, without back-off',
    experiment: 'cut',
    rounds: 2,
    parts: ['cut-1', 'cut-4'],
    file: 'src/uplink/forwarder.ts',
    text: 'setTimeout(() => this.#connect(), this.#delays.next().value)',
    instead: 'setTimeout(() => this.#connect(), 20)',
  },
  {
    name: 'unheard-is-delivered',
    does: 'takes "nobody subscribes" and refusals for delivered',
    experiment: 'broker',
    rounds: 2,
    parts: ['refusing'],
    file: 'src/uplink/session.ts',
    text: '} else if (reason === 0) {',
    instead: '} else if (reason < 0x100) {',
  },
  {
    name: 'receive-maximum-ignored',
    does: 'sends as much at once as it likes',
    experiment: 'broker',
    rounds: 1,
    parts: ['one-at-a-time'],
    file: 'src/uplink/drain.ts',
    text: 'this.#window = Math.min(this.#bounds.window, start.receiveMaximum);',
    instead: 'this.#window = this.#bounds.window;',
  },
  {
    name: 'sent-is-stored',
    does: 'starts after what the broker acknowledged, not after what the centre has',
    experiment: 'broker',
    rounds: 2,
    parts: ['full', 'full-disk'],
    file: 'src/uplink/feed.ts',
    text: "const done = this.#options.receipts === 'required' ? receipted : sent;",
    instead: 'const done = Math.max(receipted, sent);',
  },
  {
    name: 'batches-stay-large',
    does: 'sends the batch that failed again as it was, for ever',
    experiment: 'broker',
    rounds: 1,
    parts: ['untold-limit'],
    file: 'src/uplink/drain.ts',
    text: 'if (to > from) this.#appetite.failed(bytes);',
    instead: 'if (to < from) this.#appetite.failed(bytes);',
  },
  {
    name: 'pruned-once-sent',
    does: 'removes rows that the broker has acknowledged and the centre has not',
    experiment: 'centre',
    rounds: 1,
    parts: ['never'],
    file: 'src/main.ts',
    text: "if (receipts === 'required') return { through: cursors.receipted, byAgeAlone: false };",
    instead: "if (receipts === 'required') return { through: cursors.sent, byAgeAlone: false };",
  },
  {
    name: 'any-epoch',
    does: 'takes a receipt for another journal as one for this',
    experiment: 'centre',
    rounds: 1,
    parts: ['lying'],
    file: 'src/uplink/receipts.ts',
    text: "if (value['epoch'] !== standing.epoch) return refused('other-epoch');",
    instead: '',
  },
  {
    name: 'future-receipt',
    does: 'takes a receipt for events that do not exist yet',
    experiment: 'centre',
    rounds: 1,
    parts: ['lying'],
    file: 'src/uplink/receipts.ts',
    text: "if (sequence > standing.head) return refused('above-the-highest');",
    instead: '',
  },
  {
    name: 'resend-unclipped',
    does: 'looks for every row that the centre asks for, whether it exists or not',
    experiment: 'centre',
    rounds: 1,
    parts: ['forgetful'],
    file: 'src/uplink/receipts.ts',
    text: 'resend: clip(ranges, standing.first, standing.head)',
    instead: 'resend: ranges',
  },
  {
    name: 'line-without-end',
    does: 'keeps every byte of a line that does not end',
    experiment: 'flood',
    rounds: 15,
    parts: ['endless'],
    file: 'src/scanners/framing.ts',
    text: 'this.#heldBytes = kept.copy(this.#held);',
    instead: `this.#heldBytes = kept.copy(this.#held);
    this.#all.push(Buffer.from(rest));
  }
  readonly #all: Buffer[] = [];
  get all(): number {
    return this.#all.length;`,
  },
  {
    name: 'first-of-a-burst',
    does: 'takes the first code of what comes at once and drops the others',
    experiment: 'flood',
    rounds: 2,
    parts: ['bursts'],
    file: 'src/scanners/framing.ts',
    text: 'if (framed) yield framed;',
    instead: 'if (framed) return yield framed;',
  },
  {
    name: 'slow-line-for-ever',
    does: 'sends what a slow line could not carry in time again as it was',
    experiment: 'wire',
    rounds: 1,
    parts: ['slow'],
    file: 'src/uplink/drain.ts',
    text: 'if (to > from) this.#appetite.failed(bytes);',
    instead: 'if (to < from) this.#appetite.failed(bytes);',
  },
  ...MACHINE_DEFECTS,
];

const PARTS = ['src', 'config', 'scripts', 'package.json', 'package-lock.json'];

/** Makes a tree in `folder` that differs from `root` by the defect alone. @throws Error where its text is not there exactly once */
export function seed(defect: Defect, root: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const part of PARTS) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, defect.file);
  const parts = readFileSync(file, 'utf8').split(defect.text);
  if (parts.length !== 2) {
    throw new Error(`defect ${defect.name}: ${defect.file} holds its text ${parts.length - 1} times, wanted once`);
  }
  writeFileSync(file, parts.join(defect.instead));
}
