// A camera that reads codes: what the daemon sees of it. All that it takes is loaded when its scans are first read from, so that
// a reader without a camera carries none of it.

import type { CameraOptions } from './camera-options.ts';
import type { CameraDeps } from './camera-view.ts';
import type { AttachedScanner } from './lines.ts';

/** Faults are reported as part `scanner:<id>`. Call `scans` once; no program is started before it is read from. */
export function cameraScanner(options: CameraOptions, deps: CameraDeps): AttachedScanner {
  const opened = Promise.withResolvers<void>();
  return {
    id: options.id,
    direction: options.direction,
    opened: opened.promise,
    // A camera's bytes are pixels: none of them is a piece of a code.
    discarded: { overlong: 0, silence: 0, unplugged: 0 },
    async *scans(signal) {
      try {
        const { watchCamera } = await import('./camera-view.ts');
        yield* watchCamera(options, deps, { signal, tried: opened.resolve });
      } finally {
        opened.resolve();
      }
    },
  };
}
