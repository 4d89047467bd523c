// The way that a direction button asked for: once, for the next person whom a scanner that looks both ways lets through.

import type { Direction } from './ports.ts';

export interface WantedWay {
  readonly direction: Direction;
  /** From when to (not with) when it counts, monotonic milliseconds. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export type WayEvent =
  | { readonly type: 'pressed'; readonly direction: Direction; readonly atMs: number; readonly holdMs: number }
  | { readonly type: 'taken' };

/** The last press counts, from its own moment: the same again renews, the other way replaces. */
export function nextWay(event: WayEvent): WantedWay | undefined {
  if (event.type === 'taken') return undefined;
  return { direction: event.direction, fromMs: event.atMs, untilMs: event.atMs + event.holdMs };
}

/** The way that counts for a scan at this time; a code that was read before the press is not meant by it. */
export function wayAt(way: WantedWay | undefined, atMs: number): Direction | undefined {
  return way !== undefined && atMs >= way.fromMs && atMs < way.untilMs ? way.direction : undefined;
}
