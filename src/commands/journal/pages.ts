// A run of events in pages: no page's rows outlive the look at the next, and no read transaction outlives a page, so that a
// slow taker neither fills memory nor holds up the daemon's checkpoints.

import type { StoredEvent } from '../../journal/chain.ts';
import { eventsBetween, type JournalReader } from '../../journal/reader.ts';

const PAGE_ROWS = 500;

/** Events with `after < sequence <= through`, in order. */
export function* eventsIn(reader: JournalReader, after: number, through: number): Generator<StoredEvent, void> {
  for (let from = after; ; ) {
    const page = [...eventsBetween(reader, from, through, PAGE_ROWS)];
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    from = last.sequence;
  }
}
