// The small schemas that several sections share: slugs, directions, and texts with a check of their own. A check's message is
// the key of a wording, never a sentence.

import * as z from 'zod';
import type { WordingKey } from '../system/wording.ts';

const SLUG: WordingKey = 'config.fault.slug';

/** A name that may stand in a topic, a file name and a host name: 1 to 40 of `a-z`, `0-9` and `-`. */
export function slug() {
  return z.string().regex(/^[a-z0-9-]{1,40}$/, { error: SLUG });
}

/** Which way people pass in front of a scanner. */
export function direction() {
  return z.enum(['in', 'out', 'both']);
}

/** A text judged by a function that names what is wrong with it. */
export function checkedText(faultOf: (text: string) => WordingKey | undefined) {
  return z.string().superRefine((text, context) => {
    const code = faultOf(text);
    if (code !== undefined) context.addIssue({ code: 'custom', message: code });
  });
}

/** Whether a text can name a file. One with line breaks is a pasted key or certificate and must not be repeated in messages. */
export function isFilePath(text: string): boolean {
  return text !== '' && !/\p{Cc}/u.test(text);
}

/** The path of a file or folder that the configuration names. */
export function filePath() {
  return checkedText((text) => (isFilePath(text) ? undefined : 'config.fault.file-name'));
}
