// `gate-reader explain CODE|-`: what would this reader do with this code, and why? The guard's desk's tool; it records nothing.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';

import { Command, InvalidArgumentError, Option } from 'commander';

import type { LaneDirection, Lists, Moment, Pseudonyms } from '../admission/ports.ts';
import { suspensionOf } from '../admission/standing.ts';
import { printable } from '../config/path.ts';
import { standingIn } from '../journal/reader.ts';
import { LIST_NAMES } from '../lists/entries.ts';
import { loadLists } from '../lists/loaded.ts';
import { systemClock } from '../system/clock.ts';
import { parseRfc3339 } from '../system/rfc3339.ts';
import { pseudonyms, SecretError, siteKey } from '../system/secrets.ts';
import { isWordingKey, type Words } from '../system/wording.ts';
import { TrustError } from '../trust/fault.ts';
import { type Keyring, openTrust } from '../trust/keyring.ts';
import { BUILT_MS } from '../version.ts';
import { EXIT } from './exit.ts';
import { type Circumstances, explainCode, weigh, type Weighed } from './explain/explanation.ts';
import { lineOf, LfLines } from './explain/lf-lines.ts';
import { Output, print } from './output.ts';
import { type Setting, type SettingFlags, settingOf, tell } from './setting.ts';

interface ExplainFlags extends SettingFlags {
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly direction?: LaneDirection;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  gate-reader explain -                          codes from standard input, one a line; one JSON object a line
  gate-reader explain - --config gate-reader.yaml --at 2026-11-23T07:00:00+07:00 < codes.txt
  gate-reader explain 'a code' --direction in --json

A code given as an argument stays in the shell's history and is seen by whoever lists processes: for real ID cards use -.
Signed lists are those of trust.lists, and with --data the daemon's copy; what is over or not signed by an issuer is absent.
With --data a lock or maintenance that the centre ordered is told on standard error; the answers are as if there were none.
Exit codes: 0 whatever the verdict, 2 usage, 78 bad configuration.`;

function time(text: string): number {
  const value = parseRfc3339(text);
  if (value === undefined) throw new InvalidArgumentError('Wanted an RFC 3339 time, for example 2026-11-21T06:45:00+07:00.');
  return value;
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('what would this reader do with a code, and why? Nothing is recorded')
    .argument('<code>', 'the code as text, or - for standard input, one a line')
    .option('--config <file>', 'configuration file, gate-reader.yaml (default: the embedded one)')
    .option('--data <dir>', 'data folder of a daemon: its site key, and its copy of the signed lists')
    .option('--at <time>', 'as if the clock showed this RFC 3339 time and could be trusted (default: now)', time)
    .addOption(
      new Option('--direction <direction>', "as if scanned on the way in or out (default: the configuration's)").choices([
        'in',
        'out',
      ]),
    )
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(explain);
}

async function explain(code: string, flags: ExplainFlags): Promise<void> {
  const setting = settingOf(flags);
  if (!setting) return;
  const keyring = keyringOf(setting);
  if (!keyring) return;
  const moment = momentOf(flags, setting);
  const circumstances: Circumstances = {
    policy: setting.configuration.admission,
    gate: setting.configuration.gate,
    trust: keyring,
    lists: listsOf(flags, setting, keyring, moment.wallMs),
    builtMs: BUILT_MS,
    direction: flags.direction ?? setting.configuration.direction,
    moment,
    pseudonyms: pseudonymsOf(setting),
  };
  tellStanding(flags, setting);
  if (code === '-') return await explainLines(circumstances);
  const weighed = weigh(lineOf(Buffer.from(code)), circumstances);
  await print(flags.json ? `${JSON.stringify(weighed.explanation)}\n` : inWords(weighed, setting.say));
}

/** Whose signatures count; undefined: the configuration's own word on that cannot be used, which is told. */
function keyringOf({ configuration }: Setting): Keyring | undefined {
  try {
    const keyring = openTrust(configuration.trust);
    for (const fault of keyring.faults) tell(fault.message);
    return keyring;
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    tell(error.message);
    process.exitCode = EXIT.configuration;
    return undefined;
  }
}

/** The lists that are in force at that time; a file that is there and does not count is told of. */
function listsOf({ data }: ExplainFlags, { configuration, say }: Setting, keyring: Keyring, atMs: number): Lists {
  const { lists: folder } = configuration.trust;
  const lists = loadLists({ folder, dataFolder: data, site: configuration.site, issuers: keyring.issuerKeys(), atMs });
  keyring.setListed(lists.keys);
  for (const list of folder === undefined ? [] : LIST_NAMES) {
    const file = join(folder ?? '', `${list}.jws`);
    if (existsSync(file) && lists.info(list, atMs) === undefined) tell(say('explain.list-absent', { file }));
  }
  return lists;
}

/** What lasts at this reader is no property of a code: the answers stay as they are, and whoever asks is told beside them. */
function tellStanding({ data }: ExplainFlags, { say }: Setting): void {
  const suspension = data === undefined ? undefined : suspensionOf(standingIn(data));
  if (suspension) tell(say(`explain.${suspension}`));
}

function momentOf({ at }: ExplainFlags, { configuration }: Setting): Moment {
  const clock = systemClock(configuration.timezone);
  const now = clock.read();
  return at === undefined ? clock.describe(now) : { ...clock.describe({ ...now, wallMs: at }), state: 'synchronised' };
}

/** By the site's key where there is one; this command makes none. */
function pseudonymsOf({ configuration, dataFolder }: Setting): Pseudonyms | undefined {
  const { siteKeyFile: file } = configuration.privacy;
  if (file === undefined && !existsSync(join(dataFolder, 'site.key'))) return undefined;
  try {
    return pseudonyms(siteKey({ dataFolder, ...(file === undefined ? {} : { file }) }));
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    tell(error.message);
    return undefined;
  }
}

/** Answers what a chunk of input asked before it reads on: a desk's program may wait for each answer. */
async function explainLines(circumstances: Circumstances): Promise<void> {
  const [lines, output] = [new LfLines(), new Output()];
  const answer = (line: Parameters<typeof explainCode>[0]) => output.put(`${JSON.stringify(explainCode(line, circumstances))}\n`);
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    for (const line of lines.push(chunk)) {
      if (!(await answer(line))) return;
    }
    if (!(await output.flush())) return;
  }
  const last = lines.end();
  if (last) await answer(last);
  await output.flush();
}

function inWords({ explanation, detail, message }: Weighed, say: Words): string {
  const { kind, verdict, reason, label, ref, warnings } = explanation;
  const granted = verdict === 'granted';
  const shape = styleText(granted ? 'green' : 'red', granted ? '✓' : '✗', { stream: process.stdout });
  const why = `explain.why.${reason}`;
  const lines = [
    say('explain.what', { kind: `${say(`explain.kind.${kind}`)}${label === null ? '' : `, ${printable(label)}`}` }),
    `${shape} ${say(granted ? 'explain.granted' : 'explain.denied', { reason: say(`reason.${reason}`) })}`,
    ...(isWordingKey(why) ? [say(why)] : []),
    ...(detail === undefined ? [] : [say('explain.detail', { detail: say(`detail.${detail}`) })]),
    ...(message === undefined ? [] : [say('explain.message', { message: printable(message) })]),
    ...warnings.map((warning) => say(`explain.warning.${warning}`)),
    ...(ref === null ? [] : [say('explain.ref', { ref })]),
  ];
  return `${lines.join('\n')}\n`;
}
