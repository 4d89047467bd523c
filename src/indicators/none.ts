// No indicator: a reader whose feedback is given elsewhere (a console, a turnstile's own lamps).

import type { Indicator } from '../admission/ports.ts';

export function noIndicator(): Indicator {
  return { show() {}, announce() {}, rest() {}, async close() {} };
}
