// Is it one of the hours in which the holder may pass? In the site's local time alone, so that a change of the clocks moves
// nothing. `verify` and `roster` only: `record` asks nobody for terms.
//
//   week        Mon 22:00-06:00          covers Mon 22:00 .. Tue 05:59:59.999
//   exceptions  Tue (windows or none)    on Tuesday its own windows alone, and not what Monday's leave over

import type { Hours, Moment } from '../ports.ts';
import { needsVoucher } from './acceptance.ts';
import { termOf } from './listed.ts';
import type { Rule } from './rule.ts';

/** From `from` to before `to`, as `HH:MM`; where `to` is not after `from` it is that of the next day. */
type Span = Pick<Hours['windows'][number], 'from' | 'to'>;

const crossesMidnight = ({ from, to }: Span): boolean => to <= from;

/** The spans that begin on a day. */
function spansOf({ windows, exceptions }: Hours, date: string, weekday: number): readonly Span[] {
  return exceptionOn(exceptions, date) ?? windows.filter(({ days }) => days.includes(weekday));
}

const exceptionOn = (exceptions: Hours['exceptions'], date: string) => exceptions?.find((day) => day.date === date)?.windows;

/** Whether `hours` cover a moment. */
export function open(
  hours: Hours,
  { text, day, dayBefore, weekday }: Pick<Moment, 'text' | 'day' | 'dayBefore' | 'weekday'>,
): boolean {
  const time = text.slice(11, 16);
  const today = spansOf(hours, day, weekday);
  if (today.some((span) => time >= span.from && (crossesMidnight(span) || time < span.to))) return true;
  if (exceptionOn(hours.exceptions, day) !== undefined) return false;
  const weekdayBefore = weekday === 1 ? 7 : weekday - 1;
  return spansOf(hours, dayBefore, weekdayBefore).some((span) => crossesMidnight(span) && time < span.to);
}

export const withinHours: Rule = (subject) => {
  if (!needsVoucher(subject)) return undefined;
  const hours = termOf(subject, 'hours');
  return hours === undefined || open(hours, subject.moment) ? undefined : { deny: 'outside-hours' };
};
