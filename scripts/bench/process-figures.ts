// What the kernel counts for a process, all threads together, read from /proc (see proc(5)).

import { readFileSync } from 'node:fs';

/** The kernel's USER_HZ, the unit of /proc/PID/stat; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Written {
  /** Bytes the process caused to go to storage: whole 4,096-byte pages of the page cache that it made dirty. */
  readonly storage: number;
  /** Bytes handed to write(2) and the like, pipes and sockets included. */
  readonly calls: number;
}

export function writtenBy(pid: number): Written {
  const text = readFileSync(`/proc/${pid}/io`, 'utf8');
  return { storage: field(text, /^write_bytes: (\d+)$/m), calls: field(text, /^wchar: (\d+)$/m) };
}

export interface Memory {
  /** Bytes resident now, and the most there ever was: VmRSS and VmHWM. */
  readonly now: number;
  readonly peak: number;
  /** Of those now, the process's own; the rest is program files that the kernel can drop and read again. */
  readonly own: number;
}

export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    now: field(text, /^VmRSS:\s+(\d+) kB$/m) * 1024,
    peak: field(text, /^VmHWM:\s+(\d+) kB$/m) * 1024,
    own: field(text, /^RssAnon:\s+(\d+) kB$/m) * 1024,
  };
}

/** Processor time used so far, in milliseconds, user and system. */
export function cpuMsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name may hold spaces and brackets: count fields from after its last bracket, where the third one stands.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

function field(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`the kernel does not tell ${String(pattern)}: is this Linux with task accounting?`);
  return Number(found);
}
