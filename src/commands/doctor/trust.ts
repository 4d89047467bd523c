// Checks of what the site is judged by: the issuers' keys, the health signers' certificates, the signed lists in the folder and
// in the data folder. Verifies as the daemon does and takes nothing over.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { ListName } from '../../admission/ports.ts';
import { LIST_NAMES } from '../../lists/entries.ts';
import { loadLists } from '../../lists/loaded.ts';
import { TrustError } from '../../trust/fault.ts';
import { type Keyring, openTrust } from '../../trust/keyring.ts';
import { type Check, failure, type Finding, ok, warning } from './check.ts';
import type { Situation } from './situation.ts';

export function trustChecks(situation: Situation): Check[] {
  return [
    { name: 'issuers', look: () => issuers(situation) },
    { name: 'lists', look: () => lists(situation, Date.now()) },
  ];
}

function issuers(situation: Situation): Finding {
  const { say, configuration } = situation;
  try {
    const keyring = openTrust(situation.configuration.trust);
    const found =
      configuration.trust.issuers === undefined
        ? say('doctor.issuers.none')
        : say('doctor.issuers', { file: configuration.trust.issuers, count: keyring.issuerKeys().length });
    if (keyring.faults.length === 0) return ok(found);
    return warning([found, ...keyring.faults.map(({ message }) => message)].join('\n'), say('doctor.issuers.certificate.cure'));
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    return failure(error.message, say('doctor.issuers.cure'));
  }
}

const HOUR_MS = 3_600_000;
/** The lists whose age decides (admission/policy/list-age.ts). */
const AGEING: readonly ListName[] = ['roster', 'revoked'];

function lists(situation: Situation, nowMs: number): Finding {
  const { configuration, dataFolder, say } = situation;
  const { trust, site, admission } = configuration;
  const opened = loadLists({ folder: trust.lists, dataFolder, site, issuers: keysOf(situation), atMs: nowMs });
  const found: string[] = [];
  let [absent, worst] = [false, 0];
  for (const list of LIST_NAMES) {
    const info = opened.info(list, nowMs);
    const file = join(trust.lists ?? '', `${list}.jws`);
    if (info === undefined) {
      if (trust.lists === undefined || !existsSync(file)) continue;
      absent = true;
      found.push(say('explain.list-absent', { file }));
      continue;
    }
    const hours = Math.max(0, (nowMs - info.issuedMs) / HOUR_MS);
    if (AGEING.includes(list)) worst = Math.max(worst, hours);
    found.push(say('doctor.lists', { list, version: info.version, hours: Math.floor(hours) }));
  }
  opened.close();
  const told = found.length === 0 ? say('doctor.lists.none') : found.join('\n');
  if (worst > admission.maxListAgeHours.deny) return failure(told, say('doctor.lists.old.cure'));
  if (worst > admission.maxListAgeHours.warn) return warning(told, say('doctor.lists.old.cure'));
  return absent ? warning(told, say('doctor.lists.absent.cure')) : ok(told);
}

/** None where they can't be used: that is the other check's to say. */
function keysOf(situation: Situation): ReturnType<Keyring['issuerKeys']> {
  try {
    return openTrust(situation.configuration.trust).issuerKeys();
  } catch {
    return [];
  }
}
