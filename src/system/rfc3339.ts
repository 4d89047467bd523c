// Times as people and programs write them into options: RFC 3339, read strictly. Guarantees: a day that does not exist, a
// missing offset or a loose format is refused, never shifted to another time.

const FORM = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const MINUTE_MS = 60_000;

/**
 * Milliseconds since 1970-01-01T00:00:00Z of an RFC 3339 time (section 5.6, with a blank for the `T` allowed), or undefined
 * for anything else. Fractions beyond milliseconds are cut; a leap second counts as the first of the next minute.
 */
export function parseRfc3339(text: string): number | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [, , , , , , , fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match;
  if (hour > 23 || minute > 59 || second > 60 || Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1);
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return midnight.getTime() + (hour * 60 + minute - offset) * MINUTE_MS + second * 1000 + milliseconds;
}
