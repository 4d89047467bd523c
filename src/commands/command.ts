// `gate-reader command sign|show`: makes an order to one reader, for a centre's tools and tests, and explains one.

import { Command, InvalidArgumentError, Option } from 'commander';

import { COMMANDS } from '../admission/command.ts';
import { showCommand } from './command/show.ts';
import { signCommand } from './command/sign.ts';

const SIGN_EXAMPLES = `
Examples:
  gate-reader command sign --key issuer.key --site thcs-phung-cong --reader cong-chinh-1 --command open --seconds 10
  gate-reader command sign --key issuer.key --site thcs-phung-cong --reader cong-chinh-1 --command lock --out lock.jws
  mosquitto_pub -V mqttv5 -q 1 -t gates/v1/thcs-phung-cong/cong-chinh-1/command -f lock.jws
  mosquitto_rr -V mqttv5 -q 1 -t gates/v1/thcs-phung-cong/cong-chinh-1/command -e answers/v1/thcs-phung-cong/cong-chinh-1/1 \\
      -m "$(cat lock.jws)"     # waits for the answer (with -f, mosquitto_rr 2.0.11 sends nothing)

A command works once, at one reader, for a minute unless --valid says otherwise; send it without retain. The counter is the time in
milliseconds unless --counter says otherwise: it must grow with every command of a key, so never mix it with small numbers. A reader
that answers "replayed" to a new command has seen a higher one, perhaps from a clock that was wrong: sign with a higher --counter.`;

const SHOW_EXAMPLES = `
Examples:
  gate-reader command show lock.jws
  gate-reader command sign … | gate-reader command show - --trust trust.json

Exit code 1 where the file is no signed command, or --trust is given and none of its keys signed it.`;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Wanted a whole number, 0 or more.');
  return value;
}

/** The `command` command. Exit 0; 1 where a file can't be used or the order makes no sense; 2 usage. */
export function commandCommand(): Command {
  const command = new Command('command')
    .description('make and explain orders to a reader')
    .addHelpText('after', '\nExamples:\n  gate-reader command sign --help\n  gate-reader command show open.jws');
  command
    .command('sign')
    .description('sign one order to one reader')
    .requiredOption('--key <file>', "the issuer's private key (gate-reader key new)")
    .requiredOption('--site <site>', 'the site of the reader')
    .requiredOption('--reader <reader>', 'the reader it is for')
    .addOption(new Option('--command <command>', 'what it orders').choices(COMMANDS).makeOptionMandatory())
    .option('--seconds <n>', 'open: how long the relay holds, 1 to 60', wholeNumber)
    .option('--from <n>', 'resend: the first event', wholeNumber)
    .option('--to <n>', 'resend: the last event', wholeNumber)
    .option('--on', 'maintenance: it begins')
    .addOption(new Option('--off', 'maintenance: it ends').conflicts('on'))
    .option('--valid <seconds>', 'how long it is valid from now, at most 86000', wholeNumber, 60)
    .option('--counter <n>', 'default: the time in milliseconds', wholeNumber)
    .option('--id <id>', 'its name in the answer and the journal; default: a new UUID')
    .option('--out <file>', 'the file to write; default: standard output')
    .addHelpText('after', SIGN_EXAMPLES)
    .action(signCommand);
  command
    .command('show')
    .description('say what a signed order is, and whether it is proven')
    .argument('<file>', 'the file, or - for standard input')
    .option('--trust <file>', 'JWK Set of the keys that count')
    .option('--json', 'as JSON')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(showCommand);
  return command;
}
