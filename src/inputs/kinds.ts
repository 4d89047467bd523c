// The inputs there are: a kind's word in the configuration and the function that makes it. A new kind is one file and one line
// here.

import type { AttachedInput, InputDeps } from './attached.ts';
import { type EvdevInputOptions, evdevInput } from './evdev.ts';
import { type GpioInputOptions, gpioInput } from './gpiochip.ts';

export type InputOptions = ({ readonly kind: 'gpiochip' } & GpioInputOptions) | ({ readonly kind: 'evdev' } & EvdevInputOptions);

/** Makes a configured input; nothing is opened before its `changes` are read from. */
export function makeInput(options: InputOptions, deps: InputDeps): AttachedInput {
  switch (options.kind) {
    case 'gpiochip':
      return gpioInput(options, deps);
    case 'evdev':
      return evdevInput(options, deps);
  }
}
