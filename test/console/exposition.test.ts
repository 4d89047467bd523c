// The text format, on what could break out of it.

import { describe, expect, test } from 'vitest';
import { exposition } from '../../src/console/exposition.ts';

describe('exposition', () => {
  test('writes help, type and samples, and escapes what labels and help hold', () => {
    const text = exposition([
      { name: 'a_total', help: 'back\\slash\nline', type: 'counter', samples: [{ labels: { part: 'a"b\\c\nd' }, value: 2 }] },
    ]);
    expect(text).toBe('# HELP a_total back\\\\slash\\nline\n# TYPE a_total counter\na_total{part="a\\"b\\\\c\\nd"} 2\n');
  });

  test('a histogram is cumulative, ends in +Inf, and its count is the last bucket', () => {
    const histogram = { bounds: [0.1, Number.POSITIVE_INFINITY], upTo: [1, 3], sum: 0.75 };
    expect(
      exposition([{ name: 'h', help: 'x', type: 'histogram', histogram }])
        .split('\n')
        .slice(2),
    ).toEqual(['h_bucket{le="0.1"} 1', 'h_bucket{le="+Inf"} 3', 'h_sum 0.75', 'h_count 3', '']);
  });

  test('a family without samples is left out, and numbers that are none have their names', () => {
    expect(exposition([{ name: 'a', help: 'x', type: 'gauge', samples: [] }])).toBe('');
    const odd = [Number.NaN, Number.NEGATIVE_INFINITY].map((value) => ({ value }));
    expect(exposition([{ name: 'a', help: 'x', type: 'gauge', samples: odd }])).toContain('a NaN\na -Inf\n');
  });
});
