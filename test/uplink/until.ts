// Waiting for a condition, with a deadline: what the tests use where others sleep.

/** Resolves as soon as `condition` is truthy, with its value; rejects after `withinMs`, saying what was waited for. */
export async function until<Value>(
  what: string,
  condition: () => Value | undefined | false | null,
  withinMs = 10_000,
): Promise<Value> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false && value !== null) return value;
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
