// The test bench's command line, and the list of its checks.

import { describe, expect, it } from 'vitest';
import { readOptions } from '../../scripts/vm/options.ts';
import { CHECKS } from './checks.ts';

describe('readOptions', () => {
  it('runs every check for at most ten minutes unless told otherwise', () => {
    expect(readOptions([], ['one'])).toMatchObject({ only: [], timeoutS: 600, verbose: false });
  });

  it('takes checks, a cache and a time', () => {
    const words = ['--only', 'one', '--cache', '/srv/cache', '--timeout', '90', '--verbose'];
    expect(readOptions(words, ['one', 'two'])).toEqual({ only: ['one'], cache: '/srv/cache', timeoutS: 90, verbose: true });
  });

  it.each([
    [['--only', 'three'], /--only three: wanted one of one, two/u],
    [['--timeout', '0'], /--timeout 0: wanted whole seconds/u],
    [['--timeout', 'soon'], /--timeout soon: wanted whole seconds/u],
    [['--fast'], /--fast/u],
    [['one'], /one/u],
  ])('refuses %j', (words, fault) => {
    expect(() => readOptions(words, ['one', 'two'])).toThrow(fault);
  });
});

describe('CHECKS', () => {
  it('are there, each under a name of its own that fits a command line', () => {
    const names = CHECKS.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z-]*$/u);
  });
});
