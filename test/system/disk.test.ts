// Free room, asked of this machine.

import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diskSpace } from '../../src/system/disk.ts';

describe('diskSpace', () => {
  test('is the room on the file system of the folder, in bytes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gate-reader-disk-'));
    const { bsize, blocks } = statfsSync(folder);
    const { freeBytes, totalBytes } = await diskSpace(folder);
    expect(totalBytes).toBe(bsize * blocks);
    expect(freeBytes).toBeGreaterThan(0);
    expect(freeBytes).toBeLessThanOrEqual(totalBytes);
    rmSync(folder, { recursive: true });
  });

  test('rejects for a folder that is not there', async () => {
    await expect(diskSpace('/nowhere/at/all')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
