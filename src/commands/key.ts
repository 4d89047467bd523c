// `gate-reader key new|show`: an Ed25519 key for an issuer or a reader, and the public half of one for those who trust it.

import { Command } from 'commander';

import { systemLanguage, type Words, wording } from '../system/wording.ts';
import { type IssuerKey, issuerKey } from '../trust/issuers.ts';
import { makeKeyFile, readKeyFile } from '../trust/key-file.ts';
import { withKeyFaults } from './key-fault.ts';
import { print } from './output.ts';
import { tell } from './setting.ts';

interface NewFlags {
  readonly out: string;
  readonly json?: true;
}

interface ShowFlags {
  readonly json?: true;
  readonly jwks?: true;
}

const NEW_EXAMPLES = `
Examples:
  gate-reader key new --out issuer.key
  gate-reader key new --out issuer.key --json | jq -r .kid

The file is PKCS #8 PEM with mode 0600 and is never overwritten. Whoever has it can make passes: keep it off the readers.`;

const SHOW_EXAMPLES = `
Examples:
  gate-reader key show issuer.key
  gate-reader key show issuer.key --jwks > trust.json      what trust.issuers names on every reader
  gate-reader key show /var/lib/gate-reader/reader.key --json

Takes a private key in PEM, a public one in PEM, or a JWK; never shows a private half.`;

/** The `key` command. Exit 0; 1 where the file can't be used or made; 2 usage. */
export function keyCommand(): Command {
  const command = new Command('key')
    .description('make a signing key, or show the public half of one')
    .addHelpText('after', '\nExamples:\n  gate-reader key new --out issuer.key\n  gate-reader key show issuer.key --jwks');
  command
    .command('new')
    .description('make an Ed25519 key for an issuer')
    .requiredOption('--out <file>', 'the file to make; it must not exist')
    .option('--json', 'the answer as JSON: {"file","kid","kid8","jwk"}')
    .addHelpText('after', NEW_EXAMPLES)
    .action(makeKey);
  command
    .command('show')
    .description('show the public half of a key and its names')
    .argument('<file>', 'the key file')
    .option('--json', 'as JSON: {"kid","kid8","jwk"}')
    .option('--jwks', 'as a JWK Set, for the file that trust.issuers names')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(showKey);
  return command;
}

const words = (): Words => wording(systemLanguage(process.env));

async function makeKey({ out, json }: NewFlags): Promise<void> {
  const say = words();
  const key = withKeyFaults(say, () => issuerKey(makeKeyFile(out)));
  if (key === undefined) return;
  if (json) return await print(`${JSON.stringify({ file: out, ...named(key) })}\n`);
  await print(inWords(key, say));
  tell(say('key.made', { file: out }));
}

async function showKey(file: string, { json, jwks }: ShowFlags): Promise<void> {
  const say = words();
  const key = withKeyFaults(say, () => issuerKey(readKeyFile(file)));
  if (key === undefined) return;
  if (jwks) return await print(`${JSON.stringify({ keys: [{ ...key.jwk, use: 'sig' }] }, null, 2)}\n`);
  await print(json ? `${JSON.stringify(named(key))}\n` : inWords(key, say));
}

const named = ({ jwk, kid8 }: IssuerKey) => ({ kid: jwk.kid, kid8, jwk });

function inWords({ jwk, kid8 }: IssuerKey, say: Words): string {
  return `${say('key.kid', { kid: jwk.kid })}\n${say('key.kid8', { short: kid8 })}\n${say('key.public', { jwk: JSON.stringify(jwk) })}\n`;
}
