// The centre's receipts: parsed and judged, pure. Holding a Receipt proves that it names this journal, does not go back and does
// not go beyond what was journalled; everything else is a named refusal.
import type { Range } from './drain.ts';
import { largestReceiptBytes } from './timings.ts';

export interface Receipt {
  /** Everything up to here is committed at the centre. */
  readonly sequence: number;
  /** Rows to send once more: sorted, apart, within first..head. */
  readonly resend: readonly Range[];
}

export type ReceiptRefusal =
  | 'oversized'
  | 'not-json'
  | 'other-epoch'
  | 'not-an-integer'
  | 'lower-than-the-last'
  | 'above-the-highest'
  | 'malformed-resend';

/** What a receipt is judged against. */
export interface Standing {
  readonly epoch: string;
  readonly receipted: number;
  /** The lowest and the highest row of the journal. */
  readonly first: number;
  readonly head: number;
}

export type ReceiptReading =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly refusal: ReceiptRefusal };

/** Reads `{"epoch":"…","sequence":n,"resend":[[from,to],…]?}`; a fault in any part refuses the whole. */
export function readReceipt(payload: Uint8Array, standing: Standing): ReceiptReading {
  if (payload.byteLength > largestReceiptBytes) return refused('oversized');
  const value = parse(payload);
  if (value === undefined) return refused('not-json');
  if (value['epoch'] !== standing.epoch) return refused('other-epoch');
  const sequence = value['sequence'];
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence)) return refused('not-an-integer');
  if (sequence < standing.receipted) return refused('lower-than-the-last');
  if (sequence > standing.head) return refused('above-the-highest');
  const ranges = value['resend'] === undefined ? [] : readRanges(value['resend']);
  if (ranges === undefined) return refused('malformed-resend');
  return { ok: true, receipt: { sequence, resend: clip(ranges, standing.first, standing.head) } };
}

function refused(refusal: ReceiptRefusal): ReceiptReading {
  return { ok: false, refusal };
}

function parse(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readRanges(value: unknown): Range[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const ranges: Range[] = [];
  for (const pair of value as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    const [from, to] = pair as unknown[];
    if (typeof from !== 'number' || typeof to !== 'number') return undefined;
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from > to) return undefined;
    ranges.push({ from, to });
  }
  return ranges;
}

/** Cuts ranges to first..head and merges what overlaps or touches, so that no row is sent twice for one receipt. */
export function clip(ranges: readonly Range[], first: number, head: number): Range[] {
  const within = ranges
    .map((range) => ({ from: Math.max(range.from, first), to: Math.min(range.to, head) }))
    .filter((range) => range.from <= range.to)
    .toSorted((a, b) => a.from - b.from);
  const merged: { from: number; to: number }[] = [];
  for (const range of within) {
    const last = merged.at(-1);
    if (last !== undefined && range.from <= last.to + 1) last.to = Math.max(last.to, range.to);
    else merged.push(range);
  }
  return merged;
}
