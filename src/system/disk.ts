// How much room the file system of a folder has left.

import { statfs } from 'node:fs/promises';

export interface DiskSpace {
  /** What a process without privileges may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Room on the file system that holds `folder`; rejects with the system's error where that can't be asked. */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  const { bsize, bavail, blocks } = await statfs(folder);
  return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
}
