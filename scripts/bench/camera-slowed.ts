// Loaded with --import into every thread of a process: its camera's decoding thread then gets decoders that take 60 ms. The program
// that is measured stays as it is.

import { registerHooks } from 'node:module';

const SLOW = new URL('./camera-slow-decoder.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const asked = context.parentURL?.endsWith('/src/scanners/camera-worker.ts') && specifier === './camera-decoder.ts';
    return asked ? { ...resolved, url: SLOW } : resolved;
  },
});
