// The program's version, from package.json and nowhere else, and its date.

import manifest from '../package.json' with { type: 'json' };

export const VERSION = manifest.version;

/** When this version was written, milliseconds since 1970: a clock that shows an earlier time is wrong. Set with each release. */
export const BUILT_MS = Date.parse('2026-11-21T00:00:00Z');
