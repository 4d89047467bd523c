// `gate-reader indicator test`: plays every row of the pattern table with its name, for whoever has just wired lamps and buzzer.
// The relay moves only when asked to.

import { setTimeout as delay } from 'node:timers/promises';

import { Command } from 'commander';

import { type Feedback, type Signal, SIGNALS } from '../admission/feedback.ts';
import type { Indicator } from '../admission/ports.ts';
import { patternsFor } from '../config/patterns.ts';
import { makeIndicator } from '../indicators/kinds.ts';
import { durationMs } from '../indicators/schedule.ts';
import { systemClock } from '../system/clock.ts';
import { daemonOf } from './doctor/situation.ts';
import { EXIT } from './exit.ts';
import { type SettingFlags, settingOf, tell } from './setting.ts';

interface TestFlags extends SettingFlags {
  readonly relay?: true;
}

const EXAMPLES = `
Examples:
  gate-reader indicator test --config /etc/gate-reader/gate-reader.yaml
  gate-reader indicator test --config gate-reader.yaml --relay

Stop the daemon first: lamps have one master. Quiet hours do not count here.
Exit codes: 0 all shown, 1 an output failed, 2 usage, 78 bad configuration.`;

/** Between two rows, so that each can be told from the next. */
const PAUSE_MS = 700;
/** How long a row without an end is shown. */
const ENDLESS_MS = 5_500;

export function indicatorCommand(): Command {
  const test = new Command('test')
    .description('play every signal with its name')
    .option('--config <file>', 'configuration file, gate-reader.yaml')
    .option('--data <dir>', 'data folder of the daemon')
    .option('--relay', 'pulse the relay as well, at the end: this opens the gate')
    .addHelpText('after', EXAMPLES)
    .action(play);
  return new Command('indicator').description('lamps, buzzer and relay').addCommand(test);
}

async function play(flags: TestFlags): Promise<void> {
  const setting = settingOf(flags);
  if (!setting) return;
  const { configuration, dataFolder, say } = setting;
  const { quietHours: _, ...options } = { quietHours: undefined, ...configuration.indicator };
  if (options.kind === 'terminal' || options.kind === 'none') {
    return fail(say('indicator.test.none', { kind: options.kind }));
  }
  if (daemonOf(dataFolder).state === 'running') return fail(say('indicator.test.running', { folder: dataFolder }));
  const patterns = patternsFor(configuration.indicator);
  const clock = systemClock(configuration.timezone);
  let fault: string | undefined;
  const indicator = makeIndicator(options, {
    patterns,
    language: configuration.language,
    output: process.stdout,
    colour: false,
    localTime: () => clock.describe(clock.read()).text.slice(11, 16),
    report: (message) => (fault ??= message),
  });
  const ended = new AbortController();
  // A lamp that is on when the installer presses Ctrl+C must not stay on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  try {
    for (const signal of SIGNALS) {
      if (fault !== undefined || ended.signal.aborted) break;
      process.stdout.write(`${signal.padEnd(12)} ${say(`signal.${signal}`)}\n`);
      begin(indicator, signal);
      const row = signal === 'repeat' ? { ...patterns['granted-in'], ...patterns.repeat } : patterns[signal];
      await pause((durationMs(row) ?? ENDLESS_MS) + PAUSE_MS, ended.signal);
    }
    if (flags.relay && fault === undefined && !ended.signal.aborted) {
      process.stdout.write(`${'relay'.padEnd(12)} ${say('indicator.test.relay')}\n`);
      indicator.show({ ...SHOWN, signal: 'granted-in', opens: true });
      await pause((options.relay?.pulseMs ?? 0) + PAUSE_MS, ended.signal);
    }
  } finally {
    await indicator.close();
  }
  if (fault !== undefined) fail(fault);
  else if (ended.signal.aborted) process.exitCode = EXIT.failed;
  else tell(say('indicator.test.done'));
}

const SHOWN: Omit<Feedback, 'signal'> = { verdict: 'granted', reason: 'ok', kind: 'unknown', repeated: false, opens: false };

function begin(indicator: Indicator, signal: Signal): void {
  if (signal === 'ready' || signal === 'fault') indicator.rest(signal);
  else if (signal === 'repeat') indicator.show({ ...SHOWN, signal: 'granted-in', repeated: true });
  else indicator.show({ ...SHOWN, signal });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

function fail(message: string): void {
  tell(message);
  process.exitCode = EXIT.failed;
}
