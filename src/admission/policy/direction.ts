// Which way does a granted holder pass? The lane's fixed way, or the opposite of the holder's last passage since the night reset.

import type { Direction } from '../ports.ts';
import { personOf } from './person.ts';
import { presenceDay } from './presence-day.ts';
import type { Case } from './rule.ts';

type Asked = Pick<Case, 'direction' | 'ref' | 'entry' | 'past' | 'moment' | 'policy'>;

/** The holder's last passage on this presence day. */
export function lastPassageOf({ ref, entry, past, moment, policy }: Omit<Asked, 'direction'>) {
  const person = personOf({ ...(entry === undefined ? {} : { entry }), ...(ref === undefined ? {} : { ref }) });
  return person === undefined ? undefined : past.lastPassage(person, presenceDay(moment, policy.exitAllAt));
}

/** Somebody the journal has not seen since the reset comes in: nobody sleeps at a school. */
export function passageDirection(subject: Asked): Direction {
  if (subject.direction !== 'both') return subject.direction;
  return lastPassageOf(subject)?.direction === 'in' ? 'out' : 'in';
}
