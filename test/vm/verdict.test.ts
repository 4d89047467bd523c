// What the test bench takes for success: only a run in which every wanted check was seen to pass.

import { describe, expect, it } from 'vitest';
import { faultsOf, type GuestMessage, readMessage } from '../../scripts/vm/verdict.ts';

const RELEASE = '6.12.1-amd64';
const start: GuestMessage = { kind: 'start', release: RELEASE, node: 'v24.0.0', upS: 5 };
const end = (checks: number): GuestMessage => ({ kind: 'end', checks });
const passed = (check: string, ...seen: string[]): GuestMessage => ({ kind: 'passed', check, seconds: 1, seen });
const failed = (check: string): GuestMessage => ({ kind: 'failed', check, seconds: 1, error: 'no device' });

describe('faultsOf', () => {
  it('finds nothing wrong with a run that began, passed each check and ended', () => {
    expect(faultsOf(['one', 'two'], RELEASE, [start, passed('one', 'a'), passed('two', 'b'), end(2)])).toEqual([]);
  });

  it.each<[string, readonly string[], readonly GuestMessage[], RegExp]>([
    ['nothing was wanted', [], [start, end(0)], /no check was wanted/u],
    ['the guest said nothing', ['one'], [], /never began/u],
    ['a check did not run', ['one', 'two'], [start, passed('one', 'a'), end(2)], /two: did not run/u],
    ['a check failed', ['one'], [start, failed('one'), end(1)], /one: no device/u],
    ['a check passed without having seen anything', ['one'], [start, passed('one'), end(1)], /one: saw nothing/u],
    ['a check reported twice', ['one'], [start, passed('one', 'a'), passed('one', 'a'), end(1)], /one: reported 2 times/u],
    ['the guest stopped before its end', ['one'], [start, passed('one', 'a')], /never came to the end/u],
    ['the guest counts other checks', ['one'], [start, passed('one', 'a'), end(2)], /ran 2 checks, 1 were wanted/u],
    ['another kernel ran', ['one'], [{ ...start, release: '5.1' }, passed('one', 'a'), end(1)], /kernel 5\.1 ran/u],
  ])('finds a fault when %s', (_situation, wanted, messages, fault) => {
    expect(faultsOf(wanted, RELEASE, messages)).toEqual([expect.stringMatching(fault)]);
  });
});

describe('readMessage', () => {
  it('takes a whole line of this run', () => {
    expect(readMessage(`token ${JSON.stringify(end(3))}`, 'token')).toEqual(end(3));
  });

  it.each([
    ['of another run', `other ${JSON.stringify(end(3))}`],
    ['cut off', 'token {"kind":"end","che'],
    ['of an unknown kind', 'token {"kind":"fine"}'],
    ['with a field of the wrong type', 'token {"kind":"end","checks":"3"}'],
    ['that is not JSON', 'token ok'],
  ])('takes no line %s', (_situation, line) => {
    expect(readMessage(line, 'token')).toBeUndefined();
  });
});
