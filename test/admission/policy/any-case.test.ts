// The judge of cases that make no sense: it never throws, is deterministic, changes nothing, and never grants what may not pass.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Presented } from '../../../src/admission/credentials/credential.ts';
import { judge } from '../../../src/admission/policy/order.ts';
import type { Acceptance, Case } from '../../../src/admission/policy/rule.ts';
import type { Direction, LaneDirection, RosterEntry } from '../../../src/admission/ports.ts';
import { CARD, listsOf, PASS, passed, pastOf, REF, subject } from '../../fakes/judging.ts';
import { MORNING } from '../moment.ts';

/** Any case at all, sensible or not. */
function anyCase(): fc.Arbitrary<Case> {
  const time = fc.oneof(fc.constantFrom('00:00', '06:45', '12:00', '24:00', ''), fc.string({ maxLength: 6 }));
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const clean = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
  const window = fc.record({ days: fc.array(fc.integer({ min: -1, max: 9 })), from: time, to: time });
  const entry = fc
    .record({
      ref: fc.constant(REF),
      holder: fc.constantFrom('visitor', 'staff', 'pupil', 'contractor'),
      label: fc.string(),
      person: optional(fc.constantFrom('P1', '', '__proto__')),
      fromMs: optional(fc.double()),
      untilMs: optional(fc.double()),
      gates: optional(fc.array(fc.constantFrom('cong-chinh', ''))),
      hours: optional(
        fc.record({
          windows: fc.array(window),
          exceptions: fc.array(fc.record({ date: fc.constantFrom('2026-11-21', 'x'), windows: fc.array(window) })),
        }),
      ),
      hold: optional(fc.string()),
      clearance: optional(fc.record({ name: fc.string(), until: time })),
      escort: optional(
        fc.record({ by: fc.array(fc.constantFrom('P1', REF, '__proto__')), before: time, withinSeconds: fc.double() }),
      ),
    })
    .map((value) => clean(value) as RosterEntry);
  const presented: fc.Arbitrary<Presented> = fc.oneof(
    fc.constantFrom<Presented>(
      CARD,
      { ...CARD, warnings: ['lossy-text'] },
      { kind: 'cccd', flaw: 'malformed' },
      { kind: 'unknown', flaw: 'unrecognised' },
    ),
    fc
      .record({
        issuer: fc.string(),
        once: fc.boolean(),
        notBefore: fc.double(),
        expires: fc.double(),
        gates: fc.array(fc.string()),
      })
      .map((grant) => ({ ...PASS, grant })),
  );
  return fc
    .record({
      presented,
      acceptance: fc.constantFrom<Acceptance>('verify', 'roster', 'record', 'refuse'),
      entry: optional(entry),
      ref: optional(fc.constantFrom(REF, '__proto__', '')),
      direction: fc.constantFrom<LaneDirection>('in', 'out', 'both'),
      state: fc.constantFrom('synchronised' as const, 'unsynchronised' as const),
      last: optional(fc.constantFrom<Direction>('in', 'out')),
      inside: fc.integer(),
      used: fc.boolean(),
      numbers: fc.record({ trustedMs: fc.double(), builtMs: fc.double(), issuedMs: fc.double(), expiresMs: fc.double() }),
      policy: fc.record({
        antiPassback: fc.constantFrom('off' as const, 'warn' as const, 'deny' as const),
        clock: fc.constantFrom('warn' as const, 'deny' as const),
        clearance: fc.constantFrom('warn' as const, 'deny' as const),
        maxListAgeHours: fc.record({ warn: fc.double(), deny: fc.double() }),
        exitAllAt: time,
        capacity: optional(fc.integer()),
      }),
    })
    .map((parts) => {
      const { trustedMs, builtMs, ...dates } = parts.numbers;
      const own = { ...(parts.entry ? { entry: parts.entry } : {}), ...(parts.ref === undefined ? {} : { ref: parts.ref }) };
      const passages = parts.last === undefined ? {} : { [REF]: passed(parts.last), P1: passed(parts.last, 1000) };
      const { ref: _, ...unnamed } = subject(parts.presented, parts.acceptance);
      return {
        ...unnamed,
        ...own,
        direction: parts.direction,
        builtMs,
        moment: { ...MORNING, state: parts.state },
        past: pastOf(passages, { inside: () => parts.inside, isUsed: () => parts.used, trustedMs }),
        lists: listsOf({ roster: parts.entry ? [parts.entry] : [], revoked: parts.used ? [REF] : [], policy: {}, ...dates }),
        policy: { ...parts.policy, accept: { [parts.presented.kind]: parts.acceptance } },
      };
    });
}

describe('judge of any case', () => {
  test('never throws, says the same twice, and neither grants a flaw nor what is refused', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyCase(), (given) => {
        const before = structuredClone({ presented: given.presented, entry: given.entry, policy: given.policy });
        const verdict = judge(given);
        expect(judge(given)).toEqual(verdict);
        expect({ presented: given.presented, entry: given.entry, policy: given.policy }).toEqual(before);
        const barred = 'flaw' in given.presented || given.policy.accept[given.presented.kind] === 'refuse';
        const granted = verdict.verdict === 'granted';
        expect(granted && barred).toBe(false);
        expect(granted ? ['both', verdict.direction] : [given.direction]).toContain(given.direction);
        seen.add(verdict.reason);
      }),
      { numRuns: 3000 },
    );
    expect(seen.size).toBeGreaterThan(10);
  });
});
