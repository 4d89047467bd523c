// `doctor` on cards and disks: what can be told of their flushes, their wear and the supply.

import { describe, expect, test } from 'vitest';
import { flushes, flushMs, power, wear } from '../../../src/commands/doctor/medium.ts';
import type { StorageMedium } from '../../../src/system/storage-medium.ts';
import { wording } from '../../../src/system/wording.ts';
import { containing } from '../../fakes/like.ts';
import { dataFolder } from '../../fakes/record.ts';

const say = wording('en');
const CARD: StorageMedium = {
  device: 'mmcblk0',
  kind: 'sd',
  name: 'SC32G',
  made: '03/2021',
  fileSystem: 'ext4',
  unsafeOptions: [],
};

describe('doctor, what the data is kept on', () => {
  test('a card that takes its time', () => {
    expect(flushes({ ...CARD, writeCache: 'write through' }, 4.2, say)).toEqual({
      status: 'ok',
      found: 'SD card mmcblk0 (SC32G, 03/2021), ext4, write through; a flush takes 4.2 ms',
    });
  });

  test('one that is faster than flash, a disk that is faster than it turns, and a disk that may be', () => {
    expect(flushes(CARD, 0.02, say)).toMatchObject({ status: 'warning', found: containing('faster than such a device') });
    expect(flushes({ ...CARD, kind: 'rotating' }, 0.5, say)).toMatchObject({ status: 'warning' });
    expect(flushes({ ...CARD, kind: 'solid' }, 0.02, say)).toMatchObject({ status: 'ok' });
  });

  test('a card that needs very long is not asked often: the other checks wait for it', () => {
    let asked = 0;
    const still = new Int32Array(new SharedArrayBuffer(4));
    const took = flushMs(dataFolder(), () => {
      asked += 1;
      Atomics.wait(still, 0, 0, 300);
    });
    expect([asked, Math.floor((took ?? 0) / 100)]).toEqual([2, 3]);
  });

  test('a mount that does not flush', () => {
    expect(flushes({ ...CARD, unsafeOptions: ['nobarrier'] }, 4, say)).toMatchObject({
      status: 'failure',
      cure: containing('/etc/fstab'),
    });
  });

  test('nothing that is known is no warning', () => {
    for (const finding of [flushes(undefined, undefined, say), wear(CARD, say), wear(undefined, say), power(undefined, say)])
      expect(finding.status).toBe('ok');
  });

  test.each([
    [0.1, 'normal', 'ok'],
    [0.9, 'normal', 'warning'],
    [0.3, 'warning', 'warning'],
    [1.1, 'normal', 'failure'],
    [0.3, 'urgent', 'failure'],
  ] as const)('flash of which %s is used, spares %s: %s', (lifeUsed, spares, status) => {
    expect(wear({ ...CARD, kind: 'emmc', lifeUsed, spares }, say).status).toBe(status);
  });

  test('too little voltage is a failure', () => {
    expect(power(true, say).status).toBe('failure');
    expect(power(false, say).status).toBe('ok');
  });
});
