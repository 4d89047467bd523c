// Is it valid now, by the signature's own limits and by the roster entry's? `verify` and `roster` only: `record` writes down
// whoever comes, and needs no clock.

import { needsVoucher } from './acceptance.ts';
import { type Case, grantOf, type Rule } from './rule.ts';

/** CONTRACT section 4: clocks of issuer and reader may differ by so much. */
const SKEW_MS = 60_000;

/** Limits in milliseconds since 1970, both included. */
interface Limits {
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

function limitsOf(subject: Case): Limits[] {
  const { entry } = subject;
  const grant = grantOf(subject);
  const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
  return [
    ...(grant ? [{ fromMs: milliseconds(grant.notBefore), untilMs: milliseconds(grant.expires) }] : []),
    ...(entry ? [{ fromMs: entry.fromMs, untilMs: entry.untilMs }] : []),
  ];
}

export const validNow: Rule = (subject) => {
  if (!needsVoucher(subject)) return undefined;
  const { wallMs } = subject.moment;
  for (const { fromMs, untilMs } of limitsOf(subject)) {
    if (fromMs !== undefined && wallMs < fromMs - SKEW_MS) return { deny: 'not-yet-valid' };
    if (untilMs !== undefined && wallMs > untilMs + SKEW_MS) return { deny: 'expired' };
  }
  return undefined;
};
