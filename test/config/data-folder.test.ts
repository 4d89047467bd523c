// Where data goes when nobody says where.

import { expect, test } from 'vitest';
import { defaultDataFolder } from '../../src/config/data-folder.ts';

const at = (environment: NodeJS.ProcessEnv) => defaultDataFolder({ site: 's', reader: 'r' }, environment);

test('defaultDataFolder takes the first of STATE_DIRECTORY, else the XDG state folder, else ~/.local/state', () => {
  const home = { HOME: '/home/x' };
  expect(at({ ...home, STATE_DIRECTORY: '/var/lib/gate-reader:/var/lib/other', XDG_STATE_HOME: '/state' })).toBe(
    '/var/lib/gate-reader',
  );
  expect(at({ ...home, STATE_DIRECTORY: '', XDG_STATE_HOME: '/state' })).toBe('/state/gate-reader/s/r');
  expect(at({ ...home, XDG_STATE_HOME: 'relative' })).toBe('/home/x/.local/state/gate-reader/s/r');
  expect(at(home)).toBe('/home/x/.local/state/gate-reader/s/r');
});
