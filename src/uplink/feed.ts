// The journal as the uplink works through it: open journal, cursors and the pure drain kept in step. An unreadable journal is a
// fault that is reported and retried; it never ends the connection, over which the state still has to go.
import { backoff } from '../system/backoff.ts';
import { backlogOf, type Backlog, type ReceiptsPolicy } from './backlog.ts';
import type { CursorKeeper } from './cursor-keeper.ts';
import { Drain, type Plan, type Range } from './drain.ts';
import type { LinkLimits } from './link.ts';
import { isDamage } from './damage.ts';
import type { ReportFields, Suspicion } from './messages.ts';
import { Outbox } from './outbox.ts';
import { clip, readReceipt, type Receipt, type ReceiptRefusal } from './receipts.ts';
import { contractBounds, packetOverheadBytes, type Timings } from './timings.ts';

export interface FeedOptions {
  readonly dataFolder: string;
  readonly receipts: ReceiptsPolicy;
  /** The embedded broker: its subscribers come after it. */
  readonly embedded: boolean;
  readonly timings: Timings;
}

export interface FeedHooks {
  /** The journal cannot be read (a message) or can again. */
  failing(message: string | undefined): void;
  /** Because its file seems damaged; `failing` follows. */
  damaged(suspicion: Suspicion): void;
  /** There may be something to send. */
  wake(): void;
  report(code: string, fields: ReportFields): void;
}

/** A message ready to go. */
export interface Parcel {
  readonly plan: Plan;
  readonly to: number;
  readonly payload: Buffer;
}

export class Feed {
  readonly #options: FeedOptions;
  readonly #keeper: CursorKeeper;
  readonly #hooks: FeedHooks;
  readonly #drain: Drain;
  #outbox: Outbox | undefined;
  /** The rows that are being read. */
  #reading: Range | undefined;
  /** The highest row of this epoch that was put on the wire since the start. */
  #started = 0;
  #startedIn = '';
  /** A receipt for rows that this reader has not sent yet: it counts as far as they are. */
  #early: number | undefined;
  /** That was told on this connection. */
  #toldEarly = false;
  #limits: LinkLimits | undefined;
  #reopening: NodeJS.Timeout | undefined;
  #delays: Iterator<number, never>;

  constructor(options: FeedOptions, keeper: CursorKeeper, hooks: FeedHooks) {
    this.#options = options;
    this.#keeper = keeper;
    this.#hooks = hooks;
    const { retryFirstMs, retryMostMs } = options.timings;
    this.#drain = new Drain(contractBounds, () => backoff({ firstMs: retryFirstMs, maxMs: retryMostMs, random: () => 0 }));
    this.#delays = this.#reopenDelays();
  }

  get epoch(): string {
    return this.#outbox?.epoch ?? '';
  }

  get head(): number {
    return this.#drain.head;
  }

  get retryAt(): number | undefined {
    return this.#drain.retryAt;
  }

  get refused(): boolean {
    return this.#drain.refused;
  }

  get idle(): boolean {
    return this.#drain.idle;
  }

  /** Opens the journal (anew): after a start, when its file was replaced, when it could not be read. */
  open(): void {
    this.close();
    try {
      const outbox = new Outbox(this.#options.dataFolder);
      if (outbox.epoch !== this.#startedIn) [this.#startedIn, this.#started, this.#early] = [outbox.epoch, 0, undefined];
      this.#outbox = outbox;
      const head = outbox.head();
      this.#drain.appended(head);
      if (this.#keeper.turnTo(outbox.epoch, head)) this.#hooks.report('cursors-cut', { head });
      if (this.#limits !== undefined) this.begin(this.#limits);
      this.#delays = this.#reopenDelays();
      this.#hooks.failing(undefined);
      this.#hooks.wake();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A connection is up: start again from the first row without a receipt (or, without receipts, not yet delivered). */
  begin(limits: LinkLimits): void {
    this.#limits = limits;
    this.#toldEarly = false;
    this.#guard((outbox) => {
      const { sent, receipted } = this.#keeper.cursors;
      const done = this.#options.receipts === 'required' ? receipted : sent;
      this.#drain.begin({
        confirmed: Math.max(done, outbox.first() - 1),
        head: outbox.head(),
        receiveMaximum: limits.receiveMaximum,
        maxPayloadBytes: limits.maximumPacketBytes - packetOverheadBytes,
        cautious: this.#options.embedded,
      });
    });
  }

  /** The connection is gone. */
  end(): void {
    this.#limits = undefined;
    this.#drain.end();
  }

  appended(sequence: number): void {
    this.#drain.appended(sequence);
  }

  retryNow(): void {
    this.#drain.retryNow();
  }

  /** The next message to send, if one may go now; `unacknowledged`: all QoS 1 messages of the connection. */
  next(nowMs: number, unacknowledged: number): Parcel | undefined {
    return this.#guard((outbox) => {
      for (;;) {
        const plan = this.#drain.next(nowMs, unacknowledged - this.#drain.inFlight);
        if (plan === undefined) return undefined;
        this.#reading = { from: plan.from, to: plan.to };
        const batch = plan.kind === 'batch' ? outbox.batch(plan.from, plan.to, plan.maxBytes) : undefined;
        const payload = plan.kind === 'batch' ? batch?.payload : outbox.body(plan.from);
        this.#reading = undefined;
        if (payload === undefined) this.#drain.absent(plan);
        else return { plan, to: batch?.to ?? plan.to, payload };
      }
    });
  }

