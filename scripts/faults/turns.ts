// Work of which only so much is done at once.

/** Begins in order, `most` at a time; the results are in the order of the work. Rejects with the first failure. */
export async function inTurn<Result>(most: number, work: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = [];
  const left = work.entries();
  const hand = async (): Promise<void> => {
    for (const [at, job] of left) results[at] = await job();
  };
  await Promise.all(Array.from({ length: Math.min(most, work.length) }, hand));
  return results;
}
