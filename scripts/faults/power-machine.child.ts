// Makes ready what a virtual machine boots from, and prints it as JSON: CHECKOUT INITRAMFS-FOLDER. A process of its own, because a
// kernel that is not in the cache keeps it busy for minutes.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHITECTURES } from '../vm/architecture.ts';
import { installTools, privateApt } from '../vm/debian.ts';
import { makeInitramfs } from '../vm/initramfs.ts';
import { fetchKernel } from '../vm/kernel.ts';
import { readOptions } from '../vm/options.ts';
import { fetchSystem } from '../vm/system.ts';
import type { PowerMachine } from './power-machine.ts';

const [checkout = '', folder = ''] = process.argv.slice(2);
const { cache } = readOptions([], () => []);
const { amd64 } = ARCHITECTURES;
const architecture = { ...amd64, tools: { ...amd64.tools, '/usr/bin/nbdkit': 'nbdkit', '/sbin/debugfs': 'e2fsprogs' } };
const say = (words: string): void => void process.stderr.write(`${words}\n`);
installTools(architecture);
mkdirSync(cache, { recursive: true });
const apt = privateApt({ folder: join(cache, `apt-${amd64.debian}`), architecture: amd64.debian, wanted: 'kernel' });
const kernel = fetchKernel({ architecture, cache, apt, say });
const system = fetchSystem({ architecture, cache, checkout, say });
const [machine] = amd64.machines;
if (machine === undefined) throw new Error('there is no machine of amd64');
const initramfs = makeInitramfs(folder, { kernel, usr: system.usr, modules: machine.modules });
process.stdout.write(JSON.stringify({ machine, kernel, system, initramfs } satisfies PowerMachine));
