// Licences of packages that may be shipped with this one, which is MIT: permissive ones, by their SPDX identifiers.

const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'X11',
]);

/** What is wrong with a package's licences (SPDX identifiers and expressions; all of them bind); undefined when nothing is. */
export function licenceFault(given: readonly string[]): string | undefined {
  if (given.length === 0) return 'names no licence';
  const wrong = given.filter((expression) => !permits(expression));
  return wrong.length === 0
    ? undefined
    : `has the licence ${wrong.join(', ')}, which is not on the list of scripts/gates/licences.ts`;
}

/** Of alternatives one is enough. Anything but OR, AND and one pair of brackets around all is not understood, and refused. */
function permits(expression: string): boolean {
  const bare = expression.replace(/^\(([^()]*)\)$/u, '$1');
  return bare.split(' OR ').some((choice) => choice.split(' AND ').every((one) => PERMISSIVE.has(one)));
}
