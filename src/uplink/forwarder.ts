// Keeps a connection to the broker, for ever: connect, let a session send, wait with back-off, again. Lives in the worker thread.
import { backoff } from '../system/backoff.ts';
import { type AddressOptions, readAddress } from './address.ts';
import { Announcer } from './announcer.ts';
import { causeOf } from './causes.ts';
import { CursorKeeper } from './cursor-keeper.ts';
import { CursorFile } from './cursors.ts';
import { Feed } from './feed.ts';
import type { Answer } from '../admission/command.ts';
import { Leftovers } from './leftovers.ts';
import { CommandIntake } from './command-intake.ts';
import type { Reply, ReportFields, StateSnapshot, UplinkHooks, UplinkOptions } from './messages.ts';
import { Session } from './session.ts';
import { contractTimings, type Timings } from './timings.ts';
import { type Topics, topicsOf } from './topics.ts';

/** How long a closing daemon waits for a connection that has only begun. */
const mostConnectingMs = 500;

/** Where to connect to; `embedded` for the broker inside this very worker, whose password is not in a file. */
export type Destination = AddressOptions & { readonly broker: string; readonly embedded?: { readonly password: string } };

export class Forwarder {
  readonly #options: UplinkOptions;
  readonly #destination: Destination;
  readonly #hooks: UplinkHooks;
  readonly #timings: Timings;
  readonly #topics: Topics;
  readonly #file: CursorFile;
  readonly #keeper: CursorKeeper;
  readonly #feed: Feed;
  readonly #leftovers: Leftovers;
  readonly #announcer: Announcer;
  readonly #commands: CommandIntake;
  readonly #faults = new Map<string, string>();
  #delays: Iterator<number, never>;
  #session: Session | undefined;
  #sessionNumber = 0;
  #connectedAt: number | undefined;
  #lastLink: string | undefined;
  #refusal: string | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #closing = false;
  #progress: (() => void) | undefined;

