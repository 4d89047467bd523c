// One LED of the kernel's LED class, and one that is pulsed: what their files do, and each failure with its cure. Source:
// Documentation/leds/leds-class.rst and drivers/leds/trigger/ledtrig-{oneshot,timer}.c.
//
//   trigger      the one in [brackets] works; writing a name makes that trigger's own files anew, with the kernel's owner
//   brightness   0 off, max_brightness on; writing 0 also ends a trigger
//   oneshot      delay_on, delay_off [ms]; writing 1 to shot: on for delay_on, then deaf for delay_off. Writing invert sets the
//                level at once and leaves the timer: in a pulse, 0 ends it, and begins another one when its time is over
//   timer        delay_on, delay_off [ms]: blinks

import { type Sysfs, systemCode } from '../system/sysfs.ts';
import { DriveError } from './drive.ts';
import type { Levels, Timers } from './player.ts';

/** Never 0: with a delay_off of 0 the kernel leaves the output on for ever (led_set_software_blink). */
const DEAF_MS = 10;
/** The kernel counts in ticks of up to 10 ms; a shot while one runs is lost. */
const MARGIN_MS = 30;
/** So often a pulse that should be over is waited for, 40 ms each: an emulated processor was 48 ms late. */
const LATE_LOOKS = 20;

type Blink = NonNullable<Levels['redBlink']>;

/** One LED; what is set already is not written again. */
export class Led {
  readonly #label: string;
  readonly #files: Sysfs;
  readonly #most: string;
  #state: boolean | Blink | undefined;

  constructor(label: string, files: Sysfs) {
    this.#label = label;
    this.#files = files;
    this.#most = this.read('max_brightness');
  }

  set(on: boolean): void {
    if (this.#state === on) return;
    if (!on) return this.off();
    // Brightness alone would be the brightness of the next blink.
    if (this.#state !== false) this.write('trigger', 'none');
    this.write('brightness', this.#most);
    this.#state = true;
  }

  off(): void {
    this.#state = undefined;
    this.write('brightness', '0');
    this.#state = false;
  }

  blink(blink: Blink): void {
    const { onMs, offMs } = blink;
    const now = this.#state;
    if (typeof now === 'object' && now.onMs === onMs && now.offMs === offMs) return;
    this.#state = undefined;
    if (this.trigger() !== 'timer') this.write('trigger', 'timer');
    this.write('delay_on', String(onMs));
    this.write('delay_off', String(offMs));
    this.#state = blink;
  }

  /** Whether the kernel has the timer trigger and lets this user set its times; the LED is off afterwards. */
  tryBlink(): boolean {
    try {
      this.blink({ onMs: 1, offMs: 1000 });
      return true;
    } catch {
      return false;
    } finally {
      this.off();
    }
  }

  offIfThere(): void {
    try {
      this.off();
    } catch {
      // Gone, and with it its light; the caller has reported that or is closing.
    }
  }

  /** That it is there and may be written. */
  look(): void {
    this.#asked('write', 'brightness', () => this.#files.mayWrite(`class/leds/${this.#label}/brightness`));
  }

  /** The trigger that works now. */
  trigger(): string {
    return /\[([^\]]*)\]/u.exec(this.read('trigger'))?.[1] ?? '';
  }

  read(file: string): string {
    return this.#asked('read', file, () => this.#files.read(`class/leds/${this.#label}/${file}`));
  }

  write(file: string, text: string): void {
    this.#asked(`write ${text} to`, file, () => this.#files.write(`class/leds/${this.#label}/${file}`, text));
  }

  #asked<T>(what: string, file: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#fault(what, file, systemCode(error));
    }
  }

  #fault(what: string, file: string, code: string): DriveError {
    const path = `/sys/class/leds/${this.#label}`;
    if (code === 'EACCES' || code === 'EPERM') {
      return new DriveError('no-permission', `no permission to ${what} ${path}/${file}; install the udev rules and restart`);
    }
    if (code === 'EINVAL' && file === 'trigger') {
      return new DriveError('unable', `${path} can't ${what} ${file}: load the module (modprobe ledtrig-oneshot ledtrig-timer)`);
    }
    const there = this.#labels();
    if (code === 'ENOENT' && !there.includes(this.#label)) {
      const others = there.length === 0 ? 'this machine shows no LED' : `there are: ${there.join(', ')}`;
      return new DriveError(
        'absent',
        `no LED is labelled ${this.#label}; ${others}; add dtoverlay=gpio-led, or correct the label`,
      );
    }
    return new DriveError('failed', `could not ${what} ${path}/${file} (${code}); restart the machine if it stays so`);
  }

