// What a pass is to say, checked: from words of a command line or a table to an order that can be signed. Guarantees: the
// reader accepts what an order says; all faults are told together, and none of them repeats a name.

import { printable } from '../../config/path.ts';
import { slug } from '../../config/texts.ts';
import type { WordingKey, WordingParams } from '../../system/wording.ts';
import { passTime } from './times.ts';

/** CONTRACT section 4: private claim 4, counted from 1. */
export const PASS_KINDS = ['visitor', 'staff', 'pupil', 'contractor'] as const;
export type PassKind = (typeof PASS_KINDS)[number];

/** A pass as somebody asks for it. */
export interface PassWords {
  readonly name: string;
  readonly kind: string;
  readonly from: string;
  readonly until: string;
  readonly gates: readonly string[];
  readonly once: boolean;
}

export interface PassOrder {
  /** 1-40 code points in NFC. */
  readonly name: string;
  readonly kind: PassKind;
  /** Seconds since 1970, both included. */
  readonly from: number;
  readonly until: number;
  /** Empty: every gate. */
  readonly gates: readonly string[];
  readonly once: boolean;
}

export interface PassFault {
  readonly field: keyof PassWords | 'issuer' | 'timezone';
  readonly key: WordingKey;
  readonly params?: WordingParams;
}

const NAME_MAX = 40;

/** The order, or everything that is wrong with the words. */
export function passOrder(words: PassWords, timezone: string): PassOrder | readonly PassFault[] {
  const name = words.name.normalize('NFC').trim();
  const kind = PASS_KINDS.find((known) => known === words.kind);
  const [from, until] = [passTime(words.from, 'from', timezone), passTime(words.until, 'until', timezone)];
  const faults = [...nameFaults(name), ...timeFaults({ from, until }, words), ...gateFaults(words.gates)];
  if (kind === undefined) {
    faults.push({ field: 'kind', key: 'pass.fault.kind', params: { found: shown(words.kind), kinds: PASS_KINDS.join(', ') } });
  }
  if (faults.length > 0 || kind === undefined || from === undefined || until === undefined) return faults;
  return { name, kind, from, until, gates: [...new Set(words.gates)], once: words.once };
}

function nameFaults(name: string): PassFault[] {
  const length = Array.from(name).length;
  if (length < 1 || length > NAME_MAX)
    return [{ field: 'name', key: 'pass.fault.name-length', params: { found: length, most: NAME_MAX } }];
  return /\p{C}/u.test(name) ? [{ field: 'name', key: 'pass.fault.name-characters' }] : [];
}

function timeFaults({ from, until }: { from: number | undefined; until: number | undefined }, words: PassWords): PassFault[] {
  const faults: PassFault[] = [];
  if (from === undefined) faults.push({ field: 'from', key: 'pass.fault.time', params: { found: shown(words.from) } });
  if (until === undefined) faults.push({ field: 'until', key: 'pass.fault.time', params: { found: shown(words.until) } });
  if (from !== undefined && until !== undefined && until < from) {
    faults.push({ field: 'until', key: 'pass.fault.order', params: { from: words.from, until: words.until } });
  }
  return faults;
}

function gateFaults(gates: readonly string[]): PassFault[] {
  return gates
    .filter((gate) => !slug().safeParse(gate).success)
    .map((gate) => ({ field: 'gates' as const, key: 'pass.fault.gate' as const, params: { found: shown(gate) } }));
}

const SHOWN_MAX = 40;

/** What was found, short and harmless to a terminal. */
export function shown(text: string): string {
  const characters = Array.from(text);
  return `"${printable(characters.slice(0, SHOWN_MAX).join(''))}${characters.length > SHOWN_MAX ? '…' : ''}"`;
}
