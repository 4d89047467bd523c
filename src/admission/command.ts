// An order of the centre: read out of a payload whose signature is already proven, and judged. Pure.
//
//   {"id": 1-64 of [A-Za-z0-9._:-], "command": word, "aud": "/gates/{site}/{reader}", "nbf": NumericDate, "exp": NumericDate,
//    "counter": whole number, "args": {…}}                                 unknown members are ignored, unknown arguments are not
//
//   open {"seconds"?: 1-60} | lock {} | unlock {} | identify {} | reload {} | resend {"from","to": 1 or more} | maintenance {"on": bool}
//
// The topic that a command comes on is not signed: without `aud` one that was made for this reader opens every other one whose
// counter is lower. `aud` is the `source` of the reader's own events; whether it may be left out is the site's to say.

import { clockStanding } from './policy/clock.ts';
import type { Policy } from './policy/rule.ts';
import type { Moment } from './ports.ts';
import type { Standing } from './standing.ts';

/** The largest command taken in, with its signature. */
export const MOST_COMMAND_BYTES = 8 * 1024;
/** No command holds longer: whoever keeps one back can use it until then. */
const MOST_LIFETIME_SECONDS = 24 * 3_600;
const MOST_OPEN_SECONDS = 60;

export type Order =
  | { readonly command: 'open'; readonly seconds?: number }
  | { readonly command: 'lock' | 'unlock' | 'identify' | 'reload' }
  | { readonly command: 'resend'; readonly from: number; readonly to: number }
  | { readonly command: 'maintenance'; readonly on: boolean };

export const COMMANDS = [
  'open',
  'lock',
  'unlock',
  'identify',
  'reload',
  'resend',
  'maintenance',
] as const satisfies readonly Order['command'][];

/** Why a command was refused; in the order in which they are looked for, but for the last five. */
export type CommandRefusal =
  | 'retained'
  | 'too-large'
  | 'malformed'
  | 'unsigned'
  | 'wrong-algorithm'
  | 'unknown-issuer'
  | 'bad-signature'
  | 'no-audience'
  | 'wrong-reader'
  | 'replayed'
  | 'valid-too-long'
  | 'clock-untrusted'
  | 'not-yet-valid'
  | 'expired'
  | 'unknown-command'
  | 'bad-arguments'
  | 'maintenance'
  | 'no-such-events'
  | 'bad-configuration'
  | 'not-possible'
  | 'journal-failed'
  | 'too-many';

/** `ok`: it was carried out. */
export type CommandReason = 'ok' | CommandRefusal;

