// The indicators there are: a kind's word in the configuration and the function that makes it. A new kind is one file and one
// line here.

import type { Writable } from 'node:stream';

import type { Indicator } from '../admission/ports.ts';
import { type Language, wording } from '../system/wording.ts';
import { noIndicator } from './none.ts';
import type { PatternTable } from './patterns.ts';
import { terminalIndicator } from './terminal.ts';
import { feedbackWords } from './words.ts';

export interface IndicatorDeps {
  readonly patterns: PatternTable;
  readonly language: Language;
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly colour: boolean;
  readonly report: (message: string | undefined) => void;
}

export function makeIndicator({ kind }: { readonly kind: 'terminal' | 'none' }, deps: IndicatorDeps): Indicator {
  switch (kind) {
    case 'none':
      return noIndicator();
    case 'terminal': {
      const say = wording(deps.language);
      return terminalIndicator({ ...deps, words: (feedback) => feedbackWords(say, feedback) });
    }
  }
}
