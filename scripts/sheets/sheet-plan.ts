// hardware/scanners/sheets.json, read strictly. A code is drawn only with the sources of its exact content and symbology; every
// other step says where the maker's own guide has it.

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { FNC3 } from './code128.ts';

const text = z.string().min(1);

const step = z
  .strictObject({
    vi: text,
    en: text,
    /** Code 128; `<FNC3>` and `<CR>` stand for themselves. */
    code: z.exactOptional(z.strictObject({ content: text, sources: z.array(text).min(1) })),
    /** Chapter and name of the code in the maker's guide. */
    look: z.exactOptional(text),
  })
  .refine(
    ({ code, look }) => (code === undefined) !== (look === undefined),
    'a step has a code of its own or a place in the guide',
  );

const maker = z.strictObject({
  id: z.string().regex(/^[a-z]+$/),
  name: text,
  models: text,
  manual: text,
  steps: z.array(step).min(1),
  /** Why nothing is drawn. */
  why: z.exactOptional(z.strictObject({ vi: text, en: text })),
});

export type Maker = z.infer<typeof maker>;
export type Step = z.infer<typeof step>;

/** @throws where the file is not as it must be */
export function makers(): readonly Maker[] {
  const file = new URL('../../hardware/scanners/sheets.json', import.meta.url);
  return z.strictObject({ makers: z.array(maker).min(1) }).parse(JSON.parse(readFileSync(file, 'utf8'))).makers;
}

/** What is drawn: the names of function and control characters become the characters. */
export function contentOf(written: string): string {
  return written.replaceAll('<FNC3>', FNC3).replaceAll('<CR>', '\r');
}
