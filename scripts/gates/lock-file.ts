// What the lock file says is installed: the packages that a kiosk gets, and whether each is pinned by a hash.

import { existsSync, readFileSync } from 'node:fs';
import { ROOT } from './gate.ts';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** `node_modules/a/node_modules/@b/c` -> its entry; without the project itself. */
export function lockedPackages(root = ROOT): [path: string, entry: LockedPackage][] {
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(packages).filter(([path]) => path !== '');
}

/** `name@version` of each package that runs at a gate; binaries for other machines are in the lock file and not installed. */
export function productionPackages(root = ROOT): string[] {
  const installed = lockedPackages(root).filter(([path, { dev }]) => dev !== true && existsSync(`${root}${path}/package.json`));
  return [...new Set(installed.map(([path, { version }]) => `${path.replace(/^.*node_modules\//u, '')}@${version ?? ''}`))];
}
