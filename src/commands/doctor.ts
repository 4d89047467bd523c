// `gate-reader doctor`: is everything there and working? Every check side by side, one line each with its cure. Looks only:
// nothing that it makes has a name or stays, and what it sends to the broker is true and not kept.

import { styleText } from 'node:util';

import { Command } from 'commander';

import { defaultDataFolder } from '../config/data-folder.ts';
import { formatFault } from '../config/fault.ts';
import type { Loaded } from '../config/load.ts';
import { printable } from '../config/path.ts';
import { leave } from '../system/leave.ts';
import { type Words, wording } from '../system/wording.ts';
import { brokerChecks } from './doctor/broker.ts';
import { type Check, failure, ok, type Result, runChecks } from './doctor/check.ts';
import { consoleChecks } from './doctor/console.ts';
import { indicatorCheck } from './doctor/indicator.ts';
import { inputChecks } from './doctor/inputs.ts';
import { keysCheck } from './doctor/keys.ts';
import { machineChecks } from './doctor/machine.ts';
import { mediumChecks } from './doctor/medium.ts';
import { permissionChecks } from './doctor/permissions.ts';
import { scannerChecks } from './doctor/scanners.ts';
import { daemonOf, type Situation } from './doctor/situation.ts';
import { storageChecks } from './doctor/storage.ts';
import { trustChecks } from './doctor/trust.ts';
import { print } from './output.ts';
import { languageOf, load, type SettingFlags } from './setting.ts';

interface DoctorFlags extends SettingFlags {
  readonly json?: true;
}

/** All good, warnings, failures (CONTRACT section 2). */
const EXIT_CODES = { ok: 0, warning: 1, failure: 2 } as const;

const SHAPES = { ok: ['✓', 'green'], warning: ['!', 'yellow'], failure: ['✗', 'red'] } as const;

const EXAMPLES = `
Examples:
  gate-reader doctor --config /etc/gate-reader/gate-reader.yaml --data /var/lib/gate-reader
  gate-reader doctor --json | jq '.[] | select(.status != "ok")'

Run it as the user the daemon runs as, with the daemon's --data: files and devices are looked at with that user's rights.
Exit codes: 0 all good, 1 warnings, 2 failures or usage.`;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('is everything there and working, and if not, what to do?')
    .option('--config <file>', 'configuration file, gate-reader.yaml (default: the embedded one)')
    .option('--data <dir>', 'data folder of the daemon')
    .option('--json', 'an array of {check, status, found, cure?}')
    .addHelpText('after', EXAMPLES)
    .action(doctor);
}

async function doctor(flags: DoctorFlags): Promise<void> {
  const loaded = load(flags);
  const say = wording(languageOf(loaded));
  const results = await runChecks(checksFor(flags, loaded, say), say);
  const statuses = results.map(({ status }) => status);
  const worst = statuses.includes('failure') ? 'failure' : statuses.includes('warning') ? 'warning' : 'ok';
  await print(flags.json ? `${JSON.stringify(results, null, 2)}\n` : report(results));
  // What a check gave up may still hold a thread.
  leave(EXIT_CODES[worst]);
}

/** With a faulty configuration, what does not need one. */
function checksFor(flags: DoctorFlags, loaded: Loaded, say: Words): Check[] {
  const [runtime, ...machine] = machineChecks(say);
  const first = [...(runtime ? [runtime] : []), configurationCheck(flags, loaded, say)];
  if (!loaded.ok) return [...first, ...machine];
  const { configuration } = loaded;
  const dataFolder = flags.data ?? defaultDataFolder(configuration, process.env);
  const situation: Situation = { configuration, dataFolder, say, daemon: daemonOf(dataFolder) };
  return [
    ...first,
    ...storageChecks(situation),
    ...mediumChecks(situation),
    keysCheck(situation),
    ...trustChecks(situation),
    ...machine,
    ...scannerChecks(situation),
    indicatorCheck(situation),
    ...inputChecks(situation),
    ...brokerChecks(situation),
    ...permissionChecks(situation),
    ...consoleChecks(situation),
  ];
}

function configurationCheck({ config }: DoctorFlags, loaded: Loaded, say: Words): Check {
  return {
    name: 'configuration',
    look: () => {
      const file = config ?? say('config.embedded');
      if (loaded.ok) {
        const { site, reader, gate } = loaded.configuration;
        return ok(say('config.check.good', { file, site, reader, gate }));
      }
      return failure(loaded.faults.map(formatFault).join('\n'), say('doctor.configuration.cure'));
    },
  };
}

/** `✓ name  what was found  -> what to do`; what was found on several lines stands below one another. */
function report(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ check }) => check.length)) + 2;
  const lines = results.map((result) => {
    const [shape, colour] = SHAPES[result.status];
    const found = result.found
      .split('\n')
      .map(printable)
      .join(`\n${' '.repeat(width + 2)}`);
    const cure = result.status === 'ok' ? '' : `  -> ${printable(result.cure)}`;
    return `${styleText(colour, shape, { stream: process.stdout })} ${result.check.padEnd(width)}${found}${cure}\n`;
  });
  return lines.join('');
}
