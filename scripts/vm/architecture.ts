// What differs between the processors that the bench emulates, and between the machines of each: Debian's names and packages,
// QEMU's arguments, the ports. Everything else of the bench reads this table.

/** An emulated machine without KVM. */
export interface Machine {
  readonly name: MachineName;
  readonly qemu: string;
  /** QEMU's arguments for the machine itself. */
  readonly hardware: readonly string[];
  /** The kernel's name for the port whose text is kept for people. */
  readonly console: string;
  /** The kernel's name for the port that carries the guest's report, and QEMU's arguments that tie it to its chardev `report`. */
  readonly report: { readonly port: string; readonly device: readonly string[] };
  /** How the host's folders come into the guest: shared, or copied to a card. */
  readonly folders: 'share' | 'card';
  /** The kernel's name for an empty ext4 disk, and QEMU's arguments for a device of its drive `disk`. */
  readonly disk: { readonly name: string; readonly device: readonly string[] };
  /** What the first files must bring to reach the folders and the disk. */
  readonly modules: readonly string[];
  /** More words for the kernel's command line. */
  readonly words: readonly string[];
  /** A blob of the kernel's package and a source beside this file that is laid over it; without one QEMU's own tree. */
  readonly deviceTree?: { readonly blob: string; readonly overlay: string };
}

export interface Architecture {
  /** Debian's name; its kernel is linux-image-NAME. */
  readonly debian: string;
  /** A file that shows that a tool for this architecture is there, and its package. */
  readonly tools: Readonly<Record<string, string>>;
  /** The guest's system, of Debian packages with all they depend on; none: the host's own. */
  readonly system: readonly string[];
  /** One after the other, each with its own checks. */
  readonly machines: readonly Machine[];
}

export type ArchitectureName = 'amd64' | 'arm64';
export type MachineName = 'pc' | 'virt' | 'pi3' | 'pi3-keeping';

/** Not half a gigabyte: there the daemon, a check and their file caches push each other out. One processor: more only slow TCG. */
const SIZE = ['-smp', '1', '-m', '1024'];
const SHARED = ['9pnet_virtio', '9p', 'overlay', 'virtio_blk', 'ext4'];
const VIRTIO_DISK = { name: 'vda', device: ['-device', 'virtio-blk-pci,drive=disk'] };

const PI3: Machine = {
  name: 'pi3',
  qemu: 'qemu-system-aarch64',
  // The size of a Pi 3 is fixed: 1 GB and four processors. All run, since one that the kernel left out would spin and take a
  // whole processor of the host; programs keep to one (isolcpus), since Node's compiler died when emulated on four.
  hardware: ['-machine', 'raspi3b', '-accel', 'tcg'],
  console: 'ttyAMA0',
  report: { port: 'ttyS1', device: ['-serial', 'chardev:report'] },
  folders: 'card',
  disk: { name: 'sda', device: ['-device', 'usb-storage,drive=disk'] },
  modules: ['bcm2835_wdt', 'overlay', 'bcm2835', 'phy-generic', 'dwc2', 'usb-storage', 'sd_mod', 'ext4'],
  words: ['isolcpus=1-3'],
  deviceTree: { blob: 'broadcom/bcm2837-rpi-3-b.dtb', overlay: 'pi3.dtso' },
};

export const ARCHITECTURES: Readonly<Record<ArchitectureName, Architecture>> = {
  amd64: {
    debian: 'amd64',
    tools: { '/usr/bin/qemu-system-x86_64': 'qemu-system-x86' },
    system: [],
    machines: [
      {
        name: 'pc',
        qemu: 'qemu-system-x86_64',
        hardware: ['-machine', 'pc,accel=tcg', '-cpu', 'max', ...SIZE],
        console: 'ttyS0',
        report: { port: 'ttyS1', device: ['-serial', 'chardev:report'] },
        folders: 'share',
        disk: VIRTIO_DISK,
        modules: SHARED,
        words: [],
      },
    ],
  },
  arm64: {
    debian: 'arm64',
    tools: {
      '/usr/bin/qemu-system-aarch64': 'qemu-system-arm',
      '/usr/bin/aarch64-linux-gnu-gcc-12': 'gcc-12-aarch64-linux-gnu',
      '/usr/bin/fdtoverlay': 'device-tree-compiler',
      '/sbin/mkfs.ext4': 'e2fsprogs',
    },
    system: [
      'base-passwd',
      'busybox-static',
      'coreutils',
      'dash',
      'kmod',
      'libc-bin',
      'libstdc++6',
      'libudev1',
      'libusb-1.0-0',
      'mount',
      'udev',
    ],
    machines: [
      {
        name: 'virt',
        qemu: 'qemu-system-aarch64',
        // Pointer authentication by QEMU's own cheap function: the architected one is slow to emulate.
        hardware: ['-machine', 'virt,accel=tcg', '-cpu', 'max,pauth-impdef=on', ...SIZE],
        console: 'ttyAMA0',
        report: { port: 'ttyS0', device: ['-device', 'pci-serial,chardev=report'] },
        folders: 'share',
        disk: VIRTIO_DISK,
        modules: SHARED,
        words: [],
      },
      PI3,
      // As Raspberry Pi OS sets the driver, unless config.txt says dtparam=strict_gpiod; Debian's kernel does not.
      { ...PI3, name: 'pi3-keeping', words: [...PI3.words, 'pinctrl_bcm2835.persist_gpio_outputs=Y'] },
    ],
  },
};
