// The device tree of a machine that is a board: the kernel package's own blob with the bench's additions.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from './architecture.ts';
import { command } from './command.ts';
import type { Kernel } from './kernel.ts';

/** Returns QEMU's arguments; none where QEMU makes the tree itself. @throws Error with the compiler's words */
export function deviceTree(folder: string, { root, release }: Kernel, { deviceTree: tree }: Machine): string[] {
  if (tree === undefined) return [];
  const [additions, whole] = [join(folder, 'additions.dtbo'), join(folder, 'machine.dtb')];
  const source = fileURLToPath(new URL(tree.overlay, import.meta.url));
  command('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', additions, source]);
  const blob = join(root, 'usr', 'lib', `linux-image-${release}`, tree.blob);
  command('fdtoverlay', ['-i', blob, '-o', whole, additions]);
  return ['-dtb', whole];
}
