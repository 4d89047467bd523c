// What the journal keeps = what the uplink sends: the CloudEvents of CONTRACT section 5, and their one serialisation.
//
//   {"specversion":"1.0","id":uuid,"source":"/gates/{site}/{reader}","type":"gate.scan.v1","time":RFC 3339,
//    "epoch":uuid,"sequence":"000000000001","prevhash":base64url SHA-256 of the event before or "",
//    "datacontenttype":"application/json","data":{…}}
//
// The bytes made here are the bytes in the journal, on the wire and under the hash; nothing serialises an event again.

import type { Holder, Kind, Presented } from './credentials/credential.ts';
import { isFlawed } from './credentials/credential.ts';
import type { Cause } from './opening.ts';
import type { CommandReason } from './command.ts';
import type { Direction, ListName, Moment, RosterEntry } from './ports.ts';
import type { Standing } from './standing.ts';
import type { Detail, Verdict } from './verdict.ts';

/** How far the event's time can be trusted, and what orders it when it cannot. */
export interface ClockData {
  readonly state: Moment['state'];
  readonly boot: string;
  readonly monotonicMs: number;
}

export interface ScanData {
  readonly gate: string;
  readonly scanner: string;
  readonly verdict: Verdict['verdict'];
  readonly reason: Verdict['reason'];
  /** Which cause of `blocked`. */
  readonly detail?: Detail;
  readonly direction?: Direction;
  readonly credential: {
    readonly kind: Kind;
    readonly ref?: string;
    /** The roster's key of the person behind several codes; absent where it is the ref. */
    readonly person?: string;
    readonly holder?: Holder;
    readonly label?: string;
  };
  /** The holder's full details as a JWE to the authority (`privacy.details: sealed`). */
  readonly sealed?: string;
  readonly warnings?: readonly string[];
  readonly clock: ClockData;
}

/** `gate.start.v1`: the daemon runs, on this journal, with this key. */
export interface StartData {
  readonly version: string;
  readonly gate: string;
  /** The reader's public key as a JWK, against which its seals verify. */
  readonly key: { readonly kty: string; readonly crv: string; readonly x: string; readonly kid: string };
  readonly clock: ClockData;
}

export interface StopData {
  readonly reason: string;
  readonly clock: ClockData;
}

/** `gate.clock.v1`: the clock became trusted; earlier times of this boot can be corrected by it, and are never rewritten. */
export interface ClockEventData {
  readonly wall: string;
  readonly clock: ClockData;
}

/** `gate.fault.v1`: a part was lost or regained. */
export interface FaultData {
  readonly part: string;
  readonly state: 'lost' | 'regained';
  readonly message?: string;
  /** Changes of this part before this one that were too many to record. */
  readonly unrecorded?: number;
  readonly clock: ClockData;
}

/** `gate.seal.v1`: a compact JWS by the reader's key over `{source, epoch, from, to, hash}`; hash is that of event `to`. */
export interface SealData {
  readonly from: string;
  readonly to: string;
  readonly seal: string;
  readonly clock: ClockData;
}

/** `gate.purge.v1`: rows up to and with `through` went; `hash` is the last one's, so that what is left still verifies. */
export interface PurgeData {
  readonly rows: number;
  readonly through: string;
  readonly hash: string;
  readonly reason: 'retention';
  readonly clock: ClockData;
}

/** `gate.list.v1`: a signed list was taken over, or refused and why. */
export interface ListData {
  readonly list: ListName | 'unknown';
  readonly version?: number;
  readonly outcome: 'done' | 'refused';
  readonly reason?: string;
  /** Refusals that were too many to record one by one. */
  readonly unrecorded?: number;
  readonly clock: ClockData;
}

/** `gate.command.v1`: an order of the centre was carried out, or refused and why. */
export interface CommandData {
  /** The command's own id, once it was proven who says so. */
  readonly id?: string;
  /** `unknown` before that. */
  readonly command: string;
  readonly outcome: 'done' | 'refused';
  readonly reason: CommandReason;
  /** The whole thumbprint of the key that signed it. */
  readonly kid?: string;
  /** Refusals that were too many to record one by one. */
  readonly unrecorded?: number;
  readonly clock: ClockData;
}

/** `gate.exit-request.v1`: somebody inside pressed the button, and the gate opened. */
export interface ExitRequestData {
  readonly gate: string;
  readonly input: string;
  readonly unrecorded?: number;
  readonly clock: ClockData;
}

/** `gate.door.v1`: opened without an opening, left open, or shut after either. */
export interface DoorData {
  readonly gate: string;
  readonly input: string;
  readonly state: 'forced' | 'held-open' | 'closed';
  /** How long it was open; with `closed` alone. */
  readonly openSeconds?: number;
  readonly unrecorded?: number;
  readonly clock: ClockData;
}

/** `gate.tamper.v1`: the cabinet was opened or shut. */
export interface TamperData {
  readonly gate: string;
  readonly input: string;
  readonly state: 'opened' | 'closed';
  /** It was found so; nobody saw when it came about. */
  readonly initial?: true;
  readonly unrecorded?: number;
  readonly clock: ClockData;
}

