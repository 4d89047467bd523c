// The entries of the four lists: every field's fault, where it is, and that nothing else is let through.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ListName } from '../../src/admission/ports.ts';
import { parseEntries } from '../../src/lists/entries.ts';
import { pupil, refOf } from './issuer.ts';

/** `place code` of every fault. */
function faultsOf(list: ListName, entries: readonly unknown[]): string[] {
  const parsed = parseEntries(list, entries, Number.POSITIVE_INFINITY);
  return parsed.ok ? [] : parsed.faults.map(({ index, path, code }) => `${index} ${path} ${code}`);
}

const key = { kty: 'OKP', crv: 'Ed25519', x: Buffer.alloc(32, 7).toString('base64url') };
const windows = [{ days: [1], from: '06:00', to: '18:00' }];

describe('parseEntries of a roster', () => {
  test.each<[string, object]>([
    ['', Object.assign([], pupil(1))],
    ['ref', { ref: 'A'.repeat(25) }],
    ['ref', { ref: `${'A'.repeat(25)}a` }],
    ['ref', { ref: `${'A'.repeat(25)}1` }],
    ['ref', { ref: 7 }],
    ['holder', { holder: 'unlisted' }],
    ['holder', { holder: 'constructor' }],
    ['label', { label: '' }],
    ['label', { label: '  ' }],
    ['label', { label: 'x'.repeat(121) }],
    ['label', { label: 'a\nb' }],
    ['label', { label: 'a\u0085b' }],
    ['label', { label: 'a\u202eb' }],
    ['label', { label: 'a\ud800' }],
    ['label', { label: 'a\u2028b' }],
    ['person', { person: '' }],
    ['person', { person: 'x'.repeat(65) }],
    ['from', { from: '2026-11-21' }],
    ['from', { from: 1_795_000_000 }],
    ['until', { until: '2026-02-30T00:00:00Z' }],
    ['until', { from: '2026-11-21T00:00:00Z', until: '2026-11-20T00:00:00Z' }],
    ['gates', { gates: 'cong-chinh' }],
    ['gates[1]', { gates: ['cong-chinh', 'Cổng'] }],
    ['gates[1]', { gates: ['cong-chinh', 'cong-chinh'] }],
    ['hours', { hours: [] }],
    ['hours.windows', { hours: {} }],
    ['hours.windows[0].days', { hours: { windows: [{ ...windows[0], days: [] }] } }],
    ['hours.windows[0].days[0]', { hours: { windows: [{ ...windows[0], days: [0] }] } }],
    ['hours.windows[0].days[0]', { hours: { windows: [{ ...windows[0], days: [8] }] } }],
    ['hours.windows[0].from', { hours: { windows: [{ ...windows[0], from: '24:00' }] } }],
    ['hours.windows[0].to', { hours: { windows: [{ ...windows[0], to: '6:00' }] } }],
    ['hours.exceptions[0].date', { hours: { windows, exceptions: [{ date: '2026-13-01', windows: [] }] } }],
    ['hours.exceptions[0].windows[0].days', { hours: { windows, exceptions: [{ date: '2026-12-01', windows }] } }],
    ['hours.exceptions[1]', { hours: { windows, exceptions: [1, 2].map(() => ({ date: '2026-12-01', windows: [] })) } }],
    ['hold', { hold: 7 }],
    ['hold', { hold: 'a\u001b[2Jb' }],
    ['clearance.name', { clearance: {} }],
    ['clearance.until', { clearance: { name: 'health', until: '2026-11-31' } }],
    ['escort.by', { escort: { by: [], before: '12:00' } }],
    ['escort.before', { escort: { by: ['p'], before: 'noon' } }],
    ['escort.withinSeconds', { escort: { by: ['p'], before: '12:00', withinSeconds: 0 } }],
    ['nickname', { nickname: 'x' }],
    ['?', { 'a\u001b[2J': 1 }],
    ['fromMs', { fromMs: 0 }],
  ])('a fault at %s: %j', (path, changes) => {
    const entry = Array.isArray(changes) ? changes : { ...pupil(1), ...changes };
    expect(faultsOf('roster', [entry]).map((fault) => fault.split(' ')[1])).toEqual([path]);
  });

  test('__proto__ in an entry is an unknown field and changes no other', () => {
    const entry: unknown = JSON.parse(`{"ref":"${refOf(1)}","holder":"pupil","label":"x","__proto__":{"hold":"y"}}`);
    expect(faultsOf('roster', [entry])).toEqual(['0 __proto__ unknown-field']);
    expect(Object.prototype).not.toHaveProperty('hold');
  });

  test('all faults of all entries are told, and a ref listed twice', () => {
    expect(faultsOf('roster', [{ ref: 'x', label: '' }, null, pupil(3), pupil(3)])).toEqual([
      '0 ref ref',
      '0 label text-length',
      '0 holder missing',
      '1  not-object',
      '3 ref twice',
    ]);
  });

  test('a label of 120 code points, many more bytes, is right', () => {
    expect(faultsOf('roster', [{ ...pupil(1), label: '𝒩'.repeat(120) }])).toEqual([]);
  });
});

describe('parseEntries of the others', () => {
  test.each<[ListName, object, string[]]>([
    ['revoked', { ref: refOf(1), reason: 'lost' }, ['0 reason unknown-field']],
    ['revoked', {}, ['0 ref missing']],
    ['keys', { ...key, d: key.x }, ['0 d private-key']],
    ['keys', { ...key, kty: 'EC' }, ['0 kty key']],
    ['keys', { ...key, crv: 'X25519' }, ['0 crv key']],
    ['keys', { ...key, x: `${key.x}=` }, ['0 x key']],
    ['keys', { ...key, x: key.x.slice(1) }, ['0 x key']],
    // Under a point of small order anybody can sign.
    ['keys', { ...key, x: 'A'.repeat(43) }, ['0 x key']],
    ['keys', { ...key, x5u: 'x' }, ['0 x5u unknown-field']],
    ['policy', { holder: 'pupil', label: 'x' }, ['0 label unknown-field']],
    ['policy', { holder: 'everybody' }, ['0 holder holder']],
  ])('%s: %j', (list, entry, faults) => {
    expect(faultsOf(list, [entry])).toEqual(faults);
  });

  test.each<[ListName, object]>([
    ['revoked', { ref: refOf(1) }],
    ['keys', key],
    ['policy', { holder: 'pupil' }],
  ])('%s: the same twice', (list, entry) => {
    expect(faultsOf(list, [entry, entry])).toHaveLength(1);
    expect(faultsOf(list, [entry])).toEqual([]);
  });

  test('anything at all is parsed or refused, never thrown over', () => {
    fc.assert(
      fc.property(fc.constantFrom<ListName>('roster', 'revoked', 'keys', 'policy'), fc.array(fc.anything()), (list, entries) => {
        expect(parseEntries(list, entries).ok).toBe(entries.length === 0);
      }),
    );
  });
});
