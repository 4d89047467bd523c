// The indicators there are: a kind's word in the configuration and the function that makes it. A new kind is one file and one
// line here.

import type { Writable } from 'node:stream';

import type { Indicator } from '../admission/ports.ts';
import { sysfs } from '../system/sysfs.ts';
import { type Language, wording } from '../system/wording.ts';
import { driveIndicator } from './drive.ts';
import { type GpioChipOptions, gpioChipKind } from './gpiochip.ts';
import { type LedOptions, ledsKind } from './leds.ts';
import { noIndicator } from './none.ts';
import { type OnoffOptions, onoffKind } from './onoff.ts';
import type { PatternTable } from './patterns.ts';
import type { QuietHours } from './schedule.ts';
import { terminalIndicator } from './terminal.ts';
import { feedbackWords } from './words.ts';

export interface IndicatorDeps {
  readonly patterns: PatternTable;
  readonly language: Language;
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly colour: boolean;
  /** The site's local time, `HH:MM`. */
  readonly localTime: () => string;
  readonly report: (message: string | undefined) => void;
}

interface Quiet {
  readonly quietHours?: QuietHours | undefined;
}

export type IndicatorOptions =
  | { readonly kind: 'terminal' | 'none' }
  | ({ readonly kind: 'leds' } & LedOptions & Quiet)
  | ({ readonly kind: 'gpiochip' } & GpioChipOptions & Quiet)
  | ({ readonly kind: 'onoff' } & OnoffOptions & Quiet);

/** Makes the configured indicator; one with a device opens it at once, and again for ever where it is not there. */
export function makeIndicator(options: IndicatorOptions, deps: IndicatorDeps): Indicator {
  switch (options.kind) {
    case 'none':
      return noIndicator();
    case 'terminal': {
      const say = wording(deps.language);
      return terminalIndicator({
        ...deps,
        words: (feedback) => feedbackWords(say, feedback),
        noticeWords: ({ what }) => say(`notice.${what}`),
      });
    }
    case 'leds':
      return driveIndicator(ledsKind(options, { files: sysfs() }), { ...deps, quietHours: options.quietHours });
    case 'gpiochip':
      return driveIndicator(gpioChipKind(options, { files: sysfs() }), { ...deps, quietHours: options.quietHours });
    case 'onoff':
      return driveIndicator(onoffKind(options, { files: sysfs() }), { ...deps, quietHours: options.quietHours });
  }
}
