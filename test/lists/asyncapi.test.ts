// config/asyncapi.yaml's account of signed lists: its schemas take and refuse the entries that the parser takes and refuses.

import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

import type { ListName } from '../../src/admission/ports.ts';
import { parseEntries } from '../../src/lists/entries.ts';
import { frame, makeIssuer, pupil, refOf } from './issuer.ts';

const document: unknown = parse(readFileSync(new URL('../../config/asyncapi.yaml', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema(document as object, 'asyncapi');
const isPayload = ajv.compile({ $ref: 'asyncapi#/components/schemas/listPayload' });
const isJws = ajv.compile({ $ref: 'asyncapi#/components/schemas/listJws' });

const windows = [{ days: [1, 7], from: '22:00', to: '06:00' }];
const x = Buffer.alloc(32, 7).toString('base64url');

test.each<[ListName, object, boolean]>([
  ['roster', pupil(1), true],
  ['roster', { ...pupil(1), hours: { windows, exceptions: [{ date: '2026-12-01', windows: [] }] }, gates: [] }, true],
  ['roster', { ...pupil(1), clearance: { name: 'health' }, escort: { by: ['p'], before: '12:00', withinSeconds: 60 } }, true],
  ['roster', { ...pupil(1), person: 'p', hold: 'x', from: '2026-11-21T00:00:00Z', until: '2026-12-21T00:00:00+07:00' }, true],
  ['roster', { ...pupil(1), nickname: 'x' }, false],
  ['roster', { ...pupil(1), hours: {} }, false],
  ['roster', { ...pupil(1), hours: { windows: [{ ...windows[0], days: [] }] } }, false],
  ['roster', { ...pupil(1), escort: { by: [], before: '12:00' } }, false],
  ['roster', { ...pupil(1), gates: ['Cổng'] }, false],
  ['roster', { ref: refOf(1) }, false],
  ['revoked', { ref: refOf(1) }, true],
  ['revoked', { ref: 'x' }, false],
  ['revoked', pupil(1), false],
  ['keys', { kty: 'OKP', crv: 'Ed25519', x, kid: 'k', use: 'sig', alg: 'EdDSA', key_ops: ['verify'] }, true],
  ['keys', { kty: 'OKP', crv: 'Ed25519', x, d: x }, false],
  ['policy', { holder: 'pupil', hours: { windows } }, true],
  ['policy', { holder: 'unlisted' }, false],
])('listPayload and parseEntries agree on %s %j: %s', (list, entry, right) => {
  expect(parseEntries(list, [entry]).ok).toBe(right);
  expect(isPayload(frame(list, 1, [entry]))).toBe(right);
});

test('listJws is the form of what an issuer signs', async () => {
  const issuer = await makeIssuer();
  expect(isJws(await issuer.sign(frame('roster', 1, [])))).toBe(true);
  expect(isJws('{"list":"roster"}')).toBe(false);
});
