// A moment at a school gate, for judges and events under test.

import type { Moment } from '../../src/admission/ports.ts';

export const MORNING: Moment = {
  wallMs: Date.UTC(2026, 10, 20, 23, 45, 3, 127),
  monotonicMs: 81_233_012,
  text: '2026-11-21T06:45:03.127+07:00',
  day: '2026-11-21',
  dayBefore: '2026-11-20',
  weekday: 6,
  state: 'synchronised',
  boot: '5f3c9a10-0000-4000-8000-000000000000',
};
