// Finds every module and file that a source text refers to. Guarantees: a reference it can't read is reported as such, so that
// nothing it does not understand passes as "no import".

/** `target` is the text between the quotes, or nothing where it is computed or in a form that is not read. */
export interface Reference {
  readonly target: string | undefined;
  /** Erased before the program runs: `import type`, `export type`. */
  readonly typeOnly: boolean;
  /** The source, for the message of a failing test. */
  readonly source: string;
}

/** `import … from 'x'`, `import 'x'`, `export … from 'x'`, at the start of a line and over several lines. */
const STATIC = /^[ \t]*(?:import|export)\s+(?<type>type\s+)?(?:[^'";=]*?\sfrom\s*)?(?<quote>['"])(?<target>[^'"]+)\k<quote>/gmu;
/** The tail that every static form but `import 'x'` ends in; counts what STATIC should have found. */
const TAIL = /\bfrom\s*['"][^'"]+['"]\s*(?:with\s*\{[^}]*\}\s*)?;?[ \t]*$/gmu;
/** `import('x')`, `require('x')`, `import.meta.resolve('x')`, `new URL('x', import.meta.url)`. */
const CALL = /(?:\bimport|\brequire|\bimport\.meta\.resolve)\s*\(\s*(?:(?<quote>['"`])(?<target>[^'"`$]+)\k<quote>\s*[,)])?/gu;
const URL_BESIDE = /\bnew\s+URL\s*\(\s*(?:(?<quote>['"`])(?<target>[^'"`$]+)\k<quote>|[^()]*?)\s*,\s*import\.meta\.url/gu;
/** A path can be made from these in ways no pattern sees; `new URL('./x', import.meta.url)` says the same readably. */
const UNREADABLE = /\bimport\.meta\.(?:dirname|filename)\b|\bgetBuiltinModule\b/gu;

/** Every reference of a TypeScript text. Comments are read too: a reference in one is a false alarm, never a gap. */
export function referencesOf(text: string): Reference[] {
  const found: Reference[] = [];
  for (const match of text.matchAll(STATIC)) {
    found.push({ target: match.groups?.['target'], typeOnly: match.groups?.['type'] !== undefined, source: match[0] });
  }
  const read = new Set(found.map(({ source }) => source));
  for (const [tail] of text.matchAll(TAIL)) {
    const quoted = /from\s*['"][^'"]+['"]/u.exec(tail)?.[0] ?? tail;
    if (![...read].some((source) => source.endsWith(quoted))) found.push({ target: undefined, typeOnly: false, source: tail });
  }
  for (const pattern of [CALL, URL_BESIDE, UNREADABLE]) {
    for (const match of text.matchAll(pattern)) {
      found.push({ target: match.groups?.['target'], typeOnly: false, source: match[0] });
    }
  }
  return found;
}