  #labels(): readonly string[] {
    try {
      return this.#files.list('class/leds');
    } catch {
      return [];
    }
  }
}

/** A LED that is on for a time which the kernel measures. */
export class PulsedLed {
  readonly led: Led;
  readonly #pulseMs: number;
  readonly #timers: Timers;
  #busyUntilMs = Number.NEGATIVE_INFINITY;
  #cancelNext: (() => void) | undefined;
  #cancelConfirm: (() => void) | undefined;
  /** How long the pulse that is waited for is to be. */
  #nextMs = 0;
  /** What the kernel was told. */
  #delayMs: number;

  constructor(led: Led, pulseMs: number, timers: Timers) {
    this.led = led;
    this.#pulseMs = pulseMs;
    this.#delayMs = pulseMs;
    this.#timers = timers;
  }

  /**
   * A trigger that is set already stays: setting it again would take its files back from the user that udev gave them to. So does a
   * pulse that the daemon before began; it takes at most the time that the kernel was told last.
   */
  prepare(): void {
    if (this.led.trigger() !== 'oneshot') {
      this.led.off();
      this.led.write('trigger', 'oneshot');
    } else if (this.led.read('brightness') !== '0') {
      this.#waitFor(Number(this.led.read('delay_on')));
    }
    if (this.led.read('invert') !== '0') this.led.write('invert', '0');
    this.led.write('delay_on', String(this.#pulseMs));
    this.led.write('delay_off', String(DEAF_MS));
  }

  /**
   * The kernel is deaf while a pulse runs: a grant in it gets its own pulse right after, one for all who came meanwhile, as long as
   * the longest of them.
   */
  fire(ms = this.#pulseMs): void {
    const waitMs = Math.max(0, this.#busyUntilMs - this.#timers.now());
    if (waitMs === 0 && this.#cancelNext === undefined && this.led.read('brightness') === '0') return this.#shoot(ms);
    this.#nextMs = Math.max(this.#cancelNext ? this.#nextMs : 0, ms);
    this.#cancelNext ??= this.#timers.after(waitMs, () => this.#next(LATE_LOOKS));
  }

  /** Fires no more; a pulse that runs ends by the kernel. */
  forget(): void {
    this.#cancelConfirm?.();
    this.#cancelConfirm = undefined;
    this.#cancelNext?.();
    this.#cancelNext = undefined;
  }

  /** A kernel that is late has not ended the pulse yet: it is waited for. */
  #next(looks: number): void {
    this.#cancelNext = undefined;
    try {
      if (looks === 0 || this.led.read('brightness') === '0') this.#shoot(this.#nextMs);
      else this.#cancelNext = this.#timers.after(DEAF_MS + MARGIN_MS, () => this.#next(looks - 1));
    } catch {
      // The next look at the files reports it; here nobody is left to tell.
    }
  }

  /** Dark before the shot and dark while it should be lit: the kernel was deaf still. Looked at too late it may be over: nothing then. */
  #confirm(ms: number, looks: number): void {
    const overMs = this.#timers.now() + ms;
    this.#cancelConfirm = this.#timers.after(MARGIN_MS, () => {
      this.#cancelConfirm = undefined;
      try {
        if (looks > 0 && this.led.read('brightness') === '0' && this.#timers.now() < overMs) this.#shoot(ms, looks - 1);
      } catch {
        // As above.
      }
    });
  }

  #shoot(ms: number, looks = LATE_LOOKS): void {
    if (ms !== this.#delayMs) this.led.write('delay_on', String(ms));
    this.#delayMs = ms;
    this.led.write('shot', '1');
    this.#waitFor(ms);
    this.#confirm(ms, looks);
  }

  #waitFor(pulseMs: number): void {
    this.#busyUntilMs = this.#timers.now() + pulseMs + DEAF_MS + MARGIN_MS;
  }
}
