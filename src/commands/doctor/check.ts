// What a check is: a name, a look, and a finding with its cure. A look that takes too long or breaks is itself a finding, so
// that one bad part never hides the others.

import type { Words } from '../../system/wording.ts';

export type Finding =
  | { readonly status: 'ok'; readonly found: string }
  | { readonly status: 'warning' | 'failure'; readonly found: string; readonly cure: string };

export interface Check {
  /** A slug that stays the same: programs read it. */
  readonly name: string;
  /** Lets go of what it holds when `signal` aborts. */
  readonly look: (signal: AbortSignal) => Finding | Promise<Finding>;
}

export type Result = { readonly check: string } & Finding;

export const ok = (found: string): Finding => ({ status: 'ok', found });
export const warning = (found: string, cure: string): Finding => ({ status: 'warning', found, cure });
export const failure = (found: string, cure: string): Finding => ({ status: 'failure', found, cure });

/** For each check. Waits inside a check are shorter, so that it can say what it was waiting for. */
const LIMIT_MS = 5_000;

/** Runs them side by side, each for at most `limitMs`; the results are in the order of the checks. */
export function runChecks(checks: readonly Check[], say: Words, limitMs = LIMIT_MS): Promise<Result[]> {
  return Promise.all(
    checks.map(async ({ name, look }) => {
      const abort = new AbortController();
      const limit = Promise.withResolvers<Finding>();
      const slow = failure(say('doctor.slow', { seconds: limitMs / 1000 }), say('doctor.slow.cure'));
      const timer = setTimeout(() => limit.resolve(slow), limitMs);
      try {
        // A look that throws synchronously must not take the others down with it.
        return { check: name, ...(await Promise.race([Promise.resolve().then(() => look(abort.signal)), limit.promise])) };
      } catch (error) {
        return { check: name, ...failure(error instanceof Error ? error.message : String(error), say('doctor.broke.cure')) };
      } finally {
        clearTimeout(timer);
        abort.abort();
      }
    }),
  );
}
