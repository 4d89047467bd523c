// The journal: the record and the outbox are one append-only table. What `record` says is recorded is on disk; what is on
// disk is chained, in order and without gaps. A damaged file is set aside and a new epoch begins: the gate goes on.

import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';

import { uuidv7 } from 'uuidv7';

import { clockData, type EventContent, sequenceText, serialise } from '../admission/event.ts';
import type { Clock, Journal, Moment, Past, Recorded } from '../admission/ports.ts';
import { type ChainRow, chainOf, type Head, hashOf, headOf } from './chain.ts';
import { type Connection, coverFailedCommit, inodeOf, isDamage, moveAside, openForWriting } from './database.ts';
import { recordedPast, type RecordedPast } from './past.ts';
import { type DayOf, Presence } from './presence.ts';
import { type Removable, removable, remove, type Retention } from './prune.ts';
import { Orders } from './orders.ts';
import { makeSeal } from './seal.ts';
import { faultOf, isSmall, requireSound } from './soundness.ts';

export const JOURNAL_FILE = 'journal.db';

export interface JournalOptions {
  readonly folder: string;
  /** `/gates/{site}/{reader}` */
  readonly source: string;
  readonly clock: Clock;
  /** The presence day of a moment: when somebody who came in counts as out again. */
  readonly presenceDay: DayOf;
  /** The reader's Ed25519 key and its JWK thumbprint. */
  readonly key: KeyObject;
  readonly kid: string;
  /** A new epoch has begun: a damaged file was set aside under this name, or the journal's own file was replaced. */
  readonly onSetAside: (setAside: { readonly file: string; readonly fault: string; readonly epoch: string }) => void;
  /** After each commit: the new highest sequence number. */
  readonly onAppended: (sequence: number) => void;
  /** The journal cannot be written (a message), or can again. */
  readonly onFault: (message: string | undefined) => void;
}

/** Events that are rare and carry the clock's trust into the file; a scan costs no second row. */
const KEEPS_TIME: ReadonlySet<string> = new Set(['gate.clock.v1', 'gate.seal.v1', 'gate.start.v1']);

/** The open file and what is known of its end; thrown away whole after any failure, and read anew. */
interface Open {
  readonly connection: Connection;
  readonly chain: ChainRow;
  readonly inode: number;
  head: Head;
  readonly past: RecordedPast;
  readonly insert: (sequence: number, body: Buffer) => void;
}

export class SqliteJournal implements Journal {
  /** What commands left behind, as far as it is on disk. */
  readonly orders: Orders;
  readonly #options: JournalOptions;
  readonly #file: string;
  readonly #presence: Presence;
  #open: Open | undefined;
  #epoch = '';
  #unsealed = 0;
  #fault: string | undefined;

