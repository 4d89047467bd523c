// A kiosk in the guest: the daemon of the checkout with a configuration of its own, and waits that suit an emulated machine.

import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHolder } from '../../src/journal/lock.ts';
import { type Daemon, startDaemon, temporaryFolder, writeConfiguration } from '../fakes/daemon.ts';
import { eventually } from '../fakes/eventually.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** For anything that is waited for in the guest. */
export const WAIT_MS = 90_000;

/** What the checks look at of a recorded event. */
export interface GuestEvent {
  readonly type: string;
  readonly data: { readonly part?: string; readonly state?: string; readonly warnings?: readonly string[] };
}

export interface GuestKiosk {
  readonly daemon: Daemon;
  /** Resolves once the daemon has the device open. */
  opened(device: string): Promise<void>;
  /** Resolves once there are so many lines of feedback, with the last of them. */
  feedback(count: number): Promise<string>;
  /** Resolves once the log says so, `count` times (default once) since the start. */
  logged(words: string, count?: number): Promise<void>;
  /** What is recorded so far; takes seconds. */
  events(): readonly GuestEvent[];
  /** Kills the process that does the work, as the kernel does when memory runs out; returns when it is gone. */
  kill(): Promise<void>;
  /** Ends the daemon as systemd would, or after `kill`; removes its data, and returns the type of each event it had recorded. */
  finish(): Promise<string[]>;
}

/** Starts the daemon and waits for its ready line; `settings` are configuration keys such as `scanners`. */
export async function startKiosk(settings: object): Promise<GuestKiosk> {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const configuration = writeConfiguration(folder.path, {
    site: 'truong-gia-dinh',
    reader: 'cong-thu',
    direction: 'in',
    language: 'en',
    indicator: { kind: 'terminal' },
    uplink: { listen: '127.0.0.1:0' },
    admission: { accept: { cccd: 'record' } },
    console: 'off',
    ...settings,
  });
  const daemon = startDaemon(['run', '--config', configuration, '--data', data]);
  let killed = false;
  const detail = (): string => [...daemon.stdout, ...daemon.stderr].join('\n');
  await eventually('the ready line', () => daemon.stdout.some((line) => line.startsWith('ready ')), {
    deadlineMs: WAIT_MS,
    detail,
  });
  return {
    daemon,
    async opened(device) {
      await eventually(`${device} opened`, () => holds(readHolder(data)?.pid, device), { deadlineMs: WAIT_MS, detail });
    },
    feedback: (count) => eventually(`feedback ${count}`, () => daemon.feedback()[count - 1], { deadlineMs: WAIT_MS, detail }),
    async logged(words, count = 1) {
      const told = () => daemon.stderr.filter((line) => line.includes(words)).length >= count;
      await eventually(`${JSON.stringify(words)} in the log`, told, { deadlineMs: WAIT_MS, detail });
    },
    events: () => eventsIn(data),
    async kill() {
      const pid = readHolder(data)?.pid;
      if (pid === undefined) throw new Error(`no daemon holds ${data}`);
      process.kill(pid, 'SIGKILL');
      killed = true;
      await daemon.exited();
    },
    async finish() {
      const code = killed ? 0 : await daemon.stop();
      if (code !== 0) throw new Error(`the daemon ended with ${code}\n${detail()}`);
      const types = eventsIn(data).map(({ type }) => type);
      folder.remove();
      return types;
    },
  };
}

function eventsIn(data: string): GuestEvent[] {
  const tail = ['journal', 'tail', '--data', data, '--json'];
  const lines = execFileSync(join(ROOT, 'scripts', 'gate-reader'), tail, { encoding: 'utf8' })
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as GuestEvent);
}

/** Whether a process has a device open, by proc_pid_fd(5). */
function holds(pid: number | undefined, device: string): boolean {
  if (pid === undefined) return false;
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((name) => {
    try {
      return readlinkSync(join(folder, name)) === device;
    } catch {
      return false;
    }
  });
}
