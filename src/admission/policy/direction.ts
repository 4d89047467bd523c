// Which way does a granted holder pass? The lane's fixed way, or the opposite of the holder's last passage today.

import type { Direction } from '../ports.ts';
import type { Case } from './rule.ts';

/** Somebody the journal has not seen today comes in: nobody sleeps at a school. */
export function passageDirection({
  direction,
  ref,
  past,
  moment,
}: Pick<Case, 'direction' | 'ref' | 'past' | 'moment'>): Direction {
  if (direction !== 'both') return direction;
  return ref !== undefined && past.lastPassage(ref, moment.day) === 'in' ? 'out' : 'in';
}
