// `gate-reader <command>`: a table from a name to one file in commands/. A command's file, with all it imports, is loaded
// only when it is called, so that the daemon carries nothing it does not use.

import { Command } from 'commander';

import { EXIT } from './commands/exit.ts';
import { VERSION } from './version.ts';

interface Entry {
  readonly description: string;
  readonly load: () => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  run: { description: 'run the daemon', load: async () => (await import('./commands/run.ts')).runCommand() },
  config: {
    description: 'check, show or describe a configuration',
    load: async () => (await import('./commands/config.ts')).configCommand(),
  },
  doctor: {
    description: 'is everything there and working?',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
  camera: {
    description: 'is the camera well placed?',
    load: async () => (await import('./commands/camera.ts')).cameraCommand(),
  },
  replay: {
    description: 'feed a capture through a daemon of its own',
    load: async () => (await import('./commands/replay.ts')).replayCommand(),
  },
  journal: {
    description: 'look at the record: tail, export, verify, stats',
    load: async () => (await import('./commands/journal.ts')).journalCommand(),
  },
  explain: {
    description: 'what would this reader do with a code, and why?',
    load: async () => (await import('./commands/explain.ts')).explainCommand(),
  },
  roster: {
    description: 'who is on the roster, on what terms?',
    load: async () => (await import('./commands/roster.ts')).rosterCommand(),
  },
  inside: {
    description: 'who is inside, since when?',
    load: async () => (await import('./commands/inside.ts')).insideCommand(),
  },
  indicator: {
    description: 'try the lamps, the buzzer and the relay',
    load: async () => (await import('./commands/indicator.ts')).indicatorCommand(),
  },
  input: {
    description: 'try buttons and contacts',
    load: async () => (await import('./commands/input.ts')).inputCommand(),
  },
  key: {
    description: 'make a signing key, or show the public half of one',
    load: async () => (await import('./commands/key.ts')).keyCommand(),
  },
  pass: {
    description: 'make signed passes: one, or a page of them to print',
    load: async () => (await import('./commands/pass.ts')).passCommand(),
  },
  list: {
    description: 'make and explain signed lists: roster, revoked, keys, policy',
    load: async () => (await import('./commands/list.ts')).listCommand(),
  },
  command: {
    description: 'make orders to a reader: open, lock, identify …',
    load: async () => (await import('./commands/command.ts')).commandCommand(),
  },
  simulate: {
    description: 'many simulated readers on one broker, to size the centre',
    load: async () => (await import('./commands/simulate.ts')).simulateCommand(),
  },
  token: {
    description: 'make tokens for staff and pupils',
    load: async () => (await import('./commands/token.ts')).tokenCommand(),
  },
};

const EXAMPLES = `
Examples:
  gate-reader run                              the embedded default: type a code, press Enter
  gate-reader config check gate-reader.yaml    every fault at once, with its line
  gate-reader doctor --config gate-reader.yaml what is missing, and what to do about it
  gate-reader journal tail --follow            the record, as it grows

Exit codes: 0 good, 1 failed, 2 usage, 78 bad configuration. Documentation: README.md`;

/** Runs one command line; the exit code is left in `process.exitCode`. */
export async function main(words: readonly string[]): Promise<void> {
  // `| head` closes the pipe early, which is its right; nobody is left to tell.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const program = new Command('gate-reader')
    .description('the software inside a QR kiosk at a school gate')
    .version(VERSION)
    // Options after a command's name are the command's: `list sign --version`.
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(--help shows what there is)');
  const named = COMMANDS[words.find((word) => !word.startsWith('-')) ?? ''];
  if (named) program.addCommand(await named.load());
  else for (const [name, { description }] of Object.entries(COMMANDS)) program.command(name).description(description);
  if (words.length === 0) {
    program.outputHelp({ error: true });
    process.exitCode = EXIT.usage;
    return;
  }
  const all = (command: Command): void => {
    command.exitOverride().configureOutput({ outputError: (text, write) => write(withoutWords(text)) });
    command.commands.forEach(all);
  };
  all(program);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

/** A word that can be a slip in the name of a command or an option, and no code, number or name. */
const SLIP = /^-{0,2}[a-z][a-z-]*$/;

/** A usage error without what was typed, unless that is a slip: a code that the shell took apart must not stand in a log. */
function withoutWords(text: string): string {
  return text
    .replace(/(too many arguments.*? but got \d+): .*\.$/msu, '$1. What holds blanks or bars goes in quotes.')
    .replace(/(unknown (?:command|option)) '(.*)'/su, (whole, fault: string, word: string) => (SLIP.test(word) ? whole : fault));
}

/** commander throws for help and usage alike; anything else is a defect and is shown whole. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('commander.')) {
    return 'exitCode' in error && error.exitCode === 0 ? EXIT.good : EXIT.usage;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.failed;
}

await main(process.argv.slice(2));
