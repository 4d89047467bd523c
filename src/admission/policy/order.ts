// The one visible order of the rules, and the judge that walks it: the first rule that denies names the reason, warnings add up.

import { isFlawed, type Warning } from '../credentials/credential.ts';
import type { Verdict } from '../verdict.ts';
import { acceptanceOf, kindAccepted } from './acceptance.ts';
import { roomInside } from './capacity.ts';
import { cleared } from './clearance.ts';
import { clockTrusted } from './clock.ts';
import { passageDirection } from './direction.ts';
import { escorted } from './escort.ts';
import { rightGate } from './gates.ts';
import { noHold } from './hold.ts';
import { withinHours } from './hours.ts';
import { revocationsYoung, rosterYoung } from './list-age.ts';
import { unused } from './once.ts';
import { noPassback } from './passback.ts';
import { notRevoked } from './revoked.ts';
import { onRoster } from './roster.ts';
import { type Case, fixedDirection, type Rule } from './rule.ts';
import { soundCode } from './soundness.ts';
import { notSuspended } from './suspension.ts';
import { validNow } from './validity.ts';

/**
 * What is wrong with the code first, then whether anybody passes at all, then whether this reader can know at all, then what was granted, then the hour and the
 * past, then the holder. A new rule is one file and one entry here.
 */
const RULES: readonly Rule[] = [
  kindAccepted,
  soundCode,
  notSuspended,
  clockTrusted,
  rosterYoung,
  onRoster,
  validNow,
  rightGate,
  notRevoked,
  revocationsYoung,
  withinHours,
  unused,
  noPassback,
  noHold,
  escorted,
  roomInside,
  cleared,
];

/** Judges one case; pure, never throws. An entry of a roster that is not in force counts for nothing. */
export function judge(given: Case): Verdict {
  const subject = inForce(given);
  const warnings: Warning[] = isFlawed(subject.presented) ? [] : [...subject.presented.warnings];
  for (const rule of RULES) {
    const ruling = rule(subject);
    if (ruling === undefined) continue;
    if ('warn' in ruling) {
      warnings.push(ruling.warn);
      continue;
    }
    const { deny: reason, detail } = ruling;
    const direction = fixedDirection(subject.direction);
    const message = detail === 'hold' ? subject.entry?.hold : undefined;
    return {
      verdict: 'denied',
      reason,
      ...(detail === undefined ? {} : { detail }),
      ...(message === undefined ? {} : { message }),
      ...(direction === undefined ? {} : { direction }),
    };
  }
  const reason = acceptanceOf(subject) === 'record' ? 'recorded' : 'ok';
  return { verdict: 'granted', reason, direction: passageDirection(subject), warnings };
}

function inForce(given: Case): Case {
  if (given.entry === undefined || given.lists.info('roster', given.moment.wallMs) !== undefined) return given;
  const { entry: _, ...subject } = given;
  return subject;
}
