// A camera scanner whose program sends a moving sequence at 15 frames a second: says as one line of JSON how old each result was and
// how long its decode took. Word: the decoder.

import { fileURLToPath } from 'node:url';

import { cameraScanner } from '../../src/scanners/camera.ts';
import type { DecoderName } from '../../src/scanners/camera-options.ts';

export const FPS = 15;
const SIZE = { width: 1280, height: 720 };
const LOOKS = 150;
/** What is compiled at first use is compiled then. */
const WARMING = 30;

export interface Ages {
  readonly ages: readonly number[];
  readonly decodes: readonly number[];
  readonly read: number;
}

async function measure(decoder: DecoderName): Promise<Ages> {
  const ages: number[] = [];
  const decodes: number[] = [];
  let read = 0;
  const abort = new AbortController();
  const now = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });
  const child = fileURLToPath(new URL('./camera-sequence.child.ts', import.meta.url));
  const command = [process.execPath, child, String(SIZE.width), String(SIZE.height), String(FPS)];
  const scanner = cameraScanner(
    { id: 'bench', direction: 'both', source: 'command', command, ...SIZE, fps: FPS, decoder },
    {
      clock: { read: now },
      report: (_part, message) => message !== undefined && process.stderr.write(`bench:camera: ${message}\n`),
      looked: ({ decodeMs, monotonicMs, codes }) => {
        ages.push(now().monotonicMs - monotonicMs);
        decodes.push(decodeMs);
        read += Number(codes.length > 0);
        if (ages.length >= LOOKS) abort.abort();
      },
    },
  );
  for await (const scan of scanner.scans(abort.signal)) void scan;
  return { ages: ages.slice(WARMING), decodes: decodes.slice(WARMING), read };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await measure(process.argv[2] === 'jsqr' ? 'jsqr' : 'zxing'))}\n`);
