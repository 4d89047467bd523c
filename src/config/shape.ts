// What the schema found wrong, said in our own codes: every issue becomes one finding (one for each unknown key).

import type { z } from 'zod';
import { type WordingKey, isWordingKey } from '../system/wording.ts';
import { type Finding, foundText } from './finding.ts';
import { type Path, isMap, valueAt } from './path.ts';
import { knownKeys } from './schema-walk.ts';
import { configurationSchema } from './schema.ts';
import { closest } from './suggestion.ts';

type Issue = z.core.$ZodIssue;

const WANTED: Readonly<Record<string, WordingKey>> = {
  string: 'config.fault.want-text',
  number: 'config.fault.want-number',
  int: 'config.fault.want-whole-number',
  array: 'config.fault.want-list',
  object: 'config.fault.want-map',
};

function choiceFinding(path: Path, found: unknown, choices: readonly unknown[]): Finding {
  const options = choices.map(String).join(', ');
  return { path, code: 'config.fault.choice', params: { found: foundText(found), options } };
}

function unknownFinding(root: unknown, container: Path, key: string): Finding {
  const known = knownKeys(root, container);
  const suggestion = closest(key, known);
  const path = [...container, key];
  if (suggestion === undefined) return { path, at: 'key', code: 'config.fault.unknown', params: { known: known.join(', ') } };
  return { path, at: 'key', code: 'config.fault.unknown-near', params: { suggestion } };
}

function boundFinding(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, path: Path, found: unknown): Finding {
  if (issue.origin === 'array') return { path, code: 'config.fault.empty-list' };
  const [small, limit] = issue.code === 'too_small' ? [true, issue.minimum] : [false, issue.maximum];
  const params = { found: foundText(found), limit: Number(limit) };
  if (issue.origin === 'string') return { path, code: small ? 'config.fault.too-short' : 'config.fault.too-long', params };
  return { path, code: small ? 'config.fault.too-small' : 'config.fault.too-big', params };
}

/** The findings of a union without a discriminator: those of the option that a map was meant to be, else the union's own. */
function unionFindings(issue: Extract<Issue, { code: 'invalid_union' }>, root: unknown, path: Path, found: unknown): Finding[] {
  const strange = (issues: readonly Issue[]) =>
    issues.reduce((count, inner) => count + (inner.code === 'unrecognized_keys' ? inner.keys.length : 0), 0);
  const [meant] = isMap(found)
    ? issue.errors
        .filter((issues) => issues.some(({ code, path: at }) => at.length > 0 || code === 'unrecognized_keys'))
        .toSorted((one, other) => strange(one) - strange(other))
    : [];
  if (meant !== undefined) return meant.flatMap((inner) => issueFindings(inner, root, path));
  const code = isWordingKey(issue.message) ? issue.message : 'config.fault.other';
  return [{ path, code, params: { found: foundText(found), code: issue.code } }];
}

function issueFindings(issue: Issue, root: unknown, base: Path): Finding[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const found = valueAt(root, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownFinding(root, path, key));
  if (found === undefined) return [{ path, code: 'config.fault.missing' }];
  if (found === null) return [{ path, code: 'config.fault.empty' }];
  const params = { found: foundText(found), code: issue.code };
  if (issue.code === 'invalid_type') return [{ path, code: WANTED[issue.expected] ?? 'config.fault.other', params }];
  if (issue.code === 'invalid_value') return [choiceFinding(path, found, issue.values)];
  if (issue.code === 'too_small' || issue.code === 'too_big') return [boundFinding(issue, path, found)];
  if (issue.code === 'invalid_union') {
    const options = 'options' in issue ? issue.options : undefined;
    return options === undefined ? unionFindings(issue, root, path, found) : [choiceFinding(path, found, options)];
  }
  return [{ path, code: isWordingKey(issue.message) ? issue.message : 'config.fault.other', params }];
}

/** Parses raw values by the schema: its output, or every finding at once. */
export function parseShape(root: unknown) {
  const parsed = configurationSchema.safeParse(root);
  if (parsed.success) return { ok: true as const, parsed: parsed.data };
  return { ok: false as const, findings: parsed.error.issues.flatMap((issue) => issueFindings(issue, root, [])) };
}
