// The heart of `input test`: what each input is and every change as it happens, one line each, until it is enough.

import type { InputConfiguration } from '../../config/schema.ts';
import type { AttachedInput } from '../../inputs/attached.ts';
import type { InputChange } from '../../admission/ports.ts';
import type { Words } from '../../system/wording.ts';
import { roleWords, stateWords } from './words.ts';

export interface Listening {
  readonly inputs: readonly { readonly configured: InputConfiguration; readonly input: AttachedInput }[];
  readonly say: Words;
  /** The site's time of an instant, `HH:MM:SS.mmm`. */
  readonly time: (instant: InputChange['instant']) => string;
  readonly put: (line: string) => Promise<void>;
  readonly enough: AbortSignal;
}

/** Ends when it is enough, or at once where no input could be opened. Returns how many could. */
export async function listen({ inputs, say, time, put, enough }: Listening): Promise<number> {
  const nothing = new AbortController();
  const signal = AbortSignal.any([enough, nothing.signal]);
  const width = Math.max(...inputs.map(({ configured }) => configured.id.length));
  const hearing = inputs.map(async ({ configured, input }) => {
    for await (const { active, instant } of input.changes(signal)) {
      const words = `${roleWords(say, configured)}: ${stateWords(say, configured, active)}`;
      await put(`${time(instant)}  ${configured.id.padEnd(width)}  ${words}\n`);
    }
  });
  const opened = (await Promise.all(inputs.map(({ input }) => input.opened))).filter((there) => there).length;
  if (opened === 0) nothing.abort();
  await Promise.all(hearing);
  return opened;
}