/** `gate.passage.v1`: whom the gate opened for went through, did not, or somebody did for whom it had not opened. */
export interface PassageData {
  readonly gate: string;
  readonly input: string;
  readonly outcome: 'passed' | 'annulled' | 'unauthorised';
  /** What the gate had opened for; absent where it had not. */
  readonly cause?: Cause;
  /** The event of the scan that it had opened for. */
  readonly scan?: { readonly epoch: string; readonly sequence: string };
  readonly direction?: Direction;
  readonly unrecorded?: number;
  readonly clock: ClockData;
}

/** A once-only credential that this event uses up, kept until it expires (seconds since 1970). */
export interface Consumed {
  readonly ref: string;
  readonly expires: number;
}

/** The counter that a command used up: no command of this key with this one or a lower one is accepted again. */
export interface Spent {
  readonly kid: string;
  readonly counter: number;
}

/** What is recorded beside an event, in the same transaction: a credential used up, or made unused again, a counter, an order. */
interface Beside {
  readonly consumes?: Consumed;
  readonly releases?: string;
  readonly spends?: Spent;
  readonly stands?: Standing;
}

/** An event's type and data, before it has a place in the chain. */
export type EventContent = { readonly moment: Moment } & Beside &
  (
    | { readonly type: 'gate.scan.v1'; readonly data: ScanData }
    | { readonly type: 'gate.start.v1'; readonly data: StartData }
    | { readonly type: 'gate.stop.v1'; readonly data: StopData }
    | { readonly type: 'gate.clock.v1'; readonly data: ClockEventData }
    | { readonly type: 'gate.fault.v1'; readonly data: FaultData }
    | { readonly type: 'gate.seal.v1'; readonly data: SealData }
    | { readonly type: 'gate.purge.v1'; readonly data: PurgeData }
    | { readonly type: 'gate.list.v1'; readonly data: ListData }
    | { readonly type: 'gate.command.v1'; readonly data: CommandData }
    | { readonly type: 'gate.exit-request.v1'; readonly data: ExitRequestData }
    | { readonly type: 'gate.door.v1'; readonly data: DoorData }
    | { readonly type: 'gate.tamper.v1'; readonly data: TamperData }
    | { readonly type: 'gate.passage.v1'; readonly data: PassageData }
  );

/** An event's place: given by the journal inside the transaction. */
export interface Place {
  readonly id: string;
  readonly source: string;
  readonly epoch: string;
  readonly sequence: number;
  /** base64url SHA-256 of the bytes of the event before; empty for the first of an epoch. */
  readonly prevhash: string;
}

/** Twelve digits: orders as text, and lasts a reader for longer than it will stand. */
export const sequenceText = (sequence: number): string => String(sequence).padStart(12, '0');

/** The event's bytes as text; key order is part of the format. */
export function serialise(content: EventContent, place: Place): string {
  return JSON.stringify({
    specversion: '1.0',
    id: place.id,
    source: place.source,
    type: content.type,
    time: content.moment.text,
    epoch: place.epoch,
    sequence: sequenceText(place.sequence),
    prevhash: place.prevhash,
    datacontenttype: 'application/json',
    data: content.data,
  });
}

export const clockData = ({ state, boot, monotonicMs }: Moment): ClockData => ({
  state,
  boot,
  monotonicMs: Math.round(monotonicMs),
});

/** One scan as an event: the verdict, never the code. */
export function scanEvent(scan: {
  readonly gate: string;
  readonly scanner: string;
  readonly presented: Presented;
  readonly ref: string | undefined;
  readonly entry: RosterEntry | undefined;
  readonly verdict: Verdict;
  readonly moment: Moment;
  readonly sealed?: string | undefined;
}): EventContent {
  const { presented, verdict, moment, sealed } = scan;
  const warnings = verdict.verdict === 'granted' ? verdict.warnings : [];
  const detail = verdict.verdict === 'denied' ? verdict.detail : undefined;
  const consumes = consumedBy(scan);
  return {
    moment,
    ...(consumes === undefined ? {} : { consumes }),
    type: 'gate.scan.v1',
    data: {
      gate: scan.gate,
      scanner: scan.scanner,
      verdict: verdict.verdict,
      reason: verdict.reason,
      ...(detail === undefined ? {} : { detail }),
      ...(verdict.direction === undefined ? {} : { direction: verdict.direction }),
      credential: credentialData(scan),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(sealed === undefined || isFlawed(presented) ? {} : { sealed }),
      clock: clockData(moment),
    },
  };
}

type Identified = Pick<Parameters<typeof scanEvent>[0], 'presented' | 'ref' | 'entry' | 'verdict'>;

function credentialData({ presented, ref, entry }: Identified): ScanData['credential'] {
  if (isFlawed(presented)) return { kind: presented.kind };
  return {
    kind: presented.kind,
    ...(ref === undefined ? {} : { ref }),
    ...(entry?.person === undefined ? {} : { person: entry.person }),
    holder: entry?.holder ?? presented.holder,
    label: entry?.label ?? presented.label,
  };
}

function consumedBy({ presented, ref, verdict }: Identified): Consumed | undefined {
  if (isFlawed(presented) || !presented.grant?.once || ref === undefined || verdict.verdict !== 'granted') return undefined;
  return { ref, expires: presented.grant.expires ?? Number.MAX_SAFE_INTEGER };
}
