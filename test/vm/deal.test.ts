// Checks are shared out between guests: none is lost, none runs twice.

import { describe, expect, it } from 'vitest';
import { deal } from '../../scripts/vm/deal.ts';

const CHECKS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

describe('deal', () => {
  it('gives every other check to the second guest', () => {
    expect(deal(CHECKS, 2)).toEqual([
      ['a', 'c', 'e', 'g'],
      ['b', 'd', 'f'],
    ]);
  });

  it.each([
    ['one processor', CHECKS, 1, 1],
    ['many processors', CHECKS, 64, 2],
    ['few checks', CHECKS.slice(0, 5), 64, 1],
    ['none', [], 64, 1],
  ])('loses none with %s', (_situation, checks, processors, guests) => {
    const hands = deal(checks, processors);
    expect(hands).toHaveLength(guests);
    expect(hands.flat().toSorted()).toEqual(checks);
  });
});
