// The configuration of judging: which kinds of code are accepted and how, and the thresholds of the rules.

import * as z from 'zod';
import type { Finding } from './finding.ts';
import { valueAt } from './path.ts';

const LIST_AGE_HOURS = { warn: 24, deny: 168 } as const;

const acceptSchema = z
  .strictObject({
    pass: z
      .enum(['verify', 'roster', 'record', 'refuse'])
      .default('verify')
      .describe(
        'Signed pass, its signature always proven: verify; roster = on the list as well; record = any, written down; refuse',
      ),
    token: z
      .enum(['roster', 'record', 'refuse'])
      .default('roster')
      .describe('Bare token: roster = who is on the list; record = anyone, written down; refuse'),
    cccd: z
      .enum(['roster', 'record', 'refuse'])
      .default('roster')
      .describe('ID card: roster = who is on the list; record = anyone, written down; refuse'),
    'national-qr': z
      .enum(['roster', 'record', 'refuse'])
      .default('refuse')
      .describe('National personal QR code: roster, record or refuse'),
    'health-certificate': z
      .enum(['verify', 'roster', 'record', 'refuse'])
      .default('refuse')
      .describe('EU digital COVID certificate, its signature always proven: verify, roster, record or refuse'),
    unknown: z.enum(['refuse']).default('refuse').describe('Anything else is refused'),
  })
  .prefault({})
  .meta({ title: 'Accepted codes', description: 'What is done with each kind of code' });

const listAgeSchema = z
  .strictObject({
    warn: z
      .number()
      .min(0)
      .max(87_600)
      .default(LIST_AGE_HOURS.warn)
      .describe('Hours after which a list is old enough to warn, 0-87600; not above deny'),
    deny: z
      .number()
      .min(0)
      .max(87_600)
      .default(LIST_AGE_HOURS.deny)
      .describe('Hours after which a list is too old to grant by, 0-87600'),
  })
  .prefault({})
  .meta({ title: 'Age of lists', description: 'How old a list may be' });

export const admissionSchema = z
  .strictObject({
    accept: acceptSchema,
    repeatWindowSeconds: z
      .number()
      .min(0)
      .max(3600)
      .default(10)
      .describe('Seconds, 0-3600, in which the same code again repeats its verdict and records nothing; 0: never'),
    antiPassback: z
      .enum(['off', 'warn', 'deny'])
      .default('warn')
      .describe('The same way twice without the other between: off, warn or deny'),
    clock: z
      .enum(['warn', 'deny'])
      .default('warn')
      .describe('Codes that need the time while the clock is not synchronised: warn or deny'),
    maxListAgeHours: listAgeSchema,
    clearance: z
      .enum(['warn', 'deny'])
      .default('deny')
      .describe('A holder whose roster entry asks for a clearance that is missing or over: warn or deny'),
    exitAllAt: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'config.fault.time-of-day')
      .default('00:00')
      .describe('HH:MM in local time at which everybody counts as out (night reset)'),
    capacity: z
      .exactOptional(z.int().min(1).max(1_000_000))
      .describe('How many people may be inside, 1-1000000; absent: no limit'),
  })
  .prefault({})
  .meta({ title: 'Admission', description: 'Who may pass' });

/** A list warns before it denies. */
export function admissionRules(root: unknown): Finding[] {
  const path = ['admission', 'maxListAgeHours'];
  const [warn, deny] = (['warn', 'deny'] as const).map((key) => valueAt(root, [...path, key]) ?? LIST_AGE_HOURS[key]);
  if (typeof warn !== 'number' || typeof deny !== 'number' || warn <= deny) return [];
  const key = valueAt(root, [...path, 'warn']) === undefined ? 'deny' : 'warn';
  return [{ path: [...path, key], code: 'config.fault.list-age-order', params: { warn, deny } }];
}
