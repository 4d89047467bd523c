// `gate-reader roster find NAME|REF`: who is on the roster that this reader holds, on what terms, and when they last passed
// here. Reads beside a running daemon; never writes.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from 'commander';

import type { RosterEntry } from '../admission/ports.ts';
import { printable } from '../config/path.ts';
import { openReader } from '../journal/reader.ts';
import { ListReader, LISTS_FILE, type StoredList } from '../lists/store.ts';
import { systemClock } from '../system/clock.ts';
import type { Words } from '../system/wording.ts';
import { EXIT } from './exit.ts';
import { print } from './output.ts';
import { matcher } from './roster/match.ts';
import { type Setting, type SettingFlags, settingOf, tell } from './setting.ts';
import { type PassageToday, readToday, type Today } from './today.ts';

interface FindFlags extends SettingFlags {
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  gate-reader roster find nguyen --config gate-reader.yaml     part of a name, without diacritics, in any case
  gate-reader roster find 7K2MABCD --json                      the beginning of a ref, four characters or more

Exit codes: 0, also where nobody is found; 1 where there is no roster or it cannot be read; 2 usage; 78 bad configuration.`;

export function rosterCommand(): Command {
  return new Command('roster')
    .description('look at the roster that this reader holds')
    .addCommand(
      new Command('find')
        .description('who is on the roster, on what terms, and when they last passed here')
        .argument('<name>', "part of a label, a person's key, or the beginning of a ref")
        .option('--config <file>', 'configuration file, gate-reader.yaml (default: the embedded one)')
        .option('--data <dir>', 'data folder of the daemon')
        .option('--json', 'one JSON object')
        .addHelpText('after', EXAMPLES)
        .action(find),
    );
}

interface Found {
  readonly list: StoredList;
  readonly entries: readonly RosterEntry[];
}

async function find(query: string, flags: FindFlags): Promise<void> {
  const setting = settingOf(flags);
  if (!setting) return;
  const found = search(query, setting);
  if (!found) {
    process.exitCode = EXIT.failed;
    return;
  }
  const clock = systemClock(setting.configuration.timezone);
  const now = clock.describe(clock.read());
  const today = passagesOf(setting, now);
  const lastOf = ({ person, ref }: RosterEntry) => today?.passages.get(person ?? ref);
  if (flags.json) {
    await print(`${JSON.stringify(jsonOf(found, lastOf))}\n`);
    return;
  }
  if (found.list.expiresMs <= now.wallMs) tell(setting.say('roster.over'));
  if (found.entries.length === 0) tell(setting.say('roster.nobody'));
  const { say } = setting;
  const describe = (ms: number) => clock.describe({ wallMs: ms, monotonicMs: 0 }).text.slice(0, 16).replace('T', ' ');
  await print(found.entries.map((entry) => entryWords(entry, lastOf(entry), { say, describe })).join('\n'));
}

/** Undefined: told why. */
function search(query: string, { dataFolder, say }: Setting): Found | undefined {
  if (!existsSync(join(dataFolder, LISTS_FILE))) {
    tell(say('roster.absent', { folder: dataFolder }));
    return undefined;
  }
  let reader: ListReader | undefined;
  try {
    reader = new ListReader(dataFolder);
    const list = reader.lists().find((each) => each.list === 'roster');
    if (list) return { list, entries: [...matching(reader, query)] };
    tell(say('roster.absent', { folder: dataFolder }));
  } catch (error) {
    tell(say('roster.unreadable', { folder: dataFolder, cause: error instanceof Error ? error.message : String(error) }));
  } finally {
    reader?.close();
  }
  return undefined;
}

function* matching(reader: ListReader, query: string): Generator<RosterEntry> {
  const matches = matcher(query);
  for (const entry of reader.roster()) if (matches(entry)) yield entry;
}

/** Where the journal cannot be read the roster still can: nobody's last passage is known then. */
function passagesOf({ dataFolder, configuration, say }: Setting, now: Parameters<typeof readToday>[1]): Today | undefined {
  let reader: ReturnType<typeof openReader>;
  try {
    reader = openReader(dataFolder);
    return reader && readToday(reader, now, configuration.admission.exitAllAt);
  } catch {
    tell(say('roster.no-journal', { folder: dataFolder }));
    return undefined;
  } finally {
    reader?.connection.close();
  }
}

type LastOf = (entry: RosterEntry) => PassageToday | undefined;

const rfc3339 = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

function jsonOf({ list, entries }: Found, lastOf: LastOf): object {
  return {
    list: { version: list.version, site: list.site, issued: rfc3339(list.issuedMs), expires: rfc3339(list.expiresMs) },
    entries: entries.map((entry) => {
      const { ref, holder, label, person = null, fromMs, untilMs, gates = null, hold = null } = entry;
      const last = lastOf(entry);
      const lastPassage = last === undefined ? null : { direction: last.direction, time: last.time };
      return { ref, holder, label, person, from: rfc3339(fromMs), until: rfc3339(untilMs), gates, hold, lastPassage };
    }),
  };
}

interface Telling {
  readonly say: Words;
  /** Local time of milliseconds since 1970. */
  readonly describe: (ms: number) => string;
}

function entryWords(entry: RosterEntry, last: PassageToday | undefined, { say, describe }: Telling): string {
  const { ref, holder, label, person, fromMs, untilMs, gates, hold } = entry;
  const lines = [
    `${label} (${say(`holder.${holder}`)})`,
    `  ref ${ref}${person === undefined ? '' : `, ${say('roster.person', { person })}`}`,
    ...(fromMs === undefined ? [] : [`  ${say('roster.from', { time: describe(fromMs) })}`]),
    ...(untilMs === undefined ? [] : [`  ${say('roster.until', { time: describe(untilMs) })}`]),
    ...(gates === undefined ? [] : [`  ${say('roster.gates', { gates: gates.length === 0 ? '-' : gates.join(', ') })}`]),
    ...(hold === undefined ? [] : [`  ${say('roster.hold', { message: hold })}`]),
    `  ${last === undefined ? say('roster.not-today') : say(`roster.last-${last.direction}`, { time: last.time.slice(11, 16) })}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
