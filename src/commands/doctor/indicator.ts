// Check of the lamps, buzzer and relay: only looked at, so that a running daemon's lamps do not flicker.

import { CONSUMER } from '../../indicators/gpiochip.ts';
import { lookAtLeds } from '../../indicators/leds.ts';
import { linesOf } from '../../indicators/lines.ts';
import { isTone, lookAtTone } from '../../indicators/tone.ts';
import { lookAtLines } from '../../system/gpio.ts';
import { lookAtSysfsLines } from '../../system/gpio-sysfs.ts';
import { sysfs } from '../../system/sysfs.ts';
import { type Check, failure, type Finding, ok, warning } from './check.ts';
import type { Situation } from './situation.ts';

export function indicatorCheck({ configuration: { indicator }, say }: Situation): Check {
  return {
    name: 'indicator',
    look: (): Finding => {
      if (indicator.kind === 'terminal' || indicator.kind === 'none')
        return ok(say('doctor.indicator.plain', { kind: indicator.kind }));
      const { buzzer } = indicator;
      const looks = [lookAt(indicator), ...(isTone(buzzer) ? [lookAtTone(buzzer, sysfs())] : [])];
      const whats: string[] = [];
      for (const found of looks) {
        if (!found.ok) return failure(found.message, say(`doctor.indicator.${found.code}.cure`));
        whats.push(found.what);
      }
      const what = whats.join('; ');
      if (indicator.relay && indicator.kind === 'gpiochip') {
        return warning(say('doctor.indicator.relay', { what }), say('doctor.indicator.relay.cure'));
      }
      if (indicator.relay && indicator.kind === 'onoff') {
        return warning(say('doctor.indicator.relay-stays', { what }), say('doctor.indicator.relay-stays.cure'));
      }
      return ok(say('doctor.indicator', { what }));
    },
  };
}

type Indicator = Situation['configuration']['indicator'];
type Kind<K extends Indicator['kind']> = Extract<Indicator, { kind: K }>;

function lookAt(indicator: Kind<'leds' | 'gpiochip' | 'onoff'>) {
  if (indicator.kind === 'leds') return lookAtLeds(indicator, sysfs());
  return indicator.kind === 'gpiochip' ? linesOn(indicator) : numberedLinesOn(indicator);
}

function linesOn(indicator: Kind<'gpiochip'>) {
  const looked = lookAtLines(indicator.chip, linesOf(indicator));
  if (!looked.ok) return looked;
  const { path, label, infos } = looked;
  const taken = infos.find(({ consumer }) => consumer !== undefined && consumer !== CONSUMER);
  if (taken) {
    const message = `line ${taken.offset} of ${path} is held by "${taken.consumer}"`;
    return { ok: false as const, code: 'taken' as const, message };
  }
  return { ok: true as const, what: `${path} (${label}): ${infos.map(({ offset, name }) => name || offset).join(', ')}` };
}

function numberedLinesOn(indicator: Kind<'onoff'>) {
  const lines = linesOf(indicator);
  const looked = lookAtSysfsLines({ chip: indicator.chip, lines }, sysfs());
  if (!looked.ok) return looked;
  const numbers = lines.map(({ line }) => `${line} (GPIO ${looked.base + line})`);
  return { ok: true as const, what: `${indicator.chip} in /sys/class/gpio: ${numbers.join(', ')}` };
}