  /** Opens or creates the journal. Where the disk refuses that, every record tries again and says so. */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.orders = new Orders(options.folder);
    this.#presence = new Presence(options.presenceDay);
    this.#file = join(options.folder, JOURNAL_FILE);
    try {
      this.#reopen();
    } catch {
      this.#forget();
    }
  }

  get epoch(): string {
    return this.#open?.chain.epoch ?? '';
  }

  /** See `Past.trustedMs`. */
  get trustedMs(): number {
    return this.#open?.past.trustedMs ?? 0;
  }

  /** The highest journalled sequence number. */
  get sequence(): number {
    return this.#open?.head.sequence ?? 0;
  }

  /** Events that no seal covers yet, other than the last seal itself. */
  get unsealed(): number {
    return this.#unsealed;
  }

  record(compose: (past: Past) => EventContent): Recorded {
    const recorded = this.#attempt(compose);
    const fault = recorded.ok ? undefined : recorded.message;
    if (fault === this.#fault) return recorded;
    this.#fault = fault;
    if (recorded.ok) this.#attempt(() => this.#regained());
    this.#options.onFault(fault);
    return recorded;
  }

  /** After a failure: tries to write again, so that a gate nobody uses recovers too. Nothing while all is well. */
  retry(): void {
    if (this.#fault === undefined) return;
    const recorded = this.#attempt(() => this.#regained());
    if (!recorded.ok) return;
    this.#fault = undefined;
    this.#options.onFault(undefined);
  }

  /** Records something that was composed already: starts, stops, faults. */
  append(content: EventContent): Recorded {
    return this.record(() => content);
  }

  /** Closes the run of events since the last seal with the reader's signature; nothing where nothing happened since. */
  seal(moment: Moment): Recorded | undefined {
    if (this.#unsealed === 0 || !this.#open) return undefined;
    return this.record(() => this.#sealContent(this.#live(), moment));
  }

  /** Removes at most a thousand of the oldest rows that retention lets go; how many went. */
  prune(retention: Retention, moment: Moment): number {
    const connection = this.#open?.connection;
    if (!connection) return 0;
    let run: Removable | undefined;
    try {
      run = removable(connection, retention);
    } catch {
      // An unreadable page is the integrity check's to report; what cannot be read is not removed.
      return 0;
    }
    if (!run) return 0;
    const going = run;
    const past = this.#open?.past;
    const pruned = this.record(() => {
      if (moment.state === 'synchronised') past?.forget(Math.floor(moment.wallMs / 1000));
      return remove(connection, going, moment);
    });
    return pruned.ok ? going.rows : 0;
  }

  /** Whether a write transaction can begin: the watchdog's question. Costs no flush. */
  writable(): boolean {
    try {
      const { connection } = this.#live();
      connection.transaction(() => undefined).immediate();
      return true;
    } catch {
      return false;
    }
  }

  /** Reads back who is inside, where that is still to do; a fault of the file is the next scan's to meet. */
  settle(): void {
    try {
      this.#presence.settle();
    } catch {
      this.#forget();
    }
  }

  /** Sets the file aside while running, e.g. after the check of every page found damage. */
  replace(fault: string): void {
    this.#forget();
    this.#setAside(fault);
  }

  close(): void {
    this.#forget();
  }

  #attempt(compose: (past: Past) => EventContent): Recorded {
    try {
      return this.#append(compose);
    } catch (error) {
      if (this.#open && !isDamage(error)) coverFailedCommit(this.#open.connection);
      this.#forget();
      if (!isDamage(error)) return { ok: false, message: faultOf(error) };
      try {
        this.#setAside(faultOf(error));
        return this.#append(compose);
      } catch (again) {
        this.#forget();
        return { ok: false, message: faultOf(again) };
      }
    }
  }

  #regained(): EventContent {
    const moment = this.#options.clock.describe(this.#options.clock.read());
    return { moment, type: 'gate.fault.v1', data: { part: 'journal', state: 'regained', clock: clockData(moment) } };
  }

  #append(compose: (past: Past) => EventContent): Recorded {
    const open = this.#live();
    const { sequence, content, body } = open.connection.transaction(() => this.#insert(open, compose)).immediate();
    open.head = { sequence, hash: hashOf(body) };
    if (content.type === 'gate.seal.v1') this.#unsealed = 0;
    else this.#unsealed += 1;
    this.#presence.note(content, { epoch: open.chain.epoch, sequence });
    this.orders.note(content);
    this.#options.onAppended(sequence);
    return { ok: true, sequence };
  }

  /** Composes, numbers and stores one event; inside the transaction. */
  #insert(open: Open, compose: (past: Past) => EventContent) {
    const content = compose(open.past);
    const sequence = open.head.sequence + 1;
    const place = { id: uuidv7(), source: this.#options.source, epoch: open.chain.epoch, sequence, prevhash: open.head.hash };
    const body = Buffer.from(serialise(content, place));
    open.insert(sequence, body);
    open.past.note(content);
    if (KEEPS_TIME.has(content.type) && content.moment.state === 'synchronised') open.past.trust(content.moment.wallMs);
    if (content.type === 'gate.seal.v1') open.connection.prepare('UPDATE chain SET sealed_sequence = ?').run(sequence - 1);
    return { sequence, content, body };
  }

  #sealContent(open: Open, moment: Moment): EventContent {
    const { source, key, kid } = this.#options;
    const { sealedSequence } = chainOf(open.connection);
    const from = sequenceText(sealedSequence + 1);
    const to = sequenceText(open.head.sequence);
    const seal = makeSeal({ source, epoch: open.chain.epoch, from, to, hash: open.head.hash }, key, kid);
    return { moment, type: 'gate.seal.v1', data: { from, to, seal, clock: clockData(moment) } };
  }

  /** The open file; opened again where it failed, was moved or was deleted: a commit into a deleted file records nothing. */
  #live(): Open {
    if (this.#open && this.#open.inode !== inodeOf(this.#file)) this.#forget();
    return this.#open ?? this.#reopen();
  }

  #reopen(): Open {
    try {
      this.#open = this.#openFile();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#setAside(faultOf(error));
    }
    this.#open ??= this.#openFile();
    this.#tellEpoch(this.#file, 'the file was removed, or replaced by another journal');
    return this.#open;
  }

  #openFile(): Open {
    const connection = openForWriting(this.#file);
    try {
      requireSound(connection, { everyPage: isSmall(this.#file) });
      const chain = chainOf(connection);
      const head = headOf(connection, chain);
      this.#presence.forget(connection, this.#options.clock.describe(this.#options.clock.read()));
      // The last seal is itself the first event of the next run; alone it needs no seal.
      this.#unsealed = Math.max(0, head.sequence - chain.sealedSequence - (chain.sealedSequence > 0 ? 1 : 0));
      this.orders.attach(connection);
      const insert = connection.prepare<[number, Buffer]>('INSERT INTO event (sequence, body) VALUES (?, ?)');
      return {
        connection,
        chain,
        inode: inodeOf(this.#file),
        head,
        past: recordedPast(connection, { presence: this.#presence, orders: this.orders }, chain),
        insert: (sequence, body) => void insert.run(sequence, body),
      };
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  #setAside(fault: string): void {
    this.orders.salvage(this.#file);
    const stamp = this.#options.clock.describe(this.#options.clock.read()).text.replaceAll(':', '-');
    const file = join(this.#options.folder, `damaged-${stamp}-${JOURNAL_FILE}`);
    moveAside(this.#file, file);
    this.#open = this.#openFile();
    this.#epoch ||= 'damaged';
    this.#tellEpoch(file, fault);
  }

  /** Whoever follows the journal must know that its numbers begin anew; the first opening is no change. */
  #tellEpoch(file: string, fault: string): void {
    const [before, epoch] = [this.#epoch, this.epoch];
    this.#epoch = epoch;
    if (before !== '' && before !== epoch) this.#options.onSetAside({ file, fault, epoch });
  }

  #forget(): void {
    this.#open?.connection.close();
    this.#open = undefined;
  }
}
