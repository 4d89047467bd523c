// The one visible order of the rules, and the judge that walks it: the first rule that objects names the reason.

import { isFlawed } from '../credentials/credential.ts';
import type { Verdict } from '../verdict.ts';
import { acceptanceOf, kindAccepted } from './acceptance.ts';
import { passageDirection } from './direction.ts';
import { onRoster } from './roster.ts';
import { type Case, fixedDirection, type Rule } from './rule.ts';
import { soundCode } from './soundness.ts';

/** A new rule is one file and one entry here. */
const RULES: readonly Rule[] = [kindAccepted, soundCode, onRoster];

/** Judges one case; pure, never throws. */
export function judge(subject: Case): Verdict {
  for (const rule of RULES) {
    const reason = rule(subject);
    if (reason === undefined) continue;
    const direction = fixedDirection(subject.direction);
    return direction === undefined ? { verdict: 'denied', reason } : { verdict: 'denied', reason, direction };
  }
  return {
    verdict: 'granted',
    reason: acceptanceOf(subject) === 'record' ? 'recorded' : 'ok',
    direction: passageDirection(subject),
    warnings: isFlawed(subject.presented) ? [] : subject.presented.warnings,
  };
}
