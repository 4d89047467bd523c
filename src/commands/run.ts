// `gate-reader run`: the daemon, from a command line to a clean end.

import { Command, Option } from 'commander';

import type { RunFlags } from './daemon.ts';
import { handOver } from './handover.ts';
import { LOG_LEVELS, orderOf } from './order.ts';

const EXAMPLES = `
Examples:
  gate-reader run
      the embedded default: type a code and press Enter
  gate-reader run --config /etc/gate-reader/gate-reader.yaml
  gate-reader run --config gate-reader.yaml --data /var/lib/gate-reader

Standard output: one line "ready ..." and one line per scan. Standard error: the log.
Exit codes: 0 stopped, 1 failed, 2 usage, 78 bad configuration.`;

export function runCommand(): Command {
  return new Command('run')
    .description('run the daemon (without a configuration: the embedded default)')
    .option('--config <file>', 'configuration file, gate-reader.yaml')
    .option('--data <dir>', 'data folder: journal, keys, cursors')
    .addOption(new Option('--log-level <level>', 'the least that is logged').choices(LOG_LEVELS).default('info'))
    .addHelpText('after', EXAMPLES)
    .action(run);
}

/** The parsers of configuration and command line are left behind with this process image: 20 MB less for months. */
async function run(flags: RunFlags): Promise<void> {
  const order = orderOf(flags);
  if (!order) return;
  handOver(order);
  // Where a process cannot become another, the daemon runs in this one.
  const { runDaemon } = await import('./run-daemon.ts');
  await runDaemon(order);
}
