// `gate-reader input test`: says how each button and contact is and what becomes of it, for whoever has just wired them and now
// presses each. Records nothing and opens no gate.

import { Command, InvalidArgumentError } from 'commander';

import { makeInput } from '../inputs/kinds.ts';
import { systemClock } from '../system/clock.ts';
import { daemonOf } from './doctor/situation.ts';
import { EXIT } from './exit.ts';
import { listen } from './input/listening.ts';
import { Output } from './output.ts';
import { type SettingFlags, settingOf, tell } from './setting.ts';

interface TestFlags extends SettingFlags {
  readonly seconds?: number;
}

const EXAMPLES = `
Examples:
  gate-reader input test --config /etc/gate-reader/gate-reader.yaml
  gate-reader input test --config gate-reader.yaml --seconds 30

Press each button, open each door and housing; Ctrl-C ends. Stop the daemon first: a line has one master.
Exit codes: 0 at least one input was there, 1 none, 2 usage, 78 bad configuration.`;

const SECONDS_MAX = 3_600;

function secondsOf(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= SECONDS_MAX)) throw new InvalidArgumentError(`Wanted seconds, 1 to ${SECONDS_MAX}.`);
  return value;
}

export function inputCommand(): Command {
  const test = new Command('test')
    .description('say how each input is, and every change as it happens')
    .option('--config <file>', 'configuration file, gate-reader.yaml')
    .option('--data <dir>', 'data folder of the daemon')
    .option('--seconds <n>', 'end after so many seconds', secondsOf)
    .addHelpText('after', EXAMPLES)
    .action(hear);
  return new Command('input').description('buttons and contacts').addCommand(test);
}

async function hear(flags: TestFlags): Promise<void> {
  const setting = settingOf(flags);
  if (!setting) return;
  const { configuration, dataFolder, say } = setting;
  if (configuration.inputs.length === 0) return fail(say('input.test.none'));
  if (daemonOf(dataFolder).state === 'running') return fail(say('input.test.running', { folder: dataFolder }));
  const clock = systemClock(configuration.timezone);
  const report = (part: string, message: string | undefined) => tell(`${part}: ${message ?? say('input.test.again')}`);
  const output = new Output();
  const enough = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => enough.abort());
  const timer = flags.seconds === undefined ? undefined : setTimeout(() => enough.abort(), flags.seconds * 1000);
  if (process.stderr.isTTY) tell(say('input.test.listening'));
  const opened = await listen({
    inputs: configuration.inputs.map((configured) => ({ configured, input: makeInput(configured, { clock, report }) })),
    say,
    time: (instant) => clock.describe(instant).text.slice(11, 23),
    put: async (line) => {
      await output.put(line);
      if (!(await output.flush())) enough.abort();
    },
    enough: enough.signal,
  });
  clearTimeout(timer);
  if (opened === 0) process.exitCode = EXIT.failed;
}

function fail(message: string): void {
  tell(message);
  process.exitCode = EXIT.failed;
}
