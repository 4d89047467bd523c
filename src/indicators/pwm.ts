// A passive buzzer on a PWM channel of the kernel (dtoverlay=pwm): a square wave of the wanted pitch, made by hardware.
// Source of the files: Documentation/driver-api/pwm.rst.
//
//   class/pwm/<chip>/export        writing n makes the folder pwm<n>, which may take udev a moment to hand over
//   .../pwm<n>/period, duty_cycle  ns; a duty_cycle above the period is refused (EINVAL)
//   .../pwm<n>/enable              1 on, 0 off

import { type Sysfs, systemCode } from '../system/sysfs.ts';
import { DriveError } from './drive.ts';
import type { Tone } from './tone.ts';

export interface PwmOptions {
  /** `pwmchip0`. */
  readonly chip: string;
  readonly channel: number;
}

const NS_PER_S = 1_000_000_000;

/** Takes the channel, silent. @throws DriveError */
export function openPwm({ chip, channel }: PwmOptions, files: Sysfs): Tone {
  const folder = `class/pwm/${chip}`;
  const write = (file: string, text: string) => {
    try {
      files.write(`${folder}/${file}`, text);
    } catch (error) {
      throw fault(`/sys/${folder}/${file}`, systemCode(error));
    }
  };
  const own = `pwm${channel}`;
  const entries = entriesOf(folder, files);
  if (!entries.includes(own)) write('export', String(channel));
  write(`${own}/enable`, '0');
  let playing = 0;
  const set = (hz: number) => {
    if (hz === playing) return;
    if (hz > 0) {
      const periodNs = Math.round(NS_PER_S / hz);
      // A shorter period than the duty cycle of the tone before would be refused.
      write(`${own}/duty_cycle`, '0');
      write(`${own}/period`, String(periodNs));
      write(`${own}/duty_cycle`, String(Math.floor(periodNs / 2)));
    }
    write(`${own}/enable`, hz > 0 ? '1' : '0');
    playing = hz;
  };
  return {
    set,
    close: () => {
      try {
        set(0);
      } catch {
        // Gone, and with it its sound.
      }
    },
  };
}

/** Where the channel is, for people, without taking it. @throws DriveError */
export function lookAtPwm({ chip, channel }: PwmOptions, files: Sysfs): string {
  const folder = `class/pwm/${chip}`;
  const own = `pwm${channel}`;
  const path = `${folder}/${entriesOf(folder, files).includes(own) ? `${own}/enable` : 'export'}`;
  try {
    files.mayWrite(path);
    const channels = Number(files.read(`${folder}/npwm`));
    if (channel >= channels) throw fault(`/sys/${folder}/export`, 'ENODEV');
  } catch (error) {
    throw error instanceof DriveError ? error : fault(`/sys/${path}`, systemCode(error));
  }
  return `/sys/${folder} ${channel}`;
}

function entriesOf(folder: string, files: Sysfs): readonly string[] {
  try {
    return files.list(folder);
  } catch {
    throw new DriveError('absent', `there is no /sys/${folder}; add dtoverlay=pwm, or correct indicator.buzzer.pwm.chip`);
  }
}

function fault(path: string, code: string): DriveError {
  if (code === 'EACCES' || code === 'EPERM') {
    return new DriveError('no-permission', `no permission to write ${path}; add the user this runs as to group gpio and restart`);
  }
  if (code === 'EBUSY') return new DriveError('taken', `${path}: the channel is used by another driver; configure another one`);
  if (code === 'ENODEV') return new DriveError('absent', `${path}: the chip has no such channel; correct indicator.buzzer.pwm`);
  return new DriveError('failed', `could not write ${path} (${code}); check dtoverlay=pwm and the channel's number`);
}
