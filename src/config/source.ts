// The text of a configuration parsed as one YAML 1.2 document: its values, every fault of the text, and where each value stands.

import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import type { WordingKey, WordingParams } from '../system/wording.ts';
import type { Path } from './path.ts';
import type { Place, TextFault } from './text-fault.ts';
import { keyAt, offsetOf } from './yaml-places.ts';

/** An alias may repeat a section, not multiply into a bomb. */
const ALIASES_MAX = 20;

const YAML_CODES: Readonly<Record<string, WordingKey>> = {
  BAD_DQ_ESCAPE: 'config.yaml.escape',
  BAD_INDENT: 'config.yaml.indent',
  BLOCK_AS_IMPLICIT_KEY: 'config.yaml.nested',
  DUPLICATE_KEY: 'config.yaml.twice',
  MISSING_CHAR: 'config.yaml.unclosed',
  MULTIPLE_DOCS: 'config.yaml.documents',
  NON_STRING_KEY: 'config.yaml.key',
  TAB_AS_INDENT: 'config.yaml.tab',
  TAG_RESOLVE_FAILED: 'config.yaml.tag',
};

/** Errors that leave the structure as it was meant, so that the rest can be checked too. */
const HARMLESS = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED', 'BAD_DQ_ESCAPE', 'BAD_DIRECTIVE']);

/** A parsed text. `value` is undefined where the text is too broken to be understood; then `faults` says why. */
export interface Source {
  readonly value: unknown;
  readonly faults: readonly TextFault[];
  /** Where the value, or with `at: 'key'` its key, stands; undefined where the text has no such value. */
  readonly place: (path: Path, at?: 'key') => Place | undefined;
}

/** Parses a text as one YAML document; the value of an empty one is null. */
export function parseSource(text: string): Source {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const problems = [...document.errors, ...document.warnings];
  const faults = problems.map(({ code, pos }): TextFault => {
    return {
      place: placeAt(pos[0]),
      key: (code === 'DUPLICATE_KEY' ? keyAt(document, pos[0]) : undefined) ?? 'yaml',
      code: YAML_CODES[code] ?? 'config.yaml.other',
      params: { code },
    };
  });
  const place = (path: Path, at?: 'key'): Place | undefined => {
    const offset = path.length === 0 ? (document.contents?.range?.[0] ?? 0) : offsetOf(document, path, at);
    return offset === undefined ? undefined : placeAt(offset);
  };
  if (problems.some(({ code }) => !HARMLESS.has(code))) return { value: undefined, faults, place };
  const aliasFault = badAlias(document);
  if (aliasFault !== undefined)
    return { value: undefined, faults: [...faults, { ...aliasFault, place: placeAt(aliasFault.offset) }], place };
  return { value: document.toJS({ maxAliasCount: ALIASES_MAX }), faults, place };
}

/** The first alias without its anchor, or one too many: the aliases are counted with those inside what they stand for. */
function badAlias(document: Document): { offset: number; key: string; code: WordingKey; params: WordingParams } | undefined {
  const aliases: { offset: number; lost: boolean }[] = [];
  visit(document, {
    Alias: (_, alias) => {
      aliases.push({ offset: alias.range?.[0] ?? 0, lost: alias.resolve(document) === undefined });
    },
  });
  const lost = aliases.find((alias) => alias.lost);
  if (lost !== undefined) return { offset: lost.offset, key: 'yaml', code: 'config.yaml.anchor', params: {} };
  const extra = aliases[ALIASES_MAX];
  if (extra !== undefined)
    return { offset: extra.offset, key: 'yaml', code: 'config.yaml.aliases', params: { limit: ALIASES_MAX } };
  try {
    document.toJS({ maxAliasCount: ALIASES_MAX });
    return undefined;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { offset: aliases[0]?.offset ?? 0, key: 'yaml', code: 'config.yaml.aliases', params: { limit: ALIASES_MAX } };
  }
}
