// The configuration of the indicator (lamp, buzzer, relay): one schema a kind. A new kind is one entry in INDICATOR_KINDS (and
// leaves LATER_INDICATOR_KINDS).

import * as z from 'zod';

const terminal = z
  .strictObject({ kind: z.literal('terminal').describe('One line a scan on standard output') })
  .meta({ title: 'Terminal' });

const none = z.strictObject({ kind: z.literal('none').describe('Shows nothing') }).meta({ title: 'No indicator' });

/** The kinds this version drives. */
const INDICATOR_KINDS = [terminal, none] as const;

/** Kinds of the contract that come with a later version. */
export const LATER_INDICATOR_KINDS: readonly string[] = ['gpiochip', 'leds', 'onoff'];

export const indicatorSchema = z
  .discriminatedUnion('kind', INDICATOR_KINDS)
  .default({ kind: 'terminal' })
  .meta({ title: 'Indicator', description: 'What shows the verdict at the gate' });
