// `gate-reader pass issue|sheet`: signed passes (CONTRACT section 4), one at a time or a page of them to print.

import { Command, Option } from 'commander';

import { type IssueFlags, issuePass } from './pass/issue.ts';
import { PASS_KINDS } from './pass/order.ts';
import { makeSheet, type SheetFlags } from './pass/sheet.ts';

const ISSUE_EXAMPLES = `
Examples:
  gate-reader pass issue --key issuer.key --name 'Nguyễn Thị Mẫu' --kind visitor --from 2026-11-21 --until 2026-11-22
  gate-reader pass issue --key issuer.key --name 'Trần Văn Giả' --kind contractor --from 2026-11-21T07:00:00+07:00 \\
    --until 2026-11-21T17:00:00+07:00 --gate cong-chinh --gate cong-sau --once --png pass.png

The code goes to standard output, the picture to standard error. The code is the pass: whoever has it can show it.
--name on the command line stays in the shell's history; for many people use pass sheet.`;

const SHEET_EXAMPLES = `
Examples:
  gate-reader pass sheet --key issuer.key --csv passes.csv --out passes.html
  gate-reader pass sheet --key issuer.key --csv passes.csv --out passes.html --config gate-reader.yaml --json > made.json

The table is CSV in UTF-8 with a header:
  name,kind,from,until,gates,once
  Nguyễn Thị Mẫu,visitor,2026-11-21,2026-11-22,cong-chinh cong-sau,yes
gates and once may be missing or empty: every gate, as often as wanted. Open the page in a browser and print it on A4, 100 %.`;

const END = '\nTimes are RFC 3339, or YYYY-MM-DD: from the day begins at the site until it ends.';

/** The `pass` command. Exit 0; 1 where a file can't be used or a table has faults; 2 usage, 78 bad configuration. */
export function passCommand(): Command {
  return new Command('pass')
    .description('make signed passes')
    .addHelpText('after', '\nExamples:\n  gate-reader pass issue --help\n  gate-reader pass sheet --help')
    .addCommand(issueCommand())
    .addCommand(sheetCommand());
}

function signing(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption('--key <file>', "the issuer's private key (gate-reader key new)")
    .option('--issuer <text>', 'who issues it, as the pass says', 'gate-reader')
    .option('--timezone <name>', "the site's time zone, for days", 'Asia/Ho_Chi_Minh')
    .option('--config <file>', "configuration file of a reader, for the site's key: passes are told with their reference")
    .option('--data <dir>', "data folder of a reader, for the site's key");
}

function issueCommand(): Command {
  return signing('issue', 'make one pass')
    .requiredOption('--name <name>', "the holder's name, 1 to 40 characters")
    .addOption(new Option('--kind <kind>', 'who the holder is').choices(PASS_KINDS).makeOptionMandatory())
    .requiredOption('--from <time>', 'when it begins')
    .requiredOption('--until <time>', 'when it ends')
    .option(
      '--gate <gate>',
      'a gate it is for; may be repeated (default: every gate)',
      (gate, all: string[]) => [...all, gate],
      [],
    )
    .option('--once', 'for one passage')
    .option('--png <file>', 'write the picture to this file (mode 0600), 300 dpi, at least 3 cm wide')
    .option('--quiet', 'no picture in the terminal')
    .option('--json', 'as JSON: {"code","cti","ref"}; no picture in the terminal')
    .addHelpText('after', END + ISSUE_EXAMPLES)
    .action((flags: IssueFlags) => issuePass(flags));
}

function sheetCommand(): Command {
  return signing('sheet', 'make a page of passes to print, from a table')
    .requiredOption('--csv <file>', 'the table')
    .requiredOption('--out <file>', 'the HTML file to write (mode 0600)')
    .addOption(
      new Option('--language <language>', "of the printed words (default: the configuration's or yours)").choices(['vi', 'en']),
    )
    .option('--json', 'what was made as JSON: {"file","passes":[{"line","code","cti","ref"}]}')
    .addHelpText('after', END + SHEET_EXAMPLES)
    .action((flags: SheetFlags) => makeSheet(flags));
}
