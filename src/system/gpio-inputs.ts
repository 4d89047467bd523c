// One input line of a GPIO character device: taken with both edges, pull and debounce, all done by the kernel, and let go again.
// What it tells is read from its descriptor (see polled-reads.ts, and gpio-layout.ts for the records).

import { type Attempt, failed, type GpioKernel, LINUX_GPIO, locate, refused, type WantedLine, withChip } from './gpio.ts';
import { firstValue, type InputLine, inputRequestBytes, IOCTL, requestedFd, valuesBytes } from './gpio-layout.ts';

/** One line as configured. */
export interface WantedInput extends WantedLine, Pick<InputLine, 'pull' | 'debounceMs'> {}

export interface HeldInput {
  /** Readable when the line changed. */
  readonly fd: number;
  /** How it is now, after debouncing; undefined: the chip is gone. */
  active(): boolean | undefined;
  close(): void;
}

/** Changes that the kernel keeps while nobody reads; of more the oldest are lost. */
export const EVENTS_KEPT = 64;

/** Takes a line as an input; `consumer` is the name that other programs are told. */
export function watchLine(
  wanted: { readonly chip: string; readonly line: WantedInput; readonly consumer: string },
  kernel: GpioKernel = LINUX_GPIO,
): Attempt<{ readonly input: HeldInput }> {
  const taken = withChip(wanted.chip, kernel, (chip) => {
    const found = locate(chip, [wanted.line], kernel);
    if (!found.ok) return found;
    const [info] = found.infos;
    if (info === undefined) return failed('absent', `${chip.path} has no line ${wanted.line.line}`);
    const request = inputRequestBytes({ ...wanted.line, offset: info.offset }, wanted.consumer, EVENTS_KEPT);
    const errno = -kernel.ioctl(chip.fd, IOCTL.requestLines, request);
    return errno === 0 ? { ok: true as const, fd: requestedFd(request) } : refused(chip, errno, found.infos, 'inputs');
  });
  if (!taken.ok) return taken;
  const { fd } = taken;
  const active = () => {
    const values = valuesBytes([false]);
    return kernel.ioctl(fd, IOCTL.getValues, values) === 0 ? firstValue(values) : undefined;
  };
  return { ok: true, input: { fd, active, close: () => kernel.close(fd) } };
}