  constructor(options: UplinkOptions, destination: Destination, hooks: UplinkHooks) {
    this.#options = options;
    this.#destination = destination;
    this.#hooks = hooks;
    this.#timings = { ...contractTimings, ...options.timings };
    this.#topics = topicsOf(options.site, options.reader);
    this.#file = new CursorFile(options.dataFolder, (message) => hooks.report('cursors-damaged', { message }));
    this.#keeper = new CursorKeeper(this.#file, this.#timings, {
      moved: (cursors) => hooks.cursors(cursors),
      failing: (message) => this.#fault('cursors', message),
    });
    const { dataFolder, receipts } = options;
    const source = { dataFolder, receipts, embedded: destination.embedded !== undefined, timings: this.#timings };
    const report = (code: string, fields: ReportFields): void => hooks.report(code, fields);
    const wake = (): void => this.#session?.wake();
    this.#leftovers = new Leftovers(source, this.#file, { wake, report });
    this.#feed = new Feed(source, this.#keeper, {
      failing: (message) => this.#fault('journal', message),
      damaged: (suspicion) => hooks.damaged(suspicion),
      wake,
      report,
    });
    this.#announcer = new Announcer({
      topics: this.#topics,
      version: options.version,
      opening: options.opening,
      knows: () => this.#knows(),
    });
    this.#commands = new CommandIntake(hooks);
    this.#delays = this.#newDelays();
  }

  start(): void {
    this.reopen();
    this.#connect();
  }

  appended(sequence: number): void {
    this.#feed.appended(sequence);
    this.#session?.wake();
  }

  state(snapshot: StateSnapshot): void {
    this.#announcer.state(snapshot);
    this.#session?.wake();
  }

  health(snapshot: object): void {
    this.#announcer.health(snapshot);
  }

  /** The journal's file was replaced by another with a new epoch. */
  reopen(): void {
    this.#feed.open();
    this.#leftovers.look();
  }

  /** Has the broker send the retained lists again. */
  askForLists(): void {
    this.#session?.askForLists();
  }

  answer(reply: Reply, answer: Answer): void {
    this.#session?.answer(reply, answer);
  }

  /** Sends these rows once more, as far as they exist. */
  resend(range: { readonly from: number; readonly to: number }): void {
    this.#feed.resend(range);
    this.#session?.wake();
  }

  /** A subscriber for events came: what was refused is worth a try at once. */
  subscriberCame(): void {
    this.#feed.retryNow();
    this.#leftovers.retryNow();
    this.#session?.wake();
  }

  /** Sends what can be sent, says `stopped` and goodbye, saves the cursors; takes at most `deadlineMs`. */
  async close(deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    this.#closing = true;
    clearTimeout(this.#reconnect);
    const session = this.#session;
    if (session !== undefined) {
      // Goodbye needs two round trips: keep a quarter of the time for them. A connection that is only being made gets less.
      await this.#settled(session, Math.min(deadlineMs * 0.75, session.ready ? deadlineMs : mostConnectingMs));
      const stopped = this.#announcer.stopped(this.#feed.epoch, this.#feed.head);
      session.wake();
      await within(stopped, Math.max(0, deadline - performance.now() - deadlineMs * 0.1));
      await session.end(Math.max(1, deadline - performance.now()));
    }
    this.#commands.close();
    this.#keeper.flush();
    this.#feed.close();
    this.#leftovers.close();
    this.#file.close();
  }

  /** Waits until everything is acknowledged, or there is nobody to send to: no connection, or no subscriber. */
  async #settled(session: Session, withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#progress = () => {
      const unreachable = this.#session !== session || (session.ready && this.#feed.refused && this.#feed.retryAt !== undefined);
      if (unreachable || (session.ready && this.#feed.idle)) resolve();
    };
    this.#progress();
    await within(promise, withinMs);
    this.#progress = undefined;
  }

  #connect(): void {
    try {
      const address = readAddress(this.#destination);
      const { embedded } = this.#destination;
      this.#sessionNumber = this.#file.nextSession();
      const { site, reader } = this.#options;
      this.#session = new Session(
        {
          feed: this.#feed,
          leftovers: this.#leftovers,
          announcer: this.#announcer,
          topics: this.#topics,
          number: this.#sessionNumber,
          embedded: embedded !== undefined,
        },
        {
          connected: () => this.#connected(address.text),
          closed: (cause) => this.#closed(`${address.text}: ${cause}`),
          receipted: (sequence) => this.#hooks.receipted(sequence),
          list: (name, jws) => this.#hooks.list(name, jws),
          listTooLarge: (name) => this.#hooks.listTooLarge(name),
          command: (arrival) => this.#commands.take(arrival),
          report: (code, fields) => this.#hooks.report(code, fields),
          refused: (cause, unheard) => this.#refused(cause, unheard),
          delivered: () => this.#delivered(),
          progressed: () => this.#progress?.(),
        },
        {
          address: embedded === undefined ? address : { ...address, password: Buffer.from(embedded.password) },
          clientId: `gate-reader-${site}-${reader}`,
          will: this.#announcer.will(this.#sessionNumber, this.#feed.epoch),
          timings: this.#timings,
        },
      );
    } catch (error) {
      // A file that cannot be read or is no certificate: it may be replaced any time, so this too is tried again.
      this.#closed(causeOf(error));
    }
  }

  #connected(where: string): void {
    this.#connectedAt = performance.now();
    this.#link(true, where);
    this.#progress?.();
  }

  #closed(cause: string): void {
    const lived = this.#connectedAt === undefined ? 0 : performance.now() - this.#connectedAt;
    if (lived >= this.#timings.steadyMs) this.#delays = this.#newDelays();
    this.#connectedAt = undefined;
    this.#session = undefined;
    if (!this.#closing) {
      this.#link(false, cause);
      this.#reconnect = setTimeout(() => this.#connect(), this.#delays.next().value);
    }
    this.#progress?.();
  }

  /** Told once, however often it is tried and whether or not the broker cuts the connection over it. */
  #refused(cause: string, unheard: boolean): void {
    if (cause === this.#refusal) return;
    this.#refusal = cause;
    this.#hooks.report('not-delivered', { cause });
    this.#fault('broker', unheard ? undefined : `the broker does not take events: ${cause}`);
  }

  #delivered(): void {
    if (this.#refusal === undefined) return;
    this.#refusal = undefined;
    this.#hooks.report('delivering', {});
    this.#fault('broker', undefined);
  }

  #link(connected: boolean, message: string): void {
    const now = `${connected} ${message}`;
    if (now === this.#lastLink) return;
    this.#lastLink = now;
    this.#hooks.link(connected, message);
  }

  #fault(part: string, message: string | undefined): void {
    if (this.#faults.get(part) === message) return;
    if (message === undefined) this.#faults.delete(part);
    else this.#faults.set(part, message);
    this.#hooks.faulted(this.#faults.size === 0 ? undefined : [...this.#faults.values()].join('; '));
  }

  #knows(): object {
    const backlog = this.#feed.backlog(Date.now());
    const { aside } = this.#leftovers;
    return {
      ...(backlog !== undefined && { backlog }),
      ...(aside !== undefined && { aside }),
      link: { session: this.#sessionNumber },
    };
  }

  #newDelays(): Iterator<number, never> {
    const { reconnectFirstMs, reconnectMostMs } = this.#timings;
    return backoff({ firstMs: reconnectFirstMs, maxMs: reconnectMostMs, random: Math.random });
  }
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
