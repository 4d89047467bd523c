// `gate-reader journal verify`: is the record whole and unchanged? Names the first bad event, what that means and what to do.

import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { isDamage } from '../../journal/database.ts';
import { readChain } from '../../journal/chain.ts';
import { extentOf, type JournalReader } from '../../journal/reader.ts';
import { type Proof, prove } from '../../journal/verify.ts';
import { readerKey, SecretError } from '../../system/secrets.ts';
import type { Words } from '../../system/wording.ts';
import { EXIT } from '../exit.ts';
import { print } from '../output.ts';
import { type Progress, progress } from '../progress.ts';
import { type SettingFlags, tell } from '../setting.ts';
import { withJournal } from './open.ts';

export interface VerifyFlags extends SettingFlags {
  readonly json?: true;
}

/** A page that cannot be read ends the proof as a wrong event does. */
type Finding = Proof | { readonly ok: false; readonly rows: number; readonly sequence: number; readonly fault: 'unreadable' };

export async function verify(flags: VerifyFlags): Promise<void> {
  await withJournal(flags, async (reader, { dataFolder, say }) => {
    const { rows } = extentOf(reader);
    const told = progress(rows, say);
    const key = sealKey(reader, dataFolder, say);
    const finding = proveAll(reader, key, told);
    told.end();
    if (!finding.ok) process.exitCode = EXIT.failed;
    if (flags.json) {
      await print(`${JSON.stringify(jsonOf(finding))}\n`);
      return;
    }
    if (finding.ok) {
      await print(`${say('journal.verify.good', { rows: finding.rows, seals: finding.seals, unsealed: finding.unsealed })}\n`);
      return;
    }
    const { sequence, fault } = finding;
    await print(
      `${say('journal.verify.bad', { sequence, rows: finding.rows })}\n${say(`journal.fault.${fault}`)}\n${say('journal.verify.cure', { sequence })}\n`,
    );
  });
}

function jsonOf(finding: Finding): object {
  if (finding.ok) return { ok: true, rows: finding.rows, seals: finding.seals, unsealed: finding.unsealed };
  return { ok: false, sequence: finding.sequence, fault: finding.fault, rows: finding.rows };
}

/** One snapshot: where the chain begins and its rows must be of the same moment, while retention removes rows. */
function proveAll({ connection }: JournalReader, key: KeyObject | undefined, told: Progress): Finding {
  let [proved, begin] = [0, 0];
  try {
    return connection
      .transaction(() => {
        const chain = readChain(connection);
        if (!chain) return { ok: true as const, rows: 0, seals: 0, unsealed: 0 };
        begin = chain.prunedSequence;
        return prove(connection, chain, key, (rows) => {
          proved = rows;
          told.at(rows);
        });
      })
      .deferred();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { ok: false, rows: proved, sequence: begin + proved + 1, fault: 'unreadable' };
  }
}

/** The reader's own key where it is at hand, else what the journal itself says of it: weaker, and said so. */
function sealKey({ connection }: JournalReader, folder: string, say: Words): KeyObject | undefined {
  try {
    if (existsSync(join(folder, 'reader.key'))) return createPublicKey(readerKey(folder));
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    tell(error.message);
  }
  const told = connection
    .prepare<[], { body: Buffer }>(
      `SELECT body FROM event WHERE instr(body, CAST('"type":"gate.start.v1"' AS BLOB)) > 0 ORDER BY sequence LIMIT 1`,
    )
    .get();
  const key = told && keyIn(told.body);
  tell(say(key ? 'journal.verify.own-key' : 'journal.verify.no-key'));
  return key;
}

function keyIn(body: Buffer): KeyObject | undefined {
  try {
    const { data } = JSON.parse(body.toString()) as { data: { key: { kty: string; crv: string; x: string } } };
    return createPublicKey({ key: { kty: data.key.kty, crv: data.key.crv, x: data.key.x }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
