// Which days exist: the Gregorian calendar without a clock, for dates on cards.

/** Days of a month 1..12. */
function daysIn(month: number, year: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Whether day, month and year (from 1) name a day; an absent one is masked and could be any that makes it one. */
export function dayExists(day: number | undefined, month: number | undefined, year: number | undefined): boolean {
  if (year !== undefined && year < 1) return false;
  if (month !== undefined && (month < 1 || month > 12)) return false;
  // 2000 is a leap year and January has 31 days: what a masked part may be at most.
  return day === undefined || (day >= 1 && day <= daysIn(month ?? 1, year ?? 2000));
}
