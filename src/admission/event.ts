// What the journal keeps = what the uplink sends: the CloudEvents of CONTRACT section 5, and their one serialisation.
//
//   {"specversion":"1.0","id":uuid,"source":"/gates/{site}/{reader}","type":"gate.scan.v1","time":RFC 3339,
//    "epoch":uuid,"sequence":"000000000001","prevhash":base64url SHA-256 of the event before or "",
//    "datacontenttype":"application/json","data":{…}}
//
// The bytes made here are the bytes in the journal, on the wire and under the hash; nothing serialises an event again.

import type { Holder, Kind, Presented } from './credentials/credential.ts';
import { isFlawed } from './credentials/credential.ts';
import type { Direction, Moment } from './ports.ts';
import type { Verdict } from './verdict.ts';

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
  readonly direction?: Direction;
  readonly credential: { readonly kind: Kind; readonly ref?: string; readonly holder?: Holder; readonly label?: string };
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

/** An event's type and data, before it has a place in the chain. */
export type EventContent = { readonly moment: Moment } & (
  | { readonly type: 'gate.scan.v1'; readonly data: ScanData }
  | { readonly type: 'gate.start.v1'; readonly data: StartData }
  | { readonly type: 'gate.stop.v1'; readonly data: StopData }
  | { readonly type: 'gate.clock.v1'; readonly data: ClockEventData }
  | { readonly type: 'gate.fault.v1'; readonly data: FaultData }
  | { readonly type: 'gate.seal.v1'; readonly data: SealData }
  | { readonly type: 'gate.purge.v1'; readonly data: PurgeData }
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
  readonly verdict: Verdict;
  readonly moment: Moment;
}): EventContent {
  const { presented, verdict, moment, ref } = scan;
  const warnings = verdict.verdict === 'granted' ? verdict.warnings : [];
  return {
    moment,
    type: 'gate.scan.v1',
    data: {
      gate: scan.gate,
      scanner: scan.scanner,
      verdict: verdict.verdict,
      reason: verdict.reason,
      ...(verdict.direction === undefined ? {} : { direction: verdict.direction }),
      credential: isFlawed(presented)
        ? { kind: presented.kind }
        : { kind: presented.kind, ...(ref === undefined ? {} : { ref }), holder: presented.holder, label: presented.label },
      ...(warnings.length === 0 ? {} : { warnings }),
      clock: clockData(moment),
    },
  };
}