  /** Whether the broker said that it takes packets this large. */
  fits(parcel: Parcel): boolean {
    return parcel.payload.byteLength + packetOverheadBytes <= (this.#limits?.maximumPacketBytes ?? 0);
  }

  started(id: number, parcel: Parcel): void {
    this.#drain.started(id, parcel.plan, parcel.to, parcel.payload.byteLength);
    if (id !== 0) this.#started = Math.max(this.#started, parcel.to);
    if (this.#early !== undefined) this.#guard((outbox) => this.#counted(outbox, this.#early ?? 0));
  }

  settled(id: number, delivered: boolean, nowMs: number): void {
    this.#drain.settled(id, delivered, nowMs);
    this.#keeper.advance({ sent: this.#drain.confirmed });
  }

  /** Message `id` is being refused for what it is; `settled` follows. */
  spurned(id: number): void {
    this.#drain.spurned(id);
  }

  /** Judges a receipt and, where it holds, takes it; its resend ranges count only if `mayResend`. */
  receipt(payload: Uint8Array, mayResend: boolean): Receipt | ReceiptRefusal | undefined {
    return this.#guard((outbox) => {
      // The writer may be ahead of what this thread was told.
      this.#drain.appended(outbox.head());
      const { receipted } = this.#keeper.cursors;
      const reading = readReceipt(payload, { epoch: outbox.epoch, receipted, first: outbox.first(), head: this.#drain.head });
      if (!reading.ok) return reading.refusal;
      const { sequence, resend } = reading.receipt;
      const counted = this.#counted(outbox, sequence);
      if (counted < sequence && !this.#toldEarly) {
        this.#toldEarly = true;
        this.#hooks.report('receipt-early', { sequence });
      }
      if (mayResend && resend.length > 0) this.#drain.resend(resend);
      return { sequence: counted, resend };
    });
  }

  /** Takes a receipt as far as its rows were sent: nobody has stored what never left. @returns how far */
  #counted(outbox: Outbox, sequence: number): number {
    const through = Math.min(sequence, Math.max(this.#started, this.#keeper.cursors.sent, outbox.first() - 1));
    this.#early = through < sequence ? sequence : undefined;
    this.#drain.receipted(through);
    this.#keeper.advance({ sent: through, receipted: through });
    return through;
  }

  /** Sends these rows once more, as far as they exist, after what was asked for before. */
  resend(range: Range): void {
    this.#guard((outbox) => {
      const head = outbox.head();
      this.#drain.appended(head);
      const ranges = clip([...this.#drain.wanted, range], outbox.first(), head);
      this.#drain.resend(ranges);
      const rows = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      this.#hooks.report('resend-ordered', { rows });
    });
  }

  backlog(nowMs: number): Backlog | undefined {
    return this.#guard((outbox) => backlogOf(outbox, this.#keeper.cursors, this.#options.receipts, nowMs));
  }

  close(): void {
    clearTimeout(this.#reopening);
    this.#outbox?.close();
    this.#outbox = undefined;
    this.#drain.end();
  }

  #guard<Result>(work: (outbox: Outbox) => Result): Result | undefined {
    if (this.#outbox === undefined) return undefined;
    try {
      return work(this.#outbox);
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    if (isDamage(error)) this.#hooks.damaged({ epoch: this.epoch, fault: String(error), rows: this.#reading });
    this.#reading = undefined;
    this.close();
    this.#reopening = setTimeout(() => this.open(), this.#delays.next().value);
    this.#hooks.failing(`the journal cannot be read for sending (${String(error)}); it is tried again`);
  }

  #reopenDelays(): Iterator<number, never> {
    return backoff({ firstMs: 1000, maxMs: 30_000, random: Math.random });
  }
}
