// On which line each value of an array stands in a JSON text, which JSON.parse does not tell.

/**
 * The lines (from 1) of the values of the arrays at `depth`: 1 is the array that the text is, 2 the arrays that are values of its
 * object. For text that JSON.parse has accepted.
 */
export function jsonLines(text: string, depth: 1 | 2): readonly number[] {
  const lines: number[] = [];
  const open: string[] = [];
  let line = 1;
  let awaited = false;
  // Strings are one token, so that what is in them is not taken for structure.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]|\n|[^\s[\]{},:"]+/gu)) {
    if (token === '\n') {
      line += 1;
      continue;
    }
    const within = open.length === depth && open[depth - 1] === '[';
    if (within && token === ',') awaited = true;
    else if (within && awaited && token !== ']') {
      lines.push(line);
      awaited = false;
    }
    if (token === '[' || token === '{') {
      open.push(token);
      awaited ||= open.length === depth && token === '[';
    } else if (token === ']' || token === '}') {
      open.pop();
      if (open.length < depth) awaited = false;
    }
  }
  return lines;
}
