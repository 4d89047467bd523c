// `gate-reader replay FILE|-`: a daemon of its own whose scanners are a capture; ends when the capture and the backlog do.

import { setTimeout as delay } from 'node:timers/promises';

import { Command, Option } from 'commander';

import type { Daemon } from '../main.ts';
import { captureScanner } from '../scanners/capture.ts';
import { systemClock } from '../system/clock.ts';
import { prepare, type Prepared, type RunFlags, start } from './daemon.ts';
import { EXIT } from './exit.ts';
import { LOG_LEVELS, orderOf } from './order.ts';

const EXAMPLES = `
Examples:
  gate-reader replay codes.txt
      one code a line, or the raw bytes of a scanner
  gate-reader replay capture.bin --config gate-reader.yaml --data /tmp/replay
  printf '%s\\n' 'a code' | gate-reader replay -

With a broker it ends when every event is delivered (with receipts: stored); without one the journal is the record.`;

/** How often the backlog is looked at. */
const LOOK_MS = 50;
/** The embedded broker gets this long to hand on what somebody subscribed to. */
const EMBEDDED_MS = 2_000;
const TELL_EVERY_MS = 5_000;

export function replayCommand(): Command {
  return new Command('replay')
    .description('feed a capture through a daemon of its own')
    .argument('<file>', 'a capture, or - for standard input')
    .option('--config <file>', 'configuration file, gate-reader.yaml')
    .option('--data <dir>', 'data folder: journal, keys, cursors')
    .addOption(new Option('--log-level <level>', 'the least that is logged').choices(LOG_LEVELS).default('warn'))
    .addHelpText('after', EXAMPLES)
    .action(replay);
}

async function replay(path: string, flags: RunFlags): Promise<void> {
  const order = orderOf(flags);
  if (!order) return;
  const { configuration } = order;
  const report = (_part: string, message: string | undefined) => {
    if (message !== undefined) process.stderr.write(`${message}\n`);
    process.exitCode = EXIT.failed;
  };
  // Before anything is made: a slip in a file's name leaves no data folder behind.
  const replaying = { id: 'replay', direction: configuration.direction, path };
  const attempt = await captureScanner(replaying, { clock: systemClock(configuration.timezone), report });
  if (!attempt.ok) return report('', attempt.message);
  const prepared = prepare(order);
  if (!prepared) return;
  const { shutdown, say } = prepared;
  const daemon = await start(prepared, attempt.scanner);
  if (!daemon) return;
  process.stdout.write(`${daemon.readyLine}\n`);
  try {
    await daemon.lanes;
    await drained(daemon, prepared);
    if (shutdown.signal.aborted) return;
    process.stderr.write(`${say('replay.done', { count: daemon.progress().journalled })}\n`);
    shutdown.stop();
  } catch (error) {
    shutdown.stop(error instanceof Error ? error : new Error('the replay failed'));
  }
}

/** Waits until everything journalled is delivered; with the embedded broker no longer than its subscribers may need. */
async function drained(daemon: Daemon, { shutdown, clock, say }: Prepared): Promise<void> {
  const began = clock.read().monotonicMs;
  let tell = began + TELL_EVERY_MS;
  for (;;) {
    const { journalled, delivered, embedded } = daemon.progress();
    const now = clock.read().monotonicMs;
    if (delivered >= journalled || shutdown.signal.aborted || (embedded && now - began > EMBEDDED_MS)) return;
    if (now >= tell) {
      process.stderr.write(`${say('replay.waiting', { count: journalled - delivered })}\n`);
      tell = now + TELL_EVERY_MS;
    }
    await delay(LOOK_MS);
  }
}
