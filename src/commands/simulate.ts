// `gate-reader simulate`: many readers from one process on one broker, to size the broker and the centre behind it. Loads no
// broker but one on this machine, or the one that is named twice.

import { Command, InvalidArgumentError } from 'commander';

import { isLoopback, brokerFault } from '../config/address.ts';
import { systemLanguage, type Words, wording } from '../system/wording.ts';
import { type Address, readAddress } from '../uplink/address.ts';
import { EXIT } from './exit.ts';
import { print } from './output.ts';
import { tell } from './setting.ts';
import { type CrowdOptions, type Outcome, simulate } from './simulate/crowd.ts';

interface SimulateFlags {
  readonly broker: string;
  readonly readers: number;
  readonly site: string;
  readonly rate?: number;
  readonly seconds: number;
  readonly seed: number;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
  readonly yesThisLoads?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  gate-reader simulate --broker mqtt://127.0.0.1:1883 --readers 1000 --seconds 60
  gate-reader simulate --broker mqtts://test.example:8883 --ca-file ca.pem --yes-this-loads test.example

The readers are sim-0001 and so on; their people do not exist, their refs begin with SIMULATED, and their state says
"-simulation". Seals are left out. At the end the broker retains nothing of them. Use a broker for tests: a centre
stores what it gets. Exit codes: 0 every event was acknowledged, 1 not, 2 usage.`;

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('many simulated readers on one broker, to size the centre')
    .requiredOption('--broker <url>', 'mqtt:// or mqtts:// address of a broker for tests')
    .option('--readers <count>', 'how many, 1 to 10000', whole(1, 10_000), 100)
    .option('--site <site>', 'the site they say they stand at', slug, 'simulation')
    .option(
      '--rate <scans>',
      'scans a second, of all readers together (default: one each 5 seconds at each reader)',
      whole(1, 100_000),
    )
    .option('--seconds <seconds>', 'how long, 1 to 86400', whole(1, 86_400), 30)
    .option('--seed <number>', 'the same crowd again', whole(0, 2 ** 32 - 1), 1)
    .option('--username <name>', 'for all of them')
    .option('--password-file <file>', 'holds the password')
    .option('--ca-file <file>', "certificate of the broker's authority")
    .option('--yes-this-loads <host>', "the broker's host once more, where it is not this machine")
    .option('--json', 'the figures as one object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^[0-9]+$/u.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Wanted a whole number from ${least} to ${most}.`);
  };

function slug(text: string): string {
  if (/^[a-z0-9-]{1,40}$/u.test(text)) return text;
  throw new InvalidArgumentError('Wanted 1-40 of a-z, 0-9 and -.');
}

async function run(flags: SimulateFlags): Promise<void> {
  const say = wording(systemLanguage(process.env));
  const address = addressOf(flags, say);
  if (address === undefined) return;
  const { readers, site, seconds, seed, rate = Math.ceil(readers / 5) } = flags;
  tell(say('simulate.warning', { readers, broker: address.text, site }));
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort());
  const tick: CrowdOptions['tick'] = ({ connected, sent, acknowledged }, second) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${say('simulate.tick', { second, seconds, connected, sent, acknowledged })} `);
  };
  const outcome = await simulate({ address, site, readers, rate, seconds, seed, tick, signal: abort.signal });
  if (process.stderr.isTTY) process.stderr.write('\n');
  const figures = figuresOf(outcome);
  const words = { ...figures, median: figures.p50Ms, tail: figures.p99Ms, cause: outcome.figures.lastCause ?? '-' };
  await print(flags.json ? `${JSON.stringify(figures)}\n` : say('simulate.report', words));
  process.exitCode = figures.unacknowledged === 0 && figures.events > 0 ? EXIT.good : EXIT.failed;
}

/** Undefined: told why not, and the exit code is set. */
function addressOf(flags: SimulateFlags, say: Words): Address | undefined {
  const { broker, username, passwordFile, caFile, yesThisLoads } = flags;
  process.exitCode = EXIT.usage;
  if (brokerFault(broker) !== undefined) {
    tell(say('simulate.broker', { broker }));
    return undefined;
  }
  const host = new URL(broker).hostname.replace(/^\[(.*)\]$/u, '$1');
  if (!isLoopback(host) && yesThisLoads !== host) {
    tell(say('simulate.elsewhere', { host }));
    return undefined;
  }
  try {
    const address = readAddress({ broker, username, passwordFile, ...(caFile === undefined ? {} : { tls: { caFile } }) });
    process.exitCode = EXIT.good;
    return address;
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function figuresOf({ figures, connectMs, scanMs, missed, bytesPerReader, cpuSeconds }: Outcome) {
  const { made, sent, acknowledged, scanned, refused, receipted, forgotten, connections, lost } = figures;
  return {
    events: made,
    sent,
    acknowledged,
    unacknowledged: made - acknowledged,
    refused,
    receipted,
    forgotten,
    missed,
    eventsPerSecond: round((scanned * 1000) / scanMs, 1),
    p50Ms: round(figures.percentile(0.5) ?? 0, 2),
    p99Ms: round(figures.percentile(0.99) ?? 0, 2),
    connections,
    lost,
    connectSeconds: round(connectMs / 1000, 1),
    kilobytesPerReader: round(bytesPerReader / 1024, 1),
    cpuPercent: round((cpuSeconds * 100_000) / scanMs, 1),
    residentMegabytes: round(process.memoryUsage.rss() / 1_048_576, 1),
  };
}
