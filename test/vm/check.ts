// The shape of one check of the test bench.

export interface Check {
  /** `--only` takes it, so without spaces or commas. */
  readonly name: string;
  /** Kernel modules that are loaded before; what is missing fails the check. */
  readonly modules: readonly string[];
  /** What was seen, a sentence each; none is a failure. @throws Error saying what was wanted and found */
  run(): Promise<string[]>;
}
