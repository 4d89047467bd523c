// Which device each scanner of this process reads. One device under two names would make every code count twice, so the second
// scanner to come is told whose it is.

import type { AttendanceDeps } from '../system/attendance.ts';

export interface ClaimingDeps extends AttendanceDeps {
  /** The same for all scanners of a daemon; absent where there is only one. */
  readonly claims?: DeviceClaims;
}

export class DeviceClaims {
  readonly #owners = new Map<string, string>();

  /** Takes `device`, as it is called now (/dev/hidraw0), for the scanner `id`; the id of the scanner that has it, if one does. */
  take(device: string, id: string): string | undefined {
    const owner = this.#owners.get(device);
    if (owner === undefined) this.#owners.set(device, id);
    return owner;
  }

  /** The device is closed or did not open. */
  release(device: string): void {
    this.#owners.delete(device);
  }
}
