// The JSON Schema of the configuration, generated from the schema that the program itself parses with. Not loaded by the daemon.

import * as z from 'zod';
import { configurationSchema } from './schema.ts';

const LINE_CHARS_MAX = 130;

/** Puts a list of plain values on one line where it fits: shorter to read, and what the formatter of this project does. */
function onOneLine(list: string, indent: string, start: string, entries: string): string {
  const line = `${indent}${start}[${entries.trim().replaceAll(/\s*\n\s*/g, ' ')}]`;
  return line.length < LINE_CHARS_MAX ? line : list;
}

/** JSON Schema (draft 2020-12) of what may be written in a configuration file, as indented text ending in a line feed. */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input', target: 'draft-2020-12' });
  const text = JSON.stringify(schema, null, 2);
  return `${text.replaceAll(/^( *)("[^"]*": )\[\n([^[\]{}]*)\]/gm, onOneLine)}\n`;
}
