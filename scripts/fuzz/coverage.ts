// Which blocks of the covered files ran, from V8's own counters: what tells an input that reached something new from the others.

import { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface CoverageResult {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
    }[];
  }[];
}

/** Rough counts, as AFL has them: once, a few, many are different; 51 and 52 are not. */
const bucket = (count: number): number => Math.min(6, Math.ceil(Math.log2(count + 1)));

export class Coverage {
  readonly #session = new Session();
  #covers: readonly string[] = [];
  /** By batches, and by single inputs: a sum over a batch says nothing of the one. */
  readonly #together = new Set<string>();
  readonly #alone = new Set<string>();
  readonly #blocks = new Set<string>();

  /** Counts from now on, in this thread; only whole functions of what was loaded before. */
  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Looks at these files or folders, from the root of the project; begins anew. */
  watch(covers: readonly string[]): void {
    this.#covers = covers.map((path) => `file://${ROOT}${path}`);
    this.fresh();
    this.#blocks.clear();
    this.#together.clear();
  }

  /** Blocks that ran at least once. */
  get blocks(): number {
    return this.#blocks.size;
  }

  /** Those of these files, from the root of the project, of which nothing ran. */
  unfed(files: readonly string[]): string[] {
    const ran = new Set(Array.from(this.#blocks, (block) => block.slice(`file://${ROOT}`.length, block.lastIndexOf(':'))));
    return files.filter((file) => !ran.has(file));
  }

  /** How much ran since the last call that no batch ever ran, or never so often. Starts to count anew. */
  fresh(): number {
    return this.#take(this.#together);
  }

  /** The same for one input. */
  freshAlone(): number {
    return this.#take(this.#alone);
  }

  #take(seen: Set<string>): number {
    let fresh = 0;
    this.#session.post('Profiler.takePreciseCoverage', (error: Error | null, taken?: object) => {
      if (error !== null) throw error;
      for (const { url, functions } of (taken as CoverageResult).result) {
        if (!this.#covers.some((path) => url.startsWith(path))) continue;
        for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
          if (count === 0) continue;
          const block = `${url}:${startOffset}-${endOffset}`;
          this.#blocks.add(block);
          const key = `${block}x${bucket(count)}`;
          if (seen.has(key)) continue;
          seen.add(key);
          fresh += 1;
        }
      }
    });
    return fresh;
  }
}
