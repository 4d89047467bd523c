// What differs between the processors that the bench emulates: Debian's names and packages for each, and the machine that QEMU
// makes of it. Everything else of the bench reads this table.

/** An emulated machine without KVM, of one processor: a second one only makes TCG slower. */
export interface Machine {
  readonly qemu: string;
  /** QEMU's arguments for the machine itself. */
  readonly hardware: readonly string[];
  /** The kernel's name for the port whose text is kept for people. */
  readonly console: string;
  /** The kernel's name for the port that carries the guest's report, and QEMU's arguments that tie it to its chardev `report`. */
  readonly report: { readonly port: string; readonly device: readonly string[] };
}

export interface Architecture {
  /** Debian's name; its kernel is linux-image-NAME. */
  readonly debian: string;
  /** A file that shows that a tool for this architecture is there, and its package. */
  readonly tools: Readonly<Record<string, string>>;
  readonly machine: Machine;
}

/** Not half: at 512 MB the daemon, a check and their file caches push each other out. */
const MEMORY_MB = '1024';

export const ARCHITECTURES = {
  amd64: {
    debian: 'amd64',
    tools: { '/usr/bin/qemu-system-x86_64': 'qemu-system-x86' },
    machine: {
      qemu: 'qemu-system-x86_64',
      hardware: ['-machine', 'pc,accel=tcg', '-cpu', 'max', '-smp', '1', '-m', MEMORY_MB],
      console: 'ttyS0',
      report: { port: 'ttyS1', device: ['-serial', 'chardev:report'] },
    },
  },
} as const satisfies Readonly<Record<string, Architecture>>;
