// `gate-reader token new`: fresh tokens (CONTRACT section 4) with the references by which a roster names them.

import { randomBytes } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';

import { Output } from './output.ts';
import { type SettingFlags, settingOf, tell } from './setting.ts';
import { siteRefs } from './site-refs.ts';

interface TokenFlags extends SettingFlags {
  readonly count: number;
  readonly json?: true;
}

const COUNT_MAX = 100_000;
const TOKEN_BYTES = 16;
const TOKEN_CHARACTERS = 26;
/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const EXAMPLES = `
Examples:
  gate-reader token new
  gate-reader token new --count 800 --config gate-reader.yaml > tokens.tsv     token, tab, reference
  gate-reader token new --json --data /var/lib/gate-reader | jq -r '.tokens[0].ref'

A token is a secret: whoever has it can have it printed. The reference goes into the roster. It depends on the site's key:
without --config or --data that lead to that key the references are null (--json) or left out.`;

/** The `token` command. Exit 0; 2 usage, 78 bad configuration. */
export function tokenCommand(): Command {
  const command = new Command('token')
    .description('make tokens for staff and pupils')
    .addHelpText('after', '\nExample:\n  gate-reader token new --count 30 --config gate-reader.yaml');
  command
    .command('new')
    .description('make fresh tokens, with their references for the roster')
    .option('--count <count>', `how many, 1 to ${COUNT_MAX}`, countOf, 1)
    .option('--config <file>', "configuration file that leads to the site's key (default: the embedded one)")
    .option('--data <dir>', "data folder of a reader, for the site's key")
    .option('--json', 'as JSON: {"tokens":[{"token","ref"}],"why"}; why: why the references are null')
    .addHelpText('after', EXAMPLES)
    .action(makeTokens);
  return command;
}

function countOf(text: string): number {
  const count = Number(text);
  if (/^[0-9]+$/.test(text) && count >= 1 && count <= COUNT_MAX) return count;
  throw new InvalidArgumentError(`Wanted a whole number from 1 to ${COUNT_MAX}.`);
}

async function makeTokens(flags: TokenFlags): Promise<void> {
  const setting = settingOf(flags);
  if (!setting) return;
  const refs = siteRefs(setting);
  const output = new Output();
  const made = Array.from({ length: flags.count }, () => {
    const identifier = crockford(randomBytes(TOKEN_BYTES));
    return { token: `GT1:${identifier}`, ref: refs.ok ? refs.ref('token', identifier) : null };
  });
  if (!refs.ok) tell(refs.why);
  if (flags.json) await output.put(`${JSON.stringify({ tokens: made, ...(refs.ok ? {} : { why: refs.why }) })}\n`);
  else for (const { token, ref } of made) if (!(await output.put(ref === null ? `${token}\n` : `${token}\t${ref}\n`))) break;
  await output.flush();
}

/** 128 bits as 26 characters, highest first; the first character holds three bits and is 0-7. */
export function crockford(bytes: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let place = 0; place < TOKEN_CHARACTERS; place++) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}
