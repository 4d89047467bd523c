// Environment variables over the file: GATE_READER__UPLINK__BROKER sets uplink.broker, GATE_READER__SCANNERS__0__PATH a list's
// entry. Names are matched against the schema's own keys, so a mistyped variable is a fault and never silently without effect.

import type { Finding } from './finding.ts';
import { type Path, isMap, valueAt } from './path.ts';
import { SchemaPlace } from './schema-walk.ts';
import { parseSource } from './source.ts';
import { closest } from './suggestion.ts';

const PREFIX = 'GATE_READER__';

/** A value that a variable set. */
export interface Override {
  readonly variable: string;
  readonly path: Path;
}

export interface OverrideFault extends Omit<Finding, 'at'> {
  readonly variable: string;
}

export interface Overridden {
  readonly value: unknown;
  readonly overrides: readonly Override[];
  readonly faults: readonly OverrideFault[];
}

/** `repeatWindowSeconds` -> `REPEAT_WINDOW_SECONDS`, `national-qr` -> `NATIONAL_QR`. */
export function variableSegment(key: string): string {
  return key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}

type Match = { readonly path: Path; readonly place: SchemaPlace } | OverrideFault;

function match(variable: string, root: unknown): Match {
  let place = SchemaPlace.root();
  const path: (string | number)[] = [];
  for (const segment of variable.slice(PREFIX.length).split('__')) {
    if (place.isList) {
      const entries = valueAt(root, path);
      const count = Array.isArray(entries) ? entries.length : 0;
      if (!/^\d{1,4}$/.test(segment) || Number(segment) > count) {
        return {
          variable,
          path: [...path, Number.isInteger(Number(segment)) ? Number(segment) : segment],
          code: 'config.environment.index',
          params: { last: count },
        };
      }
      path.push(Number(segment));
    } else {
      // Of every kind: another variable may be about to change the kind. The schema judges the result.
      const known = place.keys();
      const key = known.find((candidate) => variableSegment(candidate) === segment);
      if (key === undefined) return unknown(variable, path, segment, known);
      path.push(key);
    }
    place = place.at(path.at(-1) ?? '');
  }
  return { path, place };
}

function unknown(variable: string, path: Path, segment: string, known: readonly string[]): OverrideFault {
  const suggestion = closest(segment, known);
  const at = [...path, segment];
  if (suggestion === undefined)
    return { variable, path: at, code: 'config.fault.unknown', params: { known: known.map(variableSegment).join(', ') } };
  return { variable, path: at, code: 'config.fault.unknown-near', params: { suggestion: variableSegment(suggestion) } };
}

/** A YAML scalar or flow collection; where only text may stand, anything that YAML takes for something else is that text. */
function valueOf(text: string, place: SchemaPlace): { ok: true; value: unknown } | { ok: false } {
  const { value, faults } = parseSource(text);
  const readable = value !== undefined && faults.length === 0;
  if (place.isText && (!readable || (typeof value !== 'string' && value !== null))) return { ok: true, value: text };
  return readable ? { ok: true, value } : { ok: false };
}

/** Sets (or with null removes) a value, making missing maps and lists on the way; gives up where something else stands there. */
function assign(root: Record<string, unknown>, path: Path, value: unknown): void {
  let container: unknown = root;
  for (const [index, step] of path.entries()) {
    if (!isMap(container) && !Array.isArray(container)) return;
    const map = container as Record<string | number, unknown>;
    if (index < path.length - 1) {
      if (!Object.hasOwn(map, step) || map[step] === null) map[step] = typeof path[index + 1] === 'number' ? [] : {};
      container = map[step];
    } else if (value === null && isMap(container)) {
      delete map[step];
    } else {
      map[step] = value;
    }
  }
}

/**
 * Applies the variables to raw values, sections before the keys inside them. An empty variable counts as not set; `null` takes
 * a key out of the file. Values are not copied into messages: a variable may hold what is secret.
 */
export function applyOverrides(root: unknown, environment: NodeJS.ProcessEnv): Overridden {
  const value: unknown = structuredClone(root);
  const overrides: Override[] = [];
  const faults: OverrideFault[] = [];
  const depth = (name: string): number => name.split('__').length;
  const names = Object.keys(environment).filter((name) => name.startsWith(PREFIX) && environment[name] !== '');
  for (const variable of names.toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))) {
    const found = match(variable, value);
    if ('code' in found) {
      faults.push(found);
      continue;
    }
    const parsed = valueOf(environment[variable] ?? '', found.place);
    if (!parsed.ok) {
      faults.push({ variable, path: found.path, code: 'config.environment.yaml' });
      continue;
    }
    overrides.push({ variable, path: found.path });
    if (isMap(value)) assign(value, found.path, parsed.value);
  }
  return { value, overrides, faults };
}
