// Lines of a GPIO character device (/dev/gpiochipN) through its second interface, by ioctl: found by the chip's label or path and
// the line's name or offset, and held as outputs that are inactive until told otherwise. Errors are values.
//
// When the process ends in whatever way the kernel releases the lines. What level they have then is the chip driver's affair
// ("no longer guaranteed", Documentation/userspace-api/gpio/chardev.rst): many keep the last one. Closing in order sets them
// inactive first; after a SIGKILL only a pull resistor, or a pulse timed by the kernel (LED class), is certain.

import { closeSync, openSync, readdirSync } from 'node:fs';

import {
  type ChipInfo,
  chipInfoBytes,
  IOCTL,
  type LineInfo,
  lineInfoBytes,
  readChipInfo,
  readLineInfo,
  requestBytes,
  requestedFd,
  valuesBytes,
} from './gpio-layout.ts';
import { libc } from './libc.ts';

/** What is asked of the system; a test passes a kernel that refuses what the real one refuses. */
export interface GpioKernel {
  /** Full paths of the chips there are. */
  readonly chips: () => readonly string[];
  /** @throws with the system's code, as `ENOENT` or `EACCES` */
  readonly open: (path: string) => number;
  readonly close: (fd: number) => void;
  /** 0, or the negative errno; `argument` is read and filled in. */
  readonly ioctl: (fd: number, request: number, argument: Uint8Array) => number;
}

export const LINUX_GPIO: GpioKernel = {
  chips: () =>
    readdirSync('/dev')
      .filter((name) => /^gpiochip[0-9]+$/u.test(name))
      .map((name) => `/dev/${name}`),
  open: (path) => openSync(path, 'r+'),
  close: (fd) => closeSync(fd),
  ioctl: (fd, request, argument) => libc()?.ioctl(fd, request, argument) ?? -ENOSYS,
};

const EPERM = 1;
const ENXIO = 6;
const EACCES = 13;
const EBUSY = 16;
const ENODEV = 19;
const EINVAL = 22;
const ENOTTY = 25;
const ENOSYS = 38;

export type GpioFault = 'absent' | 'no-permission' | 'taken' | 'unable' | 'failed';

export type Attempt<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly code: GpioFault /** What was found and what to do. */; readonly message: string };

/** One line as configured: its offset, or its name on the chip (`GPIO17`). */
export interface WantedLine {
  readonly line: number | string;
  readonly activeLow: boolean;
}

export interface HeldLines {
  /** Sets all lines, in the order they were asked for; true is active. False: the chip is gone. */
  set(active: readonly boolean[]): boolean;
  /** Sets all lines inactive and releases them. */
  close(): void;
}

/** A chip that is open; its descriptor is good until the function it was given to returns. */
export type Found = { readonly fd: number; readonly path: string; readonly info: ChipInfo };

export const failed = (code: GpioFault, message: string) => ({ ok: false, code, message }) as const;

/** Takes lines as outputs, all inactive; `consumer` is the name that other programs are told. */
export function holdLines(
  wanted: { readonly chip: string; readonly lines: readonly WantedLine[]; readonly consumer: string },
  kernel: GpioKernel = LINUX_GPIO,
): Attempt<{ readonly lines: HeldLines }> {
  const located = withChip(wanted.chip, kernel, (chip) => {
    const lines = locate(chip, wanted.lines, kernel);
    if (!lines.ok) return lines;
    const request = requestBytes(
      lines.infos.map(({ offset }, index) => ({ offset, activeLow: wanted.lines[index]?.activeLow ?? false })),
      wanted.consumer,
    );
    const errno = -kernel.ioctl(chip.fd, IOCTL.requestLines, request);
    if (errno !== 0) return refused(chip, errno, lines.infos);
    return { ok: true as const, fd: requestedFd(request) };
  });
  if (!located.ok) return located;
  const { fd } = located;
  const set = (active: readonly boolean[]) => kernel.ioctl(fd, IOCTL.setValues, valuesBytes(active)) === 0;
  return {
    ok: true,
    lines: {
      set,
      close: () => {
        set(wanted.lines.map(() => false));
        kernel.close(fd);
      },
    },
  };
}

/** Where lines are and who holds them, without taking them. */
export function lookAtLines(
  chip: string,
  lines: readonly Pick<WantedLine, 'line'>[],
  kernel: GpioKernel = LINUX_GPIO,
): Attempt<{ readonly path: string; readonly label: string; readonly infos: readonly LineInfo[] }> {
  return withChip(chip, kernel, (found) => {
    const located = locate(found, lines, kernel);
    return located.ok ? { ...located, path: found.path, label: found.info.label } : located;
  });
}

