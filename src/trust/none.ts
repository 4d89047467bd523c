// A reader that trusts nobody: every signature is by an unknown key.

import type { Trust } from '../admission/ports.ts';

export const NO_TRUST: Trust = {
  checkIssuer: () => 'unknown-key',
  checkHealthSigner: () => 'unknown-key',
  inflate: () => undefined,
};
