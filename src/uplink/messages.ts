// What the main thread and the uplink's worker say to each other: plain data that survives structured cloning.
import type { Answer } from '../admission/command.ts';
import type { Fault } from '../admission/ports.ts';
import type { modeOf } from '../admission/standing.ts';
import type { ReceiptsPolicy } from './backlog.ts';
import type { Cursors } from './cursors.ts';
import type { Timings } from './timings.ts';

export interface UplinkOptions {
  /** Holds `journal.db` (read) and `uplink.db` (made). */
  readonly dataFolder: string;
  readonly site: string;
  readonly reader: string;
  /** The program's version, for `state`. */
  readonly version: string;
  /** `mqtt://` or `mqtts://` URL; absent: the embedded broker on `listen`. */
  readonly broker?: string | undefined;
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls?:
    | { readonly caFile?: string | undefined; readonly certFile?: string | undefined; readonly keyFile?: string | undefined }
    | undefined;
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly receipts: ReceiptsPolicy;
  /** How the daemon is before it has said so: what the first connection's will tells. */
  readonly opening?: StateSnapshot | undefined;
  /** The contract's times where not given. */
  readonly timings?: Partial<Timings> | undefined;
}

/** What the daemon says of itself; the uplink adds session and version. */
export interface StateSnapshot {
  readonly state: 'ready' | 'degraded' | 'stopped';
  readonly epoch: string;
  readonly sequence: number;
  readonly clock: unknown;
  readonly faults: readonly Fault[];
  /** What the centre ordered to last. */
  readonly mode?: ReturnType<typeof modeOf>;
  /** RFC 3339. */
  readonly at: string;
}

/** Where an answer goes (MQTT 5, section 4.10). */
export interface Reply {
  readonly topic: string;
  readonly correlationData?: Uint8Array | undefined;
}

/** A command as it came; nothing of it is proven. */
export interface CommandArrival {
  /** Undefined: larger than any that is taken in. */
  readonly jws: Uint8Array | undefined;
  readonly retained: boolean;
  /** Undefined: none is wanted, or it is not one that this reader answers to. */
  readonly reply: Reply | undefined;
}

export type ToWorker =
  | { readonly kind: 'appended'; readonly sequence: number }
  | { readonly kind: 'state'; readonly snapshot: StateSnapshot }
  | { readonly kind: 'health'; readonly snapshot: object }
  | { readonly kind: 'reopen'; readonly epoch: string }
  | { readonly kind: 'lists' }
  | { readonly kind: 'answer'; readonly reply: Reply; readonly answer: Answer }
  | { readonly kind: 'resend'; readonly from: number; readonly to: number }
  | { readonly kind: 'close'; readonly deadlineMs: number };

export type ReportFields = Readonly<Record<string, string | number>>;

/** How the uplink tells what happened; in the worker these become messages, in the main thread calls. */
export interface UplinkHooks {
  /** The embedded broker listens here. */
  listening(port: number): void;
  /** On changes only, and when the cause of a missing connection changes. */
  link(connected: boolean, message?: string): void;
  /** The centre committed everything up to here. */
  receipted(sequence: number): void;
  /** A signed list came in under this name; what it is worth is for the receiver to find out. The bytes own their buffer. */
  list(name: string, jws: Uint8Array<ArrayBuffer>): void;
  /** One came under this name that is larger than any taken in; its bytes were skipped. Comes with each delivery. */
  listTooLarge(name: string): void;
  /** A command came in; what it is worth is for the receiver to find out. */
  command(arrival: CommandArrival): void;
  /** So many more came faster than anybody may order, and were dropped. At most once a second. */
  commandsDropped(count: number): void;
  /** At most each 100 ms. */
  cursors(cursors: Cursors): void;
  /** One line for the log, on a change; never personal data. */
  report(code: string, fields: ReportFields): void;
  /** The uplink cannot do its work although there may be a connection; undefined once it can. On changes only. */
  faulted(message: string | undefined): void;
}

export type FromWorker =
  | { [Name in keyof UplinkHooks]: { readonly kind: Name; readonly values: Parameters<UplinkHooks[Name]> } }[keyof UplinkHooks]
  /** Everything is closed; only the thread itself may still be there. */
  | { readonly kind: 'closed' };
