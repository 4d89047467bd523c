// From a file and the environment to one frozen configuration, or to every fault at once, each with its place.

import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemLanguage, type WordingKey, type WordingParams, wording } from '../system/wording.ts';
import { type ConfigurationFault, inOrder } from './fault.ts';
import { type CheckedFile, checkFiles } from './files.ts';
import type { Finding } from './finding.ts';
import { type Override, applyOverrides } from './overrides.ts';
import { type Path, beginsWith, isMap, pathText, valueAt } from './path.ts';
import { readText } from './read.ts';
import { type Configuration, configurationOf, ruleFindings } from './schema.ts';
import { parseShape } from './shape.ts';
import { type Source, parseSource } from './source.ts';

export interface LoadOptions {
  /** The configuration file; absent: the embedded default (site and reader `demo`, standard input, terminal). */
  readonly file?: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Default: $CREDENTIALS_DIRECTORY. */
  readonly credentialsDirectory?: string;
}

/** Where a configuration came from. */
export interface ConfigurationSource {
  /** The file as it was named; absent: the embedded default. */
  readonly file?: string;
  /** The environment variables that set a value. */
  readonly variables: readonly string[];
}

export type Loaded =
  | { readonly ok: true; readonly configuration: Configuration; readonly source: ConfigurationSource }
  | { readonly ok: false; readonly faults: readonly ConfigurationFault[] };

const EMBEDDED = fileURLToPath(new URL('../../config/default.yaml', import.meta.url));

/** Where a finding stands: at the variable that set it, else in the file, else at what surrounds it. */
function placeOf(
  finding: Finding,
  source: Source,
  overrides: readonly Override[],
): { variable: string } | { line: number; column: number } {
  const { path } = finding;
  const setters = overrides.filter((override) => beginsWith(path, override.path));
  const setter = setters.at(-1);
  if (setter !== undefined) return { variable: setter.variable };
  const exact = source.place(path, finding.at);
  if (exact !== undefined) return exact;
  const container = path.slice(0, -1);
  const around =
    source.place(container) === undefined ? overrides.find((override) => beginsWith(override.path, container)) : undefined;
  if (around !== undefined) return { variable: around.variable };
  for (let length = container.length; length > 0; length -= 1) {
    const place = source.place(path.slice(0, length));
    if (place !== undefined) return place;
  }
  return source.place([]) ?? { line: 1, column: 1 };
}

function withAbsolutePaths(root: unknown, files: readonly CheckedFile[]): unknown {
  const value: unknown = structuredClone(root);
  for (const { path, absolute } of files) {
    const section = valueAt(value, path.slice(0, -1));
    if (isMap(section)) section[String(path.at(-1))] = absolute;
  }
  return value;
}

/**
 * Loads a configuration: read, parse, override, check everything, freeze. Expected trouble comes back as faults, sorted by
 * position; never throws for what a file or a variable holds. File names in the result are absolute: names in the file are
 * relative to the file's folder, names in variables to the working directory.
 */
export function loadConfiguration(options: LoadOptions): Loaded {
  const { environment } = options;
  const file = options.file ?? EMBEDDED;
  const words = wording(systemLanguage(environment));
  const fault = (
    at: string,
    place: { line: number; column: number },
    key: string,
    code: WordingKey,
    params?: WordingParams,
  ): ConfigurationFault => {
    return { file: at, line: place.line, column: place.column, key, code, message: words(code, params) };
  };
  const start = { line: 1, column: 1 };

  const read = readText(file);
  if (!read.ok) return { ok: false, faults: [fault(file, read.fault.place, read.fault.key, read.fault.code, read.fault.params)] };
  const source = parseSource(read.text);
  const faults = source.faults.map(({ place, key, code, params }) => fault(file, place, key, code, params));
  if (source.value === undefined) return { ok: false, faults: inOrder(faults, file) };
  const written = source.value ?? {};
  if (!isMap(written))
    return { ok: false, faults: [...faults, fault(file, source.place([]) ?? start, 'yaml', 'config.read.not-map')] };

  const { value, overrides, faults: overrideFaults } = applyOverrides(written, environment);
  faults.push(...overrideFaults.map(({ variable, path, code, params }) => fault(variable, start, pathText(path), code, params)));

  const folder = (path: Path): string =>
    overrides.some((override) => beginsWith(path, override.path)) ? '.' : dirname(resolve(file));
  const credentials = options.credentialsDirectory ?? environment['CREDENTIALS_DIRECTORY'];
  const files = checkFiles(value, { folder, credentials: credentials === '' ? undefined : credentials });
  const shape = parseShape(withAbsolutePaths(value, files));
  const findings = [
    ...(shape.ok ? [] : shape.findings),
    ...ruleFindings(value),
    ...files.flatMap((checked) => checked.finding ?? []),
  ];
  for (const finding of findings) {
    const place = placeOf(finding, source, overrides);
    const [at, position] = 'variable' in place ? [place.variable, start] : [file, place];
    faults.push(fault(at, position, pathText(finding.path), finding.code, finding.params));
  }
  if (!shape.ok || faults.length > 0) return { ok: false, faults: inOrder(faults, file) };
  const variables = overrides.map((override) => override.variable);
  const configuration = configurationOf(shape.parsed);
  return { ok: true, configuration, source: options.file === undefined ? { variables } : { file: options.file, variables } };
}
