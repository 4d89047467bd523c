// Bytes -> what was presented: the recognisers in the contract's order, the first that claims the text decides.

import type { Scan } from '../ports.ts';
import { recogniseCccd } from './cccd.ts';
import type { Presented, Proof, Recogniser } from './credential.ts';
import { recogniseHealthCertificate } from './health-certificate.ts';
import { recogniseHealthInsurance } from './health-insurance.ts';
import { recogniseNationalQr } from './national-qr.ts';
import { recogniseOperator } from './operator.ts';
import { recognisePass } from './pass.ts';
import { recogniseSetup } from './setup.ts';
import { decodeCode } from './text.ts';
import { recogniseToken } from './token.ts';

/** CONTRACT section 4's order. A new kind is one file and one entry here. */
const RECOGNISERS: readonly Recogniser[] = [
  recognisePass,
  recogniseToken,
  recogniseCccd,
  recogniseNationalQr,
  recogniseHealthCertificate,
  recogniseHealthInsurance,
  recogniseSetup,
  recogniseOperator,
];

const UNKNOWN: Presented = { kind: 'unknown', flaw: 'unrecognised' };

/**
 * Never throws; time and memory are bounded by the scan's 4,096 bytes. A scanner that names the symbology by an AIM
 * identifier other than QR's (`]Q*`) read a bar code or another matrix code: no credential of ours, whatever its text says.
 */
export function recognise(scan: Pick<Scan, 'bytes' | 'symbology' | 'fault' | 'lossy'>, proof: Proof): Presented {
  if (scan.fault !== undefined || (scan.symbology !== undefined && !scan.symbology.startsWith('Q'))) return UNKNOWN;
  const decoded = decodeCode(scan.bytes);
  const code = scan.lossy ? { ...decoded, lossy: true } : decoded;
  for (const claim of RECOGNISERS) {
    const presented = claim(code, proof);
    if (presented) return presented;
  }
  return UNKNOWN;
}
