// The parts of `doctor` that need a time or a defect of a test's own.

import { describe, expect, test } from 'vitest';
import { certificates as certificatesCheck } from '../../../src/commands/doctor/broker.ts';
import { type Check, runChecks } from '../../../src/commands/doctor/check.ts';
import { clock } from '../../../src/commands/doctor/machine.ts';
import { wording } from '../../../src/system/wording.ts';
import { anyText, containing } from '../../fakes/like.ts';
import { certificates } from '../../uplink/certificates.ts';

const say = wording('en');

describe('the parts of doctor', () => {
  test('clock: before this program was written, not synchronised, synchronised', () => {
    expect(clock(say, Date.UTC(1970, 0, 1), 'synchronised')).toMatchObject({ status: 'failure' });
    expect(clock(say, Date.UTC(2027, 0, 1), 'unsynchronised')).toMatchObject({ status: 'warning' });
    expect(clock(say, Date.UTC(2027, 0, 1), 'synchronised', () => undefined)).toEqual({
      status: 'ok',
      found: 'synchronised, 2027-01-01T00:00:00.000Z',
    });
  });

  test('certificates: by the days that are left', () => {
    const { caFile } = certificates();
    const day = 86_400_000;
    expect(certificatesCheck([caFile], say, Date.now() - 100 * day)).toMatchObject({ status: 'ok' });
    expect(certificatesCheck([caFile], say, Date.now() - 10 * day)).toMatchObject({ status: 'warning' });
    expect(certificatesCheck([caFile], say, Date.now() + 10 * day)).toMatchObject({
      status: 'failure',
      found: containing('ended'),
    });
    expect(certificatesCheck([import.meta.filename], say, Date.now())).toMatchObject({
      status: 'failure',
      found: containing('no certificate'),
    });
  });

  test('a check that breaks is a finding and hides no other', async () => {
    const checks: Check[] = [
      {
        name: 'broken',
        look: () => {
          throw new Error('a defect');
        },
      },
      { name: 'good', look: () => ({ status: 'ok', found: 'well' }) },
    ];
    expect(await runChecks(checks, say)).toEqual([
      { check: 'broken', status: 'failure', found: 'a defect', cure: anyText() },
      { check: 'good', status: 'ok', found: 'well' },
    ]);
  });

  test('a check that never ends is a finding, and is told to let go', async () => {
    let released = false;
    const look: Check['look'] = (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => (released = true));
      });
    expect(await runChecks([{ name: 'endless', look }], say, 20)).toMatchObject([
      { status: 'failure', found: 'no answer within 0.02 s' },
    ]);
    expect(released).toBe(true);
  });
});
