// What `pass issue` and `pass sheet` have in common: the key, the words of whoever runs it, and the site's references.

import type { KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';

import { type Language, systemLanguage, type Words, wording } from '../../system/wording.ts';
import { readSigningKey } from '../../trust/key-file.ts';
import { EXIT } from '../exit.ts';
import { withKeyFaults } from '../key-fault.ts';
import { type SettingFlags, settingOf, tell } from '../setting.ts';
import { siteRefs } from '../site-refs.ts';
import { CODE_MAX, type Pass, signPass } from './code.ts';
import { type PassFault, type PassOrder, shown } from './order.ts';
import { isTimezone } from './times.ts';

export interface SignerFlags extends SettingFlags {
  /** File of the issuer's private key. */
  readonly key: string;
  readonly issuer: string;
  readonly timezone: string;
}

export interface Signer {
  readonly say: Words;
  readonly language: Language;
  /** A pass with its reference, or that its code would be too long. */
  sign(order: PassOrder): SignedPass | PassFault;
}

export interface SignedPass extends Pass {
  /** Null: no site key was named, or it can't be used; that was told. */
  readonly ref: string | null;
}

const ISSUER_MAX = 60;

/** Undefined: what is wrong is on standard error, and the exit code is set. */
export function signerOf(flags: SignerFlags): Signer | undefined {
  const isSited = flags.config !== undefined || flags.data !== undefined;
  const setting = isSited ? settingOf(flags) : undefined;
  if (isSited && !setting) return undefined;
  const language = flags.config === undefined ? systemLanguage(process.env) : (setting?.configuration.language ?? 'vi');
  const say = setting?.say ?? wording(language);
  const faults = flagFaults(flags);
  if (faults.length > 0) {
    tellFaults(faults, say);
    return undefined;
  }
  const key = withKeyFaults(say, () => readSigningKey(flags.key));
  if (key === undefined) return undefined;
  const refs = setting && siteRefs(setting);
  if (refs?.ok === false) tell(refs.why);
  const ref = (cti: Uint8Array) => (refs?.ok ? refs.ref('pass', cti) : null);
  return { say, language, sign: (order) => signed(order, flags.issuer, key, ref) };
}

function flagFaults({ issuer, timezone }: SignerFlags): PassFault[] {
  const faults: PassFault[] = [];
  const length = Array.from(issuer).length;
  if (length < 1 || length > ISSUER_MAX || /\p{C}/u.test(issuer)) {
    faults.push({ field: 'issuer', key: 'pass.fault.issuer', params: { found: length, most: ISSUER_MAX } });
  }
  if (!isTimezone(timezone)) faults.push({ field: 'timezone', key: 'pass.fault.timezone', params: { found: shown(timezone) } });
  return faults;
}

function signed(
  order: PassOrder,
  issuer: string,
  key: KeyObject,
  ref: (cti: Uint8Array) => string | null,
): SignedPass | PassFault {
  const pass = signPass(order, issuer.normalize('NFC'), key);
  if (pass.code.length <= CODE_MAX) return { ...pass, ref: ref(pass.cti) };
  return { field: 'gates', key: 'pass.fault.too-long', params: { found: pass.code.length, most: CODE_MAX } };
}

/** Faults of what was typed: one line each, exit code 2. */
export function tellFaults(faults: readonly PassFault[], say: Words): void {
  tell(...faults.map(({ field, key, params }) => `${field}: ${say(key, params)}`));
  process.exitCode = EXIT.usage;
}

/** It lets somebody in: for its owner's eyes. */
const FILE_MODE = 0o600;

/** Writes a file, or tells why it can't be and sets the exit code. */
export function isWritten(file: string, content: Uint8Array | string, say: Words): boolean {
  try {
    writeFileSync(file, content, { mode: FILE_MODE });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    tell(say('pass.unwritable', { file, cause: error.message }));
    process.exitCode = EXIT.failed;
    return false;
  }
}
