// What is wrong with a key file, told in the language of whoever runs the command.

import { TrustError } from '../trust/fault.ts';
import type { Words } from '../system/wording.ts';
import { EXIT } from './exit.ts';
import { tell } from './setting.ts';

/**
 * What `work` gives; where a key file can't be used, undefined: the fault is on standard error and the exit code is 1.
 *
 * @throws whatever else `work` throws: that is a defect
 */
export function withKeyFaults<T>(say: Words, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    tell(say(`key.fault.${error.code}`, { file: error.path, found: error.found }));
    process.exitCode = EXIT.failed;
    return undefined;
  }
}
