// When a pass begins and ends, as people write it: an RFC 3339 time, or a day of the site, which is then whole.

import { systemClock } from '../../system/clock.ts';
import { parseRfc3339 } from '../../system/rfc3339.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Seconds since 1970 of `YYYY-MM-DD` (its first second at the site for `from`, its last for `until`) or of an RFC 3339 time;
 * undefined for anything else.
 *
 * @param timezone an IANA name that exists
 */
export function passTime(text: string, edge: 'from' | 'until', timezone: string): number | undefined {
  const midnight = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseRfc3339(`${text}T00:00:00Z`) : undefined;
  if (midnight !== undefined) {
    return edge === 'from' ? startOf(midnight, timezone) / 1000 : startOf(midnight + DAY_MS, timezone) / 1000 - 1;
  }
  const ms = parseRfc3339(text);
  if (ms === undefined) return undefined;
  return edge === 'from' ? Math.ceil(ms / 1000) : Math.floor(ms / 1000);
}

/**
 * The first moment of a site's day, which is not always 00:00: clocks are put forward at midnight in some zones. Offsets are
 * quarters of an hour from -12 to +14 h, so the day begins at one of the quarters around midnight UTC.
 */
function startOf(midnightUtcMs: number, timezone: string): number {
  const clock = systemClock(timezone);
  const dayAt = (wallMs: number) => Date.parse(clock.describe({ wallMs, monotonicMs: 0 }).day);
  let before = midnightUtcMs - 15 * HOUR_MS;
  let within = midnightUtcMs + 13 * HOUR_MS;
  // Halves the span between a moment of the day before and one of the day, on whole quarters of an hour.
  while (within - before > HOUR_MS / 4) {
    const quarters = Math.floor((within - before) / (HOUR_MS / 2));
    const middle = before + quarters * (HOUR_MS / 4);
    if (dayAt(middle) < midnightUtcMs) before = middle;
    else within = middle;
  }
  return within;
}

/** Whether the runtime knows a time zone by this name. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
