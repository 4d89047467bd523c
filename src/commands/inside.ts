// `gate-reader inside`: who is inside, since when, how many of each kind. A roll-call that says what it does not know: it is
// this reader's journal alone, and as old as its newest event.

import { Command, Option } from 'commander';

import type { Holder } from '../admission/credentials/credential.ts';
import { printable } from '../config/path.ts';
import { systemClock } from '../system/clock.ts';
import type { Words } from '../system/wording.ts';
import { HOLDERS, type RollCall, rollCall } from './inside/roll-call.ts';
import { withJournal } from './journal/open.ts';
import { print } from './output.ts';
import type { Setting, SettingFlags } from './setting.ts';
import { readToday } from './today.ts';

interface InsideFlags extends SettingFlags {
  readonly kind?: Holder;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  gate-reader inside --config gate-reader.yaml
  gate-reader inside --config gate-reader.yaml --kind visitor
  gate-reader inside --json | jq .count

Counts what this reader has seen since the night reset (admission.exitAllAt), and nothing that passed at other readers.
Exit codes: 0; 1 where there is no journal or it cannot be read; 2 usage; 78 bad configuration.`;

export function insideCommand(): Command {
  return new Command('inside')
    .description('who is inside, since when, by the journal of this reader')
    .option('--config <file>', 'configuration file, gate-reader.yaml (default: the embedded one)')
    .option('--data <dir>', 'data folder of the daemon')
    .addOption(new Option('--kind <holder>', 'of this kind alone').choices(HOLDERS))
    .option('--json', 'the roll-call as JSON')
    .addHelpText('after', EXAMPLES)
    .action(inside);
}

async function inside(flags: InsideFlags): Promise<void> {
  await withJournal(flags, async (reader, setting) => {
    const { timezone, admission } = setting.configuration;
    const clock = systemClock(timezone);
    const now = clock.describe(clock.read());
    const told = rollCall(readToday(reader, now, admission.exitAllAt), now.wallMs, flags.kind);
    await print(
      flags.json
        ? `${JSON.stringify({ at: now.text, gate: setting.configuration.gate, ...told })}\n`
        : inWords(told, now.text, setting),
    );
  });
}

const localTime = (time: string): string => time.slice(0, 16).replace('T', ' ');

function inWords(told: RollCall, at: string, { configuration, say }: Setting): string {
  const { count, byHolder, inside: people } = told;
  const [reader, site] = (told.source ?? `/gates/${configuration.site}/${configuration.reader}`).split('/').reverse();
  const kinds = HOLDERS.filter((holder) => byHolder[holder] > 0).map(
    (holder) => `${say(`holder.${holder}`)} ${byHolder[holder]}`,
  );
  const rows = people.map(({ holder, label, time }) => [say(`holder.${holder}`), label, localTime(time)].map(printable));
  const lines = [
    say('inside.head', { count, time: localTime(at) }),
    ...(kinds.length === 0 ? [] : [kinds.join(', ')]),
    '',
    ...table([[say('inside.column.kind'), say('inside.column.label'), say('inside.column.since')], ...rows]),
    '',
    ageWords(told, say),
    printable(say('inside.heard', { reader: reader ?? '', gate: configuration.gate })),
    printable(say('inside.not-heard', { site: site ?? '' })),
  ];
  return `${lines.join('\n')}\n`;
}

function ageWords({ newestEvent, newestEventAgeSeconds }: RollCall, say: Words): string {
  if (newestEvent === null || newestEventAgeSeconds === null) return say('inside.empty');
  return printable(say('inside.age', { time: localTime(newestEvent), minutes: Math.floor(newestEventAgeSeconds / 60) }));
}

/** Columns padded to their widest cell, for a printer with a fixed width. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => Array.from(row[column] ?? '').length));
  const pad = (cell: string, column: number) => cell + ' '.repeat(width(column) - Array.from(cell).length);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
