// Which checks run in which guest, where two guests at a time are quicker than one. Pure.

/** Each takes a processor of the host, and a gigabyte. */
const GUESTS_MAX = 2;
/** For fewer checks a second boot is not worth it. */
const WORTH_IT = 6;

/** Deals checks like cards, so that neighbours, which are alike, take about the same time in each; every check once, in order. */
export function deal(checks: readonly string[], processors: number): string[][] {
  const guests = checks.length < WORTH_IT ? 1 : Math.max(1, Math.min(GUESTS_MAX, processors));
  return Array.from({ length: guests }, (_, guest) => checks.filter((_check, index) => index % guests === guest));
}
