// Check of the reader's two keys: there, whole and closed to others. Reads them and tells nothing of what is in them.

import { statSync } from 'node:fs';
import { join } from 'node:path';

import { readerKey, SecretError, siteKey } from '../../system/secrets.ts';
import { type Check, failure, type Finding, ok } from './check.ts';
import type { Situation } from './situation.ts';

export function keysCheck(situation: Situation): Check {
  return { name: 'keys', look: () => keys(situation) };
}

function keys({ dataFolder, configuration, say }: Situation): Finding {
  const { siteKeyFile: file } = configuration.privacy;
  const looks = [
    { path: join(dataFolder, 'reader.key'), own: true, read: () => readerKey(dataFolder) },
    {
      path: file ?? join(dataFolder, 'site.key'),
      own: file === undefined,
      read: () => siteKey({ dataFolder, ...(file && { file }) }),
    },
  ];
  const found: string[] = [];
  for (const { path, own, read } of looks) {
    try {
      // Reading an own key that is absent would make it; that is the daemon's, as its own user.
      if (own && statSync(path, { throwIfNoEntry: false }) === undefined) {
        found.push(say('doctor.keys.absent', { path }));
        continue;
      }
      read();
      found.push(say('doctor.keys.sound', { path }));
    } catch (error) {
      const code = error instanceof SecretError ? error.code : 'unreadable';
      return failure(say(`doctor.keys.${code}`, { path }), say(`doctor.keys.${code}.cure`, { path }));
    }
  }
  return ok(found.join('; '));
}
