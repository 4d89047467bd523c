// `gate-reader journal tail|export|verify|stats`: looks at the record, beside a running daemon or without one. Never writes.

import { Command, InvalidArgumentError, Option } from 'commander';

import { parseRfc3339 } from '../system/rfc3339.ts';
import { type ExportFlags, exportEvents } from './journal/export.ts';
import { stats } from './journal/stats.ts';
import { tail } from './journal/tail.ts';
import { verify } from './journal/verify.ts';

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Wanted a whole number, 0 or more.');
  return value;
}

function time(text: string): number {
  const value = parseRfc3339(text);
  if (value === undefined) throw new InvalidArgumentError('Wanted an RFC 3339 time, for example 2026-11-21T06:45:00+07:00.');
  return value;
}

function subcommand(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--data <dir>', 'data folder of the daemon')
    .option('--config <file>', "configuration file that names the data folder's site and reader (default: the embedded one)")
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`);
}

/** The `journal` command with its four subcommands. Exit 0; 1 where there is no journal or it is not sound; 2, 78 as everywhere. */
export function journalCommand(): Command {
  return new Command('journal')
    .description('look at the record, also while the daemon runs')
    .addHelpText('after', '\nExamples:\n  gate-reader journal tail --follow\n  gate-reader journal verify --help')
    .addCommand(
      subcommand('tail', 'the newest events, one a line', [
        'gate-reader journal tail -n 50',
        'gate-reader journal tail --follow --data /var/lib/gate-reader',
      ])
        .addOption(new Option('-n, --count <count>', 'how many').argParser(wholeNumber).default(20))
        .option('--follow', 'go on with new events until Ctrl-C')
        .option('--json', 'the stored bytes of each event instead of words')
        .action(tail),
    )
    .addCommand(
      subcommand('export', 'events as the exact bytes, or as a table', [
        'gate-reader journal export --out events.jsonl',
        'gate-reader journal export --format csv --since 2026-11-01T00:00:00+07:00 --out november.csv',
        'gate-reader journal export --from 1200 --to 1300 | jq .data.reason',
      ])
        .option('--from <sequence>', 'first event', wholeNumber)
        .option('--to <sequence>', 'last event', wholeNumber)
        .option('--since <time>', 'events not before this RFC 3339 time, by their own clock', time)
        .addOption(
          new Option('--format <format>', 'jsonl: the stored bytes; csv: for a spreadsheet')
            .choices(['jsonl', 'csv'])
            .default('jsonl'),
        )
        .addOption(new Option('--json', 'the same as --format jsonl').conflicts('format'))
        .option('--out <file>', 'write to this file (mode 0600) instead of standard output')
        .action((flags: ExportFlags) => exportEvents(flags)),
    )
    .addCommand(
      subcommand('verify', "prove that no event is missing or changed, and that every seal is this reader's", [
        'gate-reader journal verify',
        'gate-reader journal verify --data /media/backup/gate-reader --json',
      ])
        .option('--json', 'the answer as JSON')
        .action(verify),
    )
    .addCommand(
      subcommand('stats', 'how much there is, how far it is sent and sealed', [
        'gate-reader journal stats',
        'gate-reader journal stats --json | jq .backlog',
      ])
        .option('--json', 'the numbers as JSON')
        .action(stats),
    );
}