/** What an issuer says; nothing of it is believed but who said so. */
export interface Claims {
  readonly id: string;
  readonly command: string;
  readonly aud: string | undefined;
  /** Seconds since 1970. */
  readonly nbf: number;
  readonly exp: number;
  readonly counter: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What a command is judged against. */
export interface Circumstances {
  /** `/gates/{site}/{reader}` */
  readonly source: string;
  /** Whether a command must name its reader. */
  readonly audience: 'optional' | 'required';
  readonly moment: Moment;
  readonly clock: Policy['clock'];
  readonly builtMs: number;
  /** The counter of the last command that was accepted from the key that signed this one. */
  readonly lastCounter: number | undefined;
  /** See `Past.trustedMs`. */
  readonly trustedMs: number;
  readonly standing: Standing;
  /** The highest event there is. */
  readonly sequence: number;
}

export type Judged =
  | { readonly ok: true; readonly order: Order }
  | {
      readonly ok: false;
      readonly reason: CommandRefusal;
      /** Its counter is used up all the same: what was refused is not carried out later. */
      readonly spends: boolean;
    };

const ID = /^[A-Za-z0-9._:-]{1,64}$/u;
const WORD = /^[a-z][a-z-]{0,39}$/u;

/** The claims of a payload; undefined where it holds none. */
export function readClaims(payload: Uint8Array): Claims | undefined {
  const value = objectOf(payload);
  if (value === undefined) return undefined;
  const { id, command, aud, nbf, exp, counter, args = {} } = value;
  if (typeof id !== 'string' || !ID.test(id) || typeof command !== 'string' || !WORD.test(command)) return undefined;
  if (!isNumericDate(nbf) || !isNumericDate(exp) || !isCount(counter) || !isObject(args)) return undefined;
  if (aud !== undefined && typeof aud !== 'string') return undefined;
  return { id, command, aud, nbf, exp, counter, args };
}

/** Judges what was proven to be signed by an issuer. */
export function judgeCommand(claims: Claims, given: Circumstances): Judged {
  const { aud, counter } = claims;
  // Whose counter it would be decides first: a command for another reader must not use up this one's.
  const misdirected = misdirection(aud, given);
  if (misdirected !== undefined) return { ok: false, reason: misdirected, spends: false };
  if (counter <= (given.lastCounter ?? -1)) return { ok: false, reason: 'replayed', spends: false };
  const order = untimely(claims, given) ?? orderOf(claims);
  if (typeof order === 'string') return { ok: false, reason: order, spends: true };
  const reason = unfit(order, given);
  return reason === undefined ? { ok: true, order } : { ok: false, reason, spends: true };
}

/** Why a command is not for this reader; undefined where it is. */
export function misdirection(
  aud: string | undefined,
  { source, audience }: Pick<Circumstances, 'source' | 'audience'>,
): 'no-audience' | 'wrong-reader' | undefined {
  if (aud === undefined) return audience === 'required' ? 'no-audience' : undefined;
  return aud === source ? undefined : 'wrong-reader';
}

function untimely({ nbf, exp }: Claims, { moment, clock, builtMs, trustedMs }: Circumstances): CommandRefusal | undefined {
  if (exp - nbf > MOST_LIFETIME_SECONDS) return 'valid-too-long';
  const standing = clockStanding(moment, { builtMs, trustedMs });
  if (standing === 'wrong' || (standing === 'doubtful' && clock === 'deny')) return 'clock-untrusted';
  const now = moment.wallMs / 1000;
  if (now < nbf) return 'not-yet-valid';
  return now >= exp ? 'expired' : undefined;
}

/** What can't be done as things stand. */
function unfit(order: Order, { standing, sequence }: Circumstances): CommandRefusal | undefined {
  // Somebody's hands may be in the gate. A locked one opens: whoever signs `open` knows of the lock.
  if (order.command === 'open' && standing.maintenance) return 'maintenance';
  return order.command === 'resend' && order.from > sequence ? 'no-such-events' : undefined;
}

function orderOf({ command, args }: Claims): Order | CommandRefusal {
  const names = Object.keys(args);
  const holds = (...known: readonly string[]): boolean => names.every((name) => known.includes(name));
  switch (command) {
    case 'lock':
    case 'unlock':
    case 'identify':
    case 'reload':
      return holds() ? { command } : 'bad-arguments';
    case 'open': {
      const { seconds } = args;
      if (!holds('seconds')) return 'bad-arguments';
      if (seconds === undefined) return { command };
      return isCount(seconds) && seconds >= 1 && seconds <= MOST_OPEN_SECONDS ? { command, seconds } : 'bad-arguments';
    }
    case 'resend': {
      const { from, to } = args;
      if (!holds('from', 'to') || !isCount(from) || !isCount(to)) return 'bad-arguments';
      return from >= 1 && from <= to ? { command, from, to } : 'bad-arguments';
    }
    case 'maintenance':
      return holds('on') && typeof args['on'] === 'boolean' ? { command, on: args['on'] } : 'bad-arguments';
    default:
      return 'unknown-command';
  }
}

/** What is told of a command, to whoever asked and in the journal. */
export interface Answer {
  readonly id?: string;
  readonly command: string;
  readonly outcome: 'done' | 'refused';
  readonly reason: CommandReason;
}

/** `claims` undefined: nothing in it was proven. */
export function answerOf(claims: Pick<Claims, 'id' | 'command'> | undefined, reason: CommandReason): Answer {
  const outcome = reason === 'ok' ? 'done' : 'refused';
  return claims ? { id: claims.id, command: claims.command, outcome, reason } : { command: 'unknown', outcome, reason };
}

function objectOf(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
/** RFC 7519, section 2: seconds since 1970, also with a fraction. */
const isNumericDate = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
