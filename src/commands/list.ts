// `gate-reader list sign|show`: makes the lists that say who may pass, and explains one.

import { Command, InvalidArgumentError, Option } from 'commander';

import { LIST_NAMES } from '../lists/entries.ts';
import { showList } from './list/show.ts';
import { type SignFlags, signList } from './list/sign.ts';

const SIGN_EXAMPLES = `
IN is JSON - an array of entries, or {"site","version","issued","expires","entries"} - or, for roster and revoked, CSV in UTF-8
with a header:
  ref,holder,label,person,from,until,gates,hold
  AAAABBBBCCCCDDDDEEEEFFFF22,pupil,N**n T** M**,p-17,2026-09-01,2027-06-30,cong-chinh cong-sau,
A day in a table is whole at the site; elsewhere times are RFC 3339. For keys a JWK Set will do (gate-reader key show --jwks).

Examples:
  gate-reader list sign --key issuer.key --list roster --site thcs-phung-cong roster.csv --out lists/roster.jws
  gate-reader list sign --key issuer.key --list revoked --config gate-reader.yaml revoked.json --out revoked.jws
  mosquitto_pub -V mqttv5 -q 1 -r -t lists/v1/thcs-phung-cong/revoked -f revoked.jws

The file is written in one step with mode 0600: give it to the daemon's user where it is put into trust.lists.`;

const SHOW_EXAMPLES = `
Examples:
  gate-reader list show lists/roster.jws
  gate-reader list show roster.jws --trust trust.json --json

Exit code 1 where the file is no signed list, or --trust is given and none of its keys signed it.`;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Wanted a whole number, 0 or more.');
  return value;
}

/** The `list` command. Exit 0; 1 where a file can't be used or has faults; 2 usage, 78 bad configuration. */
export function listCommand(): Command {
  const command = new Command('list')
    .description('make and explain signed lists')
    .addHelpText('after', '\nExamples:\n  gate-reader list sign --help\n  gate-reader list show lists/roster.jws');
  command
    .command('sign')
    .description('check every entry and sign the list')
    .argument('<in>', 'the entries: JSON, or CSV for roster and revoked')
    .requiredOption('--key <file>', "the issuer's private key (gate-reader key new)")
    .addOption(new Option('--list <list>', 'which list it is').choices(LIST_NAMES).makeOptionMandatory())
    .requiredOption('--out <file>', 'the file to write, for trust.lists named {list}.jws')
    .option('--site <site>', "the site it is for (default: the input's, else the configuration's)")
    .option('--config <file>', 'configuration file of a reader, for the site')
    .option('--version <n>', 'its version, above the one before (default: seconds since 1970)', wholeNumber)
    .option('--issued <time>', 'when it was issued, RFC 3339 (default: now)')
    .option('--expires <time>', 'when it ends, RFC 3339 (default: 30 days after it was issued)')
    .option('--timezone <name>', "the site's time zone, for days in a table", 'Asia/Ho_Chi_Minh')
    .option('--json', 'what was made as JSON')
    .addHelpText('after', SIGN_EXAMPLES)
    .action((file: string, flags: SignFlags) => signList(file, flags));
  command
    .command('show')
    .description('what a signed list is, by whom, and who is on it')
    .argument('<file>', 'the signed list')
    .option('--trust <file>', 'JWK Set of the keys that count: is it signed by one of them?')
    .option('--json', 'as JSON')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(showList);
  return command;
}
