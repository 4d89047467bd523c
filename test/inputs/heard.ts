// An input with somebody at its end who leaves with the test.

import { onTestFinished } from 'vitest';
import type { Input, InputChange } from '../../src/admission/ports.ts';
import { type Hearing, hearInput } from '../fakes/hearing.ts';

/** As hearInput; stopped when the test has finished. */
export function hear(input: Input, take?: (change: InputChange) => Promise<void> | undefined): Hearing {
  const heard = hearInput(input, take);
  onTestFinished(() => heard.stop());
  return heard;
}
