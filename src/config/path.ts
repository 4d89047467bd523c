// Where a value stands inside the configuration, e.g. ['scanners', 0, 'path'], and reading raw values by it without trusting
// their shape.

/** Keys and list indexes from the root down. */
export type Path = readonly (string | number)[];

/** Whether a raw value is a map (a YAML mapping, a JSON object). */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path; undefined where any step is missing. Sees own keys only, so `__proto__` is nothing special. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** Whether `path` begins with `start`. */
export function beginsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step);
}

/** A path as people write it: `scanners[0].path`. Control characters are shown as escapes: keys come from outside. */
export function pathText(path: Path): string {
  const text = path.reduce<string>((done, step) => {
    if (typeof step === 'number') return `${done}[${step}]`;
    return done === '' ? step : `${done}.${step}`;
  }, '');
  return printable(text);
}

/** A text with control and format characters escaped, so that it cannot disturb a terminal or forge a second line. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
