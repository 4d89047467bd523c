// The day on which somebody is inside or not: from one night reset (`exitAllAt`) to the next, in the site's local time.

import type { Moment } from '../ports.ts';

/** `YYYY-MM-DD` of the day whose reset came last; with `00:00` the calendar day. */
export function presenceDay({ text, day, dayBefore }: Pick<Moment, 'text' | 'day' | 'dayBefore'>, exitAllAt: string): string {
  return text.slice(11, 16) < exitAllAt ? dayBefore : day;
}
