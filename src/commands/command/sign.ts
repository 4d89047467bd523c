// `gate-reader command sign`: one order to one reader. What its reader would refuse for what it says is not signed.

import { writeFileSync } from 'node:fs';

import { uuidv7 } from 'uuidv7';

import { type CommandRefusal, judgeCommand, readClaims } from '../../admission/command.ts';
import { NORMAL } from '../../admission/standing.ts';
import { slug } from '../../config/texts.ts';
import { systemClock } from '../../system/clock.ts';
import { signJws } from '../../system/jws.ts';
import { systemLanguage, wording, type WordingKey } from '../../system/wording.ts';
import { readSigningKey } from '../../trust/key-file.ts';
import { EXIT } from '../exit.ts';
import { withKeyFaults } from '../key-fault.ts';
import { print } from '../output.ts';
import { shown } from '../pass/order.ts';
import { tell } from '../setting.ts';

export interface SignFlags {
  readonly key: string;
  readonly site: string;
  readonly reader: string;
  readonly command: string;
  readonly seconds?: number;
  readonly from?: number;
  readonly to?: number;
  readonly on?: true;
  readonly off?: true;
  readonly valid: number;
  readonly counter?: number;
  readonly id?: string;
  readonly out?: string;
}

/** Clocks of centre and reader differ by so much and it works at once. */
const BEFORE_SECONDS = 60;
const MODE = 0o600;

export async function signCommand(flags: SignFlags): Promise<void> {
  const say = wording(systemLanguage(process.env));
  const failed = (message: string): void => {
    tell(message);
    process.exitCode = EXIT.failed;
  };
  for (const name of ['site', 'reader'] as const) {
    if (!slug().safeParse(flags[name]).success) return failed(say('command.sign.slug', { name, found: shown(flags[name]) }));
  }
  const source = `/gates/${flags.site}/${flags.reader}`;
  const payload = JSON.stringify(payloadOf(flags, source));
  const why = faultOf(payload, source);
  if (why !== undefined) return failed(say('command.sign.refused', { why, cure: say(cureOf(why)) }));
  const key = withKeyFaults(say, () => readSigningKey(flags.key));
  if (key === undefined) return;
  const jws = signJws(payload, key);
  if (flags.out === undefined) return await print(`${jws}\n`);
  try {
    writeFileSync(flags.out, jws, { mode: MODE });
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return failed(say('list.unwritable', { file: flags.out, cause: error.message }));
  }
  tell(say('command.sign.made', { file: flags.out, command: flags.command, source, seconds: flags.valid }));
}

function payloadOf({ seconds, from, to, on, off, ...flags }: SignFlags, aud: string): object {
  const now = Date.now();
  const turned = on === undefined && off === undefined ? {} : { on: on === true };
  const args = {
    ...(seconds === undefined ? {} : { seconds }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const nbf = Math.floor(now / 1000) - BEFORE_SECONDS;
  const exp = nbf + BEFORE_SECONDS + flags.valid;
  const { id = uuidv7(), command, counter = now } = flags;
  return { id, command, aud, nbf, exp, counter, args: { ...args, ...turned } };
}

/** Of what is asked for on the command line, the id alone can make claims malformed, and --valid alone a time that is wrong. */
function cureOf(why: CommandRefusal): WordingKey {
  if (why === 'malformed') return 'command.sign.cure.id';
  return why === 'bad-arguments' ? 'command.sign.cure.arguments' : 'command.sign.cure.valid';
}

/** By the reader's own eyes, were it in order. */
function faultOf(payload: string, source: string): CommandRefusal | undefined {
  const claims = readClaims(Buffer.from(payload));
  if (claims === undefined) return 'malformed';
  const clock = systemClock('UTC');
  const moment = { ...clock.describe(clock.read()), state: 'synchronised' as const };
  const circumstances = {
    source,
    audience: 'required' as const,
    moment,
    clock: 'warn' as const,
    builtMs: 0,
    trustedMs: 0,
    lastCounter: undefined,
  };
  const judged = judgeCommand(claims, { ...circumstances, standing: NORMAL, sequence: Number.MAX_SAFE_INTEGER });
  return judged.ok ? undefined : judged.reason;
}
