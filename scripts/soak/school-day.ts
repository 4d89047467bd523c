// A school's days: who comes through the gate and when. 600 pupils in before the bell, a quarter of them out and in at noon, all
// out after lessons; Saturdays and Sundays nobody.

export interface Wave {
  readonly name: 'morning' | 'noon-out' | 'noon-in' | 'afternoon';
  /** Minutes after midnight at the site. */
  readonly from: number;
  readonly minutes: number;
  readonly people: number;
}

export const PUPILS = 600;
const AT_HOME_FOR_LUNCH = 150;

export const WAVES: readonly Wave[] = [
  { name: 'morning', from: 6 * 60 + 30, minutes: 30, people: PUPILS },
  { name: 'noon-out', from: 11 * 60 + 15, minutes: 20, people: AT_HOME_FOR_LUNCH },
  { name: 'noon-in', from: 13 * 60, minutes: 25, people: AT_HOME_FOR_LUNCH },
  { name: 'afternoon', from: 16 * 60 + 30, minutes: 25, people: PUPILS },
];

export const SCANS_A_DAY = WAVES.reduce((sum, { people }) => sum + people, 0);

const DAY_MS = 86_400_000;
const ZONE_MS = 7 * 3_600_000;

/** Midnights at the site (UTC+7) of so many school days from the day after `nowMs`, in milliseconds since 1970. */
export function schoolDays(nowMs: number, count: number): number[] {
  const days: number[] = [];
  for (let day = Math.floor((nowMs + ZONE_MS) / DAY_MS) + 1; days.length < count; day += 1) {
    const weekday = new Date(day * DAY_MS).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(day * DAY_MS - ZONE_MS);
  }
  return days;
}
