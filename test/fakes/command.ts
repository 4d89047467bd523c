// Commands as a centre's tool makes them, signed by a key of the test.

import type { KeyObject } from 'node:crypto';

import { signJws } from '../../src/system/jws.ts';
import { newKey } from './issuer.ts';

export interface CommandOrder {
  readonly args?: object;
  readonly counter?: number;
  /** Seconds since 1970; default: a minute around `now`. */
  readonly nbf?: number;
  readonly exp?: number;
  readonly aud?: string | undefined;
  readonly id?: string;
  readonly key?: KeyObject;
}

/** Makes commands for one reader, each with a higher counter; `now` is milliseconds since 1970. */
export function commander(source: string, now: () => number, key = newKey()) {
  let counter = 0;
  const claims = (command: string, order: CommandOrder = {}) => {
    counter += 1;
    const seconds = Math.floor(now() / 1000);
    const { key: _, ...given } = order;
    return { id: `c-${counter}`, command, aud: source, nbf: seconds - 60, exp: seconds + 60, counter, args: {}, ...given };
  };
  return {
    key,
    claims,
    sign: (command: string, order: CommandOrder = {}) => signJws(JSON.stringify(claims(command, order)), order.key ?? key),
  };
}
