// The test bench's command line, and the list of its checks.

import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../scripts/vm/architecture.ts';
import { readOptions } from '../../scripts/vm/options.ts';
import { checkNamed, checksOf } from './checks.ts';

describe('readOptions', () => {
  it('runs every check for at most ten minutes unless told otherwise', () => {
    expect(readOptions([], () => ['one'])).toMatchObject({ architecture: 'amd64', only: [], timeoutS: 600, verbose: false });
  });

  it('takes checks, a cache and a time', () => {
    const words = ['--only', 'one', '--cache', '/srv/cache', '--timeout', '90', '--verbose'];
    const wanted = { architecture: 'amd64', only: ['one'], cache: '/srv/cache', timeoutS: 90, verbose: true };
    expect(readOptions(words, () => ['one', 'two'])).toEqual(wanted);
  });

  it('takes the checks of the wanted architecture', () => {
    const words = ['--arch', 'arm64', '--only', 'two'];
    const checks = { amd64: ['one'], arm64: ['one', 'two'] };
    expect(readOptions(words, (name) => checks[name])).toMatchObject({ architecture: 'arm64', only: ['two'] });
    expect(() => readOptions(['--only', 'two'], (name) => checks[name])).toThrow(/--only two: wanted one of one/u);
  });

  it.each([
    [['--only', 'three'], /--only three: wanted one of one, two/u],
    [['--timeout', '0'], /--timeout 0: wanted whole seconds/u],
    [['--timeout', 'soon'], /--timeout soon: wanted whole seconds/u],
    [['--arch', 'riscv64'], /--arch riscv64: wanted amd64 or arm64/u],
    [['--fast'], /--fast/u],
    [['one'], /one/u],
  ])('refuses %j', (words, fault) => {
    expect(() => readOptions(words, () => ['one', 'two'])).toThrow(fault);
  });
});

describe('the checks of a machine', () => {
  const machines = Object.values(ARCHITECTURES).flatMap((architecture) => architecture.machines.map(({ name }) => name));

  it.each(machines)('are there for %s, each under a name of its own that fits a command line', (machine) => {
    const names = checksOf(machine).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]*$/u);
  });

  it.each(machines)('are found by their names on %s', (machine) => {
    for (const check of checksOf(machine)) expect(checkNamed(check.name)).toBe(check);
  });
});
