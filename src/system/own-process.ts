// What this process costs, by the kernel's account: processor time, memory, file descriptors, all threads together.

import { readdirSync, readFileSync } from 'node:fs';

/** What is undefined in /proc (a sandbox hides it) counts as 0. */
export function ownProcess() {
  const { user, system } = process.cpuUsage();
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
    openFds: openFds(),
    mostFds: mostFds(),
    startSeconds: performance.timeOrigin / 1000,
  };
}

function openFds(): number {
  try {
    // The listing itself has one open.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return 0;
  }
}

/** `Max open files   soft   hard   files` of /proc/self/limits (proc(5)); `unlimited` counts as 0. */
function mostFds(): number {
  try {
    return Number(/^Max open files\s+(\d+)/mu.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
