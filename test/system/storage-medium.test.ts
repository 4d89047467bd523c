// What the kernel tells of the device under a folder, on trees like /sys.

import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { storageMedium } from '../../src/system/storage-medium.ts';
import { blockDevice } from '../fakes/block-device.ts';

const FOLDER = tmpdir();

describe('storageMedium', () => {
  test('an SD card, by its partition: name, month and its cache', () => {
    const card = blockDevice('mmcblk0', {
      'device/type': 'SD',
      'device/name': 'SC32G',
      'device/date': '03/2021',
      'queue/rotational': '0',
      'queue/write_cache': 'write through',
    });
    expect(storageMedium(FOLDER, card)).toEqual({
      device: 'mmcblk0',
      kind: 'sd',
      name: 'SC32G',
      made: '03/2021',
      writeCache: 'write through',
      fileSystem: 'ext4',
      unsafeOptions: [],
    });
  });

  test.each([
    ['0x01 0x02', '0x01', { lifeUsed: 0.2, spares: 'normal' }],
    ['0x0b 0x01', '0x03', { lifeUsed: 1.1, spares: 'urgent' }],
    ['0x00 0x00', '0x00', {}],
    ['0xff 0x01', 'x', {}],
  ])('an eMMC with life_time %s and pre_eol_info %s', (life, spares, told) => {
    const medium = storageMedium(
      FOLDER,
      blockDevice('mmcblk1', { 'device/type': 'MMC', 'device/life_time': life, 'device/pre_eol_info': spares }),
    );
    expect(medium).toEqual({ device: 'mmcblk1', kind: 'emmc', fileSystem: 'ext4', unsafeOptions: [], ...told });
  });

  test('mount options that switch flushing off are named, and others are not', () => {
    const medium = storageMedium(FOLDER, blockDevice('sda', { 'queue/rotational': '1' }, { options: 'rw,nobarrier,noatime' }));
    expect(medium).toMatchObject({ kind: 'rotating', unsafeOptions: ['nobarrier'] });
    const f2fs = storageMedium(FOLDER, blockDevice('sda', {}, { options: 'rw,fsync_mode=nobarrier' }));
    expect(f2fs?.unsafeOptions).toEqual(['fsync_mode=nobarrier']);
  });

  test.each([
    ['vda', '1', 'virtual'],
    ['dm-0', '0', 'virtual'],
    ['nvme0n1', '0', 'solid'],
  ])('%s is %s', (device, rotational, kind) => {
    expect(storageMedium(FOLDER, blockDevice(device, { 'queue/rotational': rotational }))?.kind).toBe(kind);
  });

  test('nothing is known where the folder is on no device of its own, or is not there', () => {
    const { sys } = blockDevice('sda', {});
    expect(storageMedium(FOLDER, { sys, mounts: () => '36 35 0:1 / / rw - overlay overlay rw\n' })).toBeUndefined();
    expect(storageMedium('/nowhere/at/all', blockDevice('sda', {}))).toBeUndefined();
  });
});
