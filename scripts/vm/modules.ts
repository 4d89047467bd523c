// Builds the simulators that Debian's kernel is configured without - its own of GPIO chips and of LEDs, its beeper, and v4l2loopback
// for cameras - as modules for it. Their source (GPL-2.0) is read from Debian's packages at run time and is no part of this project.
// What a kiosk's board or overlay would say comes from kiosk-wiring.c, which is.

import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './command.ts';

export interface ModuleBuild {
  /** Where a folder for the build is made. */
  readonly folder: string;
  /** The kernel's header packages, unpacked. */
  readonly headers: string;
  /** linux-source's .tar.xz. */
  readonly archive: string;
  /** v4l2loopback's source. */
  readonly loopback: string;
  readonly release: string;
}

/** Raised when something else is built: what a cache holds of an earlier recipe is then not used. */
export const RECIPE = 5;

const WIRING = fileURLToPath(new URL('kiosk-wiring.c', import.meta.url));
const SOURCES = ['drivers/gpio/gpio-sim.c', 'kernel/irq/irq_sim.c', 'drivers/leds/uleds.c', 'drivers/input/misc/pwm-beeper.c'];
/** The PWM core's table of boards is closed to modules, so the beeper asks the wiring for its channel. */
const KBUILD = `obj-m := gpio-sim.o uleds.o kiosk-wiring.o pwm-beeper.o v4l2loopback.o
gpio-sim-y := gpio-sim-main.o irq_sim.o
CFLAGS_pwm-beeper.o := -Ddevm_pwm_get=kiosk_pwm_get
`;
const MODULES = ['gpio-sim.ko', 'uleds.ko', 'kiosk-wiring.ko', 'pwm-beeper.ko', 'v4l2loopback.ko'];

/** Returns the modules' files. @throws Error with the compiler's words */
export function buildModules({ folder, headers, archive, loopback, release }: ModuleBuild): string[] {
  if (process.getuid?.() !== 0) {
    throw new Error('the simulators are built over a view of /usr that only root can make; run the bench once as root');
  }
  const build = join(folder, 'build');
  mkdirSync(build);
  command('tar', ['-xf', archive, '-C', build, '--strip-components=1', '--wildcards', ...SOURCES.map((path) => `*/${path}`)]);
  renameSync(join(build, 'drivers/gpio/gpio-sim.c'), join(build, 'gpio-sim-main.c'));
  renameSync(join(build, 'drivers/leds/uleds.c'), join(build, 'uleds.c'));
  renameSync(join(build, 'drivers/input/misc/pwm-beeper.c'), join(build, 'pwm-beeper.c'));
  copyFileSync(WIRING, join(build, 'kiosk-wiring.c'));
  const interrupts = readFileSync(join(build, 'kernel/irq/irq_sim.c'), 'utf8');
  // irq_to_desc is not exported to modules; generic_handle_irq looks the same descriptor up by itself.
  const adapted = interrupts.replaceAll(/handle_simple_irq\(irq_to_desc\((\w+)\)\)/gu, 'generic_handle_irq($1)');
  if (adapted === interrupts) {
    throw new Error('irq_sim.c does not call handle_simple_irq(irq_to_desc(...)) as known; look at what it calls now');
  }
  writeFileSync(join(build, 'irq_sim.c'), adapted);
  cpSync(loopback, build, { recursive: true });
  // Over its own, which builds nothing else.
  writeFileSync(join(build, 'Kbuild'), KBUILD);
  // The header packages name each other by absolute paths under /usr, so they are laid over it, for this one process.
  const script =
    'mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr && exec make -C "/usr/src/linux-headers-$2" M="$3" CONFIG_DEBUG_INFO_BTF_MODULES= modules';
  command('unshare', ['-m', 'sh', '-c', script, 'sh', headers, release, build]);
  return MODULES.map((name) => join(build, name));
}