/** Chips are renumbered from kernel to kernel, so a chip without a path is looked up by its label. */
export function withChip<T>(wanted: string, kernel: GpioKernel, use: (chip: Found) => Attempt<T>): Attempt<T> {
  const named = wanted.startsWith('/');
  const seen: string[] = [];
  for (const path of named ? [wanted] : kernel.chips()) {
    const opened = openChip(path, kernel);
    if (!opened.ok) {
      if (named || opened.code === 'no-permission') return opened;
      continue;
    }
    try {
      if (named || opened.info.label === wanted) return use(opened);
      seen.push(opened.info.label);
    } finally {
      kernel.close(opened.fd);
    }
  }
  const there = seen.length === 0 ? 'this machine shows no GPIO chip' : `there are: ${seen.join(', ')}`;
  return failed(
    'absent',
    `no GPIO chip is labelled ${wanted}; ${there}; correct chip in the configuration (gpiodetect lists them)`,
  );
}

function openChip(path: string, kernel: GpioKernel): Attempt<Found> {
  let fd: number;
  try {
    fd = kernel.open(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'EACCES' || code === 'EPERM') {
      return failed('no-permission', `no permission to open ${path}; add the user this runs as to group gpio and restart`);
    }
    return failed('absent', `${path} is not there (${code}); correct chip in the configuration (gpiodetect lists the chips)`);
  }
  const info = chipInfoBytes();
  const errno = -kernel.ioctl(fd, IOCTL.chipInfo, info);
  if (errno === 0) return { ok: true, fd, path, info: readChipInfo(info) };
  kernel.close(fd);
  if (errno === ENOTTY || errno === EINVAL) return failed('absent', `${path} is no GPIO chip; correct chip in the configuration`);
  return failed('failed', `${path} does not say what it is (errno ${errno}); unplug it, or restart the machine`);
}

/** The lines as the chip has them, in the order they are wanted. */
export function locate(
  chip: Found,
  wanted: readonly Pick<WantedLine, 'line'>[],
  kernel: GpioKernel,
): Attempt<{ readonly infos: LineInfo[] }> {
  const infoOf = (offset: number): LineInfo | undefined => {
    const bytes = lineInfoBytes(offset);
    return kernel.ioctl(chip.fd, IOCTL.lineInfo, bytes) === 0 ? readLineInfo(bytes) : undefined;
  };
  const byName = new Map<string, LineInfo>();
  if (wanted.some(({ line }) => typeof line === 'string')) {
    for (let offset = 0; offset < chip.info.lines; offset += 1) {
      const info = infoOf(offset);
      // Names need not be unique; the first one is what gpiofind takes as well.
      if (info && info.name !== '' && !byName.has(info.name)) byName.set(info.name, info);
    }
  }
  const infos: LineInfo[] = [];
  for (const { line } of wanted) {
    const info = typeof line === 'string' ? byName.get(line) : line < chip.info.lines ? infoOf(line) : undefined;
    if (info) infos.push(info);
    else if (typeof line === 'number' && line < chip.info.lines) {
      return failed(
        'unable',
        `${chip.path} does not tell of line ${line}: this kernel is older than 5.10; update it, or use kind: leds, for inputs kind: evdev`,
      );
    } else {
      const has = `${chip.path} (${chip.info.label}) has ${chip.info.lines} lines`;
      return failed('absent', `${has}, none of them is ${line}; correct the line (gpioinfo lists them)`);
    }
  }
  return { ok: true, infos };
}

/** Why the kernel did not give the lines. */
export function refused(chip: Found, errno: number, infos: readonly LineInfo[], as: 'outputs' | 'inputs' = 'outputs') {
  const names = infos.map(({ offset, name }) => (name === '' ? String(offset) : `${offset} (${name})`)).join(', ');
  if (errno === EBUSY) {
    const taken = infos.find(({ consumer }) => consumer !== undefined);
    const line = taken ? `line ${taken.offset} (${taken.name || 'unnamed'})` : `one of the lines ${names}`;
    const holder = taken?.consumer ? `held by "${taken.consumer}"` : 'held by another program or overlay';
    return failed('taken', `${line} of ${chip.path} is ${holder}; stop that, or wire and configure another line`);
  }
  if (errno === EPERM || errno === EACCES) {
    return failed(
      'no-permission',
      `${chip.path} does not give lines ${names} to this user; a line may be reserved by the firmware`,
    );
  }
  if (errno === ENXIO && as === 'inputs') {
    return failed('unable', `${chip.path} does not tell when line ${names} changes (no interrupts); use a line of another chip`);
  }
  if (errno === ENODEV || errno === ENXIO) return failed('absent', `${chip.path} is gone; plug it in again`);
  if (errno === ENOTTY || errno === ENOSYS) {
    return failed(
      'unable',
      `${chip.path} has no version 2 interface: this kernel is older than 5.10; update it, or use kind: leds, for inputs kind: evdev`,
    );
  }
  return failed('failed', `${chip.path} refused lines ${names} as ${as} (errno ${errno}); use another line`);
}
