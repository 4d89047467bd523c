// Bytes -> what was presented: the recognisers in the contract's order, the first that claims the text decides.

import type { Scan } from '../ports.ts';
import { recogniseCccd } from './cccd.ts';
import type { Presented, Recogniser } from './credential.ts';
import { decodeCode } from './text.ts';

/** CONTRACT section 4's order. A new kind is one file and one entry here. */
const RECOGNISERS: readonly Recogniser[] = [recogniseCccd];

const UNKNOWN: Presented = { kind: 'unknown', flaw: 'unrecognised' };

/**
 * Never throws; time and memory are bounded by the scan's 4,096 bytes. A scanner that names the symbology by an AIM
 * identifier other than QR's (`]Q*`) read a bar code or another matrix code: no credential of ours, whatever its text says.
 */
export function recognise(scan: Pick<Scan, 'bytes' | 'symbology' | 'fault'>): Presented {
  if (scan.fault !== undefined || (scan.symbology !== undefined && !scan.symbology.startsWith('Q'))) return UNKNOWN;
  const code = decodeCode(scan.bytes);
  for (const claim of RECOGNISERS) {
    const presented = claim(code);
    if (presented) return presented;
  }
  return UNKNOWN;
}
