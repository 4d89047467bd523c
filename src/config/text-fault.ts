// Something wrong with the text of a configuration, before any key has a meaning.

import type { WordingKey, WordingParams } from '../system/wording.ts';

/** 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something wrong with the text itself. */
export interface TextFault {
  readonly place: Place;
  /** The key at fault; `file` or `yaml` where it is no single key. */
  readonly key: string;
  readonly code: WordingKey;
  readonly params?: WordingParams;
}
