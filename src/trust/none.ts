// A reader that trusts nobody: every signature is by an unknown key.

import type { Signers, Trust } from '../admission/ports.ts';

export const NO_TRUST: Trust & Signers = {
  checkSigner: () => 'unknown-key',
  checkIssuer: () => 'unknown-key',
  checkHealthSigner: () => 'unknown-key',
  inflate: () => undefined,
};
