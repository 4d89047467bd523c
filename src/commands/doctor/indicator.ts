// Check of the lamps, buzzer and relay: only looked at, so that a running daemon's lamps do not flicker.

import { CONSUMER, linesOf } from '../../indicators/gpiochip.ts';
import { lookAtLeds } from '../../indicators/leds.ts';
import { lookAtLines } from '../../system/gpio.ts';
import { sysfs } from '../../system/sysfs.ts';
import { type Check, failure, type Finding, ok, warning } from './check.ts';
import type { Situation } from './situation.ts';

export function indicatorCheck({ configuration: { indicator }, say }: Situation): Check {
  return {
    name: 'indicator',
    look: (): Finding => {
      if (indicator.kind === 'terminal' || indicator.kind === 'none')
        return ok(say('doctor.indicator.plain', { kind: indicator.kind }));
      const found = indicator.kind === 'leds' ? lookAtLeds(indicator, sysfs()) : linesOn(indicator);
      if (!found.ok) return failure(found.message, say(`doctor.indicator.${found.code}.cure`));
      const { what } = found;
      if (indicator.kind === 'gpiochip' && indicator.relay) {
        return warning(say('doctor.indicator.relay', { what }), say('doctor.indicator.relay.cure'));
      }
      return ok(say('doctor.indicator', { what }));
    },
  };
}

type Chip = Extract<Situation['configuration']['indicator'], { kind: 'gpiochip' }>;

function linesOn(indicator: Chip) {
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
