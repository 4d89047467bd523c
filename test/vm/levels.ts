// The outputs of a kiosk, watched: every change of level with its moment, so that a check can ask what rose, when, for how long.

import { setTimeout as delay } from 'node:timers/promises';

export interface Change {
  readonly output: string;
  readonly level: 0 | 1;
  /** `performance.now()`, at most one look late. */
  readonly atMs: number;
}

export interface LevelWatch {
  /** Since the watch began or was cleared, oldest first. */
  readonly changes: readonly Change[];
  level(output: string): 0 | 1;
  /** Begins anew; what is up counts as having risen now, as a lamp may stay on from a blink before. */
  clear(): void;
  /** How long an output was up the last time it was up and came down; undefined while there was no such time. */
  upMs(output: string): number | undefined;
  /** The longest time between two looks since the watch began or was cleared: by so much any change may be older than it seems. */
  readonly blindMs: number;
  stop(): void;
}

const LOOK_MS = 5;

/** Looks at each output until stopped; `outputs`: a name and how to look. */
export function watchLevels(outputs: Readonly<Record<string, () => 0 | 1>>): LevelWatch {
  const changes: Change[] = [];
  const now = new Map<string, 0 | 1>();
  const watching = new AbortController();
  let lookedMs = performance.now();
  let blindMs = 0;
  const look = (): void => {
    blindMs = Math.max(blindMs, performance.now() - lookedMs);
    lookedMs = performance.now();
    for (const [output, read] of Object.entries(outputs)) {
      const level = read();
      if (now.get(output) !== level && now.has(output)) changes.push({ output, level, atMs: performance.now() });
      now.set(output, level);
    }
  };
  const loop = async (): Promise<void> => {
    while (!watching.signal.aborted) {
      look();
      await delay(LOOK_MS);
    }
  };
  look();
  void loop();
  return {
    changes,
    level: (output) => now.get(output) ?? 0,
    get blindMs() {
      return blindMs;
    },
    clear() {
      changes.splice(0);
      blindMs = 0;
      for (const [output, level] of now) if (level === 1) changes.push({ output, level, atMs: performance.now() });
    },
    upMs(output) {
      const own = changes.filter((change) => change.output === output);
      const down = own.findLastIndex(({ level }) => level === 0);
      const [rise, fall] = [own[down - 1], own[down]];
      return rise?.level === 1 && fall !== undefined ? fall.atMs - rise.atMs : undefined;
    },
    stop: () => watching.abort(),
  };
}
