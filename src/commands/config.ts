// `gate-reader config check|show|schema`: is a configuration right, what is in effect, what may be written.

import { Command } from 'commander';
import { stringify } from 'yaml';
import { formatFault } from '../config/fault.ts';
import { type Loaded, loadConfiguration } from '../config/load.ts';
import { printable } from '../config/path.ts';
import type { Configuration } from '../config/schema.ts';
import { systemLanguage, wording } from '../system/wording.ts';
import { EXIT } from './exit.ts';
import { print } from './output.ts';

const words = () => wording(systemLanguage(process.env));

function load(file: string | undefined): Loaded {
  return loadConfiguration({ ...(file === undefined ? {} : { file }), environment: process.env });
}

function reportFaults(name: string, faults: Extract<Loaded, { ok: false }>['faults']): void {
  const lines = [...faults.map(formatFault), words()('config.check.faults', { file: name, count: faults.length })];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = EXIT.configuration;
}

async function check(file: string): Promise<void> {
  const loaded = load(file);
  if (!loaded.ok) return reportFaults(file, loaded.faults);
  const { site, reader, gate } = loaded.configuration;
  await print(`${words()('config.check.good', { file, site, reader, gate })}\n`);
}

/** Some brokers take an access token as the user name, so it is hidden; passwords and keys are in files, shown by name only. */
function withoutSecrets(configuration: Configuration): Configuration {
  const { uplink } = configuration;
  return uplink.username === undefined ? configuration : { ...configuration, uplink: { ...uplink, username: '***' } };
}

async function show({ config: file, json }: { config?: string; json?: true }): Promise<void> {
  const name = file ?? words()('config.embedded');
  const loaded = load(file);
  if (!loaded.ok) return reportFaults(name, loaded.faults);
  const shown = withoutSecrets(loaded.configuration);
  if (json) return await print(`${JSON.stringify(shown, null, 2)}\n`);
  const from = [name, ...loaded.source.variables].map((origin) => `# ${printable(origin)}\n`).join('');
  await print(from + stringify(shown, { aliasDuplicateObjects: false, lineWidth: 0 }));
}

async function schema(): Promise<void> {
  const { jsonSchema } = await import('../config/json-schema.ts');
  await print(jsonSchema());
}

/** The `config` command with its three subcommands. Exit 0, or 78 where the configuration has faults. */
export function configCommand(): Command {
  const command = new Command('config')
    .description('check, show and describe the configuration')
    .addHelpText('after', '\nExamples:\n  gate-reader config check gate-reader.yaml\n  gate-reader config show --json');
  command
    .command('check')
    .description('say everything that is wrong with a configuration file, as FILE:LINE:COLUMN: key: message')
    .argument('<file>', 'the configuration file')
    .addHelpText(
      'after',
      '\nExamples:\n  gate-reader config check /etc/gate-reader/gate-reader.yaml\n  LANG=vi_VN.UTF-8 gate-reader config check gate-reader.yaml',
    )
    .action(check);
  command
    .command('show')
    .description('print the configuration in effect, with defaults and GATE_READER__ variables, secrets hidden')
    .option('--config <file>', 'the configuration file (default: the embedded one)')
    .option('--json', 'as JSON instead of YAML')
    .addHelpText(
      'after',
      '\nExamples:\n  gate-reader config show\n  gate-reader config show --config gate-reader.yaml --json\n  GATE_READER__LANGUAGE=en gate-reader config show',
    )
    .action(show);
  command
    .command('schema')
    .description('print the JSON Schema of the configuration file, for editors and checkers')
    .addHelpText('after', '\nExample:\n  gate-reader config schema > gate-reader.schema.json')
    .action(schema);
  return command;
}
