// Where keys and values stand in a parsed YAML document, as offsets into its text; aliases are followed.

import { type Document, type Node, isAlias, isMap, isNode, isPair, isScalar, isSeq, visit } from 'yaml';
import { type Path, pathText } from './path.ts';

/** The path of the key that begins at an offset, as text. */
export function keyAt(document: Document, offset: number): string | undefined {
  let found: string | undefined;
  visit(document, {
    Pair: (_, pair, ancestors) => {
      if (!isScalar(pair.key) || pair.key.range?.[0] !== offset) return undefined;
      const chain = [...ancestors, pair];
      const path = chain.flatMap((node, index): Path => {
        if (isPair(node) && isScalar(node.key)) return [String(node.key.value)];
        return isSeq(node) ? [node.items.indexOf(chain[index + 1])] : [];
      });
      found = pathText(path);
      return visit.BREAK;
    },
  });
  return found;
}

/** The offset of the value at a path, or with `at: 'key'` of its key; undefined where the text has no such value. */
export function offsetOf(document: Document, path: Path, at: 'key' | undefined): number | undefined {
  let node: Node | null = document.contents;
  let keyOffset: number | undefined;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    let inner: unknown;
    if (isMap(node)) {
      // Last one first: of a key given twice the last counts.
      const pair = node.items.findLast(({ key }) => (isScalar(key) ? String(key.value) : undefined) === step);
      if (pair === undefined) return undefined;
      keyOffset = isNode(pair.key) ? pair.key.range?.[0] : undefined;
      inner = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      inner = node.items[step];
    }
    if (inner === undefined) return undefined;
    node = isNode(inner) ? inner : null;
  }
  return at === 'key' ? keyOffset : (node?.range?.[0] ?? keyOffset);
}
