// A passive buzzer through the kernel's beeper: which device, which bytes, and silence at the end.

import { describe, expect, test } from 'vitest';
import type { Feedback } from '../../src/admission/feedback.ts';
import { patternsFor } from '../../src/config/patterns.ts';
import { type EventDevices, lookAtBeeper } from '../../src/indicators/beeper.ts';
import { driveIndicator } from '../../src/indicators/drive.ts';
import { ledsKind } from '../../src/indicators/leds.ts';
import type { Sysfs } from '../../src/system/sysfs.ts';
import { ledClass } from '../fakes/led-class.ts';
import { virtualTimers } from '../fakes/virtual-timers.ts';

const INPUTS: Record<string, readonly [name: string, sounds: string]> = {
  event0: ['gpio-keys', '0'],
  event1: ['Scanner with a bell', '2'],
  event10: ['pwm-beeper', '6'],
  event2: ['PC Speaker', '6'],
};
const ATTENTION: Feedback = {
  verdict: 'granted',
  reason: 'ok',
  kind: 'token',
  signal: 'attention',
  repeated: false,
  opens: false,
};

/** The kernel's input devices as files; `denied`, `gone`: what happens from now on. */
function inputs(named = INPUTS) {
  const state = { denied: false, gone: false };
  const open = new Map<number, string>();
  const events: string[] = [];
  const found = (path: string) => {
    const [, , event = '', , ...rest] = path.split('/');
    const text = named[event]?.[rest[0] === 'name' ? 0 : 1];
    if (text === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    return text;
  };
  const files = (others: Sysfs): Sysfs => ({
    ...others,
    list: (folder) => (folder === 'class/input' ? ['input0', 'mice', ...Object.keys(named)] : others.list(folder)),
    read: (path) => (path.startsWith('class/input/') ? found(path) : others.read(path)),
  });
  const mayOpen = () => {
    if (state.denied) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    if (state.gone) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  };
  const devices: EventDevices = {
    mayOpen,
    open: (path) => {
      mayOpen();
      open.set(open.size + 3, path);
      return open.size + 2;
    },
    write: (fd, bytes) => {
      if (state.gone) throw Object.assign(new Error('ENODEV'), { code: 'ENODEV' });
      if (bytes.length !== 24) throw Object.assign(new Error('EINVAL'), { code: 'EINVAL' });
      events.push(`${open.get(fd)} ${Buffer.from(bytes).toString('hex')}`);
    },
    close: (fd) => void open.delete(fd),
  };
  return { state, open, events, files, devices };
}

const event = (hz: string) => `/dev/input/event10 ${'00'.repeat(16)}12000200${hz}`;

function wired(beeper = 'pwm-beeper', made = inputs()) {
  const timers = virtualTimers();
  const faults: (string | undefined)[] = [];
  const lamps = ledClass(['green', 'red'], timers);
  const kind = ledsKind(
    { green: { label: 'green' }, red: { label: 'red' }, buzzer: { beeper } },
    { files: made.files(lamps), events: made.devices },
  );
  const indicator = driveIndicator(kind, {
    patterns: patternsFor({ kind: 'leds' }),
    localTime: () => '12:00',
    report: (message) => faults.push(message),
    timers,
    atExit: () => () => undefined,
    random: () => 0,
  });
  return { ...made, timers, faults, indicator, lamps };
}

describe('beeper', () => {
  test('is found by its name, silent at first, and gets the pitch of each tone beside kernel LEDs', () => {
    const { events, timers, indicator, faults } = wired();
    expect(faults).toEqual([undefined]);
    expect(events.splice(0)).toEqual([event('00000000')]);
    indicator.show(ATTENTION);
    timers.pass(400);
    // 1000 and 1300 Hz, little-endian.
    expect(events).toEqual([event('e8030000'), event('14050000')]);
  });

  test('is silent and closed when the indicator closes in the middle of a tone', async () => {
    const { events, indicator, open } = wired();
    indicator.show(ATTENTION);
    await indicator.close();
    expect(events.at(-1)).toBe(event('00000000'));
    expect(open.size).toBe(0);
  });

  test('one that goes away is told, closed, and opened when it is back; the lamps go on without it', () => {
    const { state, faults, indicator, timers, open, lamps } = wired();
    state.gone = true;
    indicator.show(ATTENTION);
    expect(faults.at(-1)).toBe(
      'could not sound pwm-beeper (/dev/input/event10) (ENODEV): it is gone; plug it in again, or check dtoverlay=pwm-beeper',
    );
    expect(open.size).toBe(0);
    expect(lamps.lit('green')).toBe(true);
    state.gone = false;
    timers.pass(10_000);
    expect(faults.at(-1)).toBeUndefined();
  });

  test.each([
    ['nobody', 'no beeper is named nobody; there are: pwm-beeper, PC Speaker; add dtoverlay=pwm-beeper, or correct'],
    ['Scanner with a bell', 'the input device Scanner with a bell makes no tones'],
  ])('%s is no beeper', (name, message) => {
    expect(wired(name).faults[0]).toContain(message);
  });

  test('without permission the cure is told, and the lamps work without a sound', () => {
    const made = inputs();
    made.state.denied = true;
    const { faults, lamps, indicator, timers, state, events } = wired('pwm-beeper', made);
    expect(faults).toEqual(['no permission to open /dev/input/event10; add the user this runs as to group input and restart']);
    indicator.show(ATTENTION);
    expect(lamps.lit('green')).toBe(true);
    expect(events).toEqual([]);
    // Somebody corrects it: no restart is needed.
    state.denied = false;
    timers.pass(10_000);
    expect(faults.slice(1)).toEqual([undefined]);
  });

  test('a look tells where it is, without opening it', () => {
    const made = inputs();
    const files = made.files(ledClass([], virtualTimers()));
    expect(lookAtBeeper('pwm-beeper', files, made.devices)).toBe('pwm-beeper (/dev/input/event10)');
    made.state.denied = true;
    expect(() => lookAtBeeper('pwm-beeper', files, made.devices)).toThrow('group input');
    expect(made.open.size).toBe(0);
  });
});
