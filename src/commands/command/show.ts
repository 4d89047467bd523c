// `gate-reader command show`: what a signed order says, by whom, and whether that is proven. Nothing is carried out.

import { readFileSync } from 'node:fs';

import { type Claims, MOST_COMMAND_BYTES, readClaims } from '../../admission/command.ts';
import { printable } from '../../config/path.ts';
import { type Envelope, takeApart, withoutEnd } from '../../system/jws.ts';
import { systemLanguage, type Words, wording } from '../../system/wording.ts';
import { openTrust } from '../../trust/keyring.ts';
import { EXIT } from '../exit.ts';
import { withKeyFaults } from '../key-fault.ts';
import { print } from '../output.ts';
import { tell } from '../setting.ts';

export interface ShowFlags {
  readonly trust?: string;
  readonly json?: true;
}

type Proof = 'verified' | 'unknown-issuer' | 'bad-signature' | 'not-checked';

export async function showCommand(file: string, { trust, json }: ShowFlags): Promise<void> {
  const say = wording(systemLanguage(process.env));
  const failed = (message: string): void => {
    tell(message);
    process.exitCode = EXIT.failed;
  };
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return failed(say('list.unreadable', { file, cause: error.message }));
  }
  const apart = takeApart(withoutEnd(bytes), MOST_COMMAND_BYTES);
  if (!apart.ok) return failed(say('command.show.refused', { file, why: apart.reason }));
  const claims = readClaims(apart.envelope.payload);
  if (claims === undefined) return failed(say('command.show.refused', { file, why: 'malformed' }));
  const signature = withKeyFaults(say, () => proofOf(apart.envelope, trust));
  if (signature === undefined) return;
  if (signature === 'unknown-issuer' || signature === 'bad-signature') process.exitCode = EXIT.failed;
  const { kid } = apart.envelope;
  await print(json ? `${JSON.stringify({ ...claims, kid, signature })}\n` : inWords(claims, { kid, signature }, say));
}

function proofOf({ kid, signed, signature }: Envelope, trust: string | undefined): Proof {
  if (trust === undefined) return 'not-checked';
  const check = openTrust({ issuers: trust }).checkSigner(kid, signed, signature);
  if (check === 'valid') return 'verified';
  return check === 'invalid' ? 'bad-signature' : 'unknown-issuer';
}

function inWords(claims: Claims, { kid, signature }: { readonly kid: string; readonly signature: Proof }, say: Words): string {
  const { id, command, aud = '-', counter, nbf, exp, args } = claims;
  const now = Date.now() / 1000;
  const [issued, expires] = [nbf, exp].map((seconds) => timeText(seconds)) as [string, string];
  const state = now < nbf ? 'not-yet-issued' : now >= exp ? 'expired' : 'current';
  const lines = [
    say('command.show.what', { command, aud, args: JSON.stringify(args), id, counter }),
    say(`list.show.${state}`, { issued, expires }),
    say(`list.show.${signature}`, { kid }),
  ];
  return `${lines.map((line) => printable(line)).join('\n')}\n`;
}

/** A payload may hold any number; not every one is a time. */
function timeText(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? String(seconds) : `${time.toISOString().slice(0, 19)}Z`;
}
