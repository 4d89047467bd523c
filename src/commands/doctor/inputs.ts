// Checks of buttons and contacts: there, free or held by the daemon, and how they are now. A running daemon's inputs are only
// looked at; without one a line is taken for a moment to read it.

import type { InputConfiguration } from '../../config/schema.ts';
import { controlOf } from '../../inputs/evdev.ts';
import { chooseInputDevice, listInputDevices } from '../../inputs/evdev-devices.ts';
import { LINUX_EVDEV, lookAtKey } from '../../inputs/evdev-open.ts';
import { CONSUMER } from '../../inputs/gpiochip.ts';
import { lookAtLines } from '../../system/gpio.ts';
import { watchLine } from '../../system/gpio-inputs.ts';
import { sysfs } from '../../system/sysfs.ts';
import { stateWords } from '../input/words.ts';
import { type Check, failure, type Finding, ok } from './check.ts';
import type { Situation } from './situation.ts';

export function inputChecks(situation: Situation): Check[] {
  return situation.configuration.inputs.map((input) => ({
    name: `input:${input.id}`,
    look: () => {
      const looked = input.kind === 'gpiochip' ? lookAtLine(input, situation) : lookAtDevice(input, situation);
      return finding(looked, input, situation);
    },
  }));
}

type Looked =
  /** `active` undefined: the daemon has it. */
  | { readonly ok: true; readonly what: string; readonly active: boolean | undefined }
  | { readonly ok: false; readonly code: string; readonly message: string };

type Of<K extends InputConfiguration['kind']> = Extract<InputConfiguration, { kind: K }>;

function finding(looked: Looked, input: InputConfiguration, { say }: Situation): Finding {
  if (!looked.ok) return failure(looked.message, say(cureOf(looked.code)));
  const { what, active } = looked;
  if (active === undefined) return ok(say('doctor.input.with-daemon', { what }));
  return ok(say('doctor.input', { what, state: stateWords(say, input, active) }));
}

/** What was found says most of it. */
function cureOf(code: string) {
  switch (code) {
    case 'no-permission':
    case 'taken':
    case 'absent':
      return `doctor.input.${code}.cure` as const;
    default:
      return 'doctor.input.failed.cure' as const;
  }
}

function lookAtLine(input: Of<'gpiochip'>, { daemon }: Situation): Looked {
  const looked = lookAtLines(input.chip, [input]);
  if (!looked.ok) return looked;
  const { path, label, infos } = looked;
  const [info] = infos;
  const what = `${path} (${label}): ${info?.name || String(info?.offset)}`;
  const holder = info?.consumer;
  if (holder?.startsWith(CONSUMER) && daemon.state !== 'none') return { ok: true, what, active: undefined };
  if (holder !== undefined)
    return { ok: false, code: 'taken', message: `line ${info?.offset} of ${path} is held by "${holder}"` };
  const held = watchLine({ chip: input.chip, line: input, consumer: `${CONSUMER} doctor` });
  if (!held.ok) return held;
  const active = held.input.active();
  held.input.close();
  return { ok: true, what, active };
}

function lookAtDevice(input: Of<'evdev'>, { daemon }: Situation): Looked {
  const control = controlOf(input);
  const choice = chooseInputDevice(listInputDevices(sysfs()), input, control);
  if (!choice.ok) return choice;
  const { path, name } = choice.device;
  const what = `${path} (${name}): ${input.key ?? `switch ${control.code}`}`;
  // The daemon has the device to itself; how it is may be asked all the same.
  const looked = lookAtKey({ path, control, free: daemon.state === 'none' }, LINUX_EVDEV);
  return looked.ok ? { ok: true, what, active: looked.device.active } : looked;
}
