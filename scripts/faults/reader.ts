// The daemon that is tried: a data folder, a configuration, a pseudo-terminal as the scanner's cable, and what was shown. It is
// started, killed and started again; what was shown is kept over all its lives.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../../test/fakes/eventually.ts';
import { cardNumber, cardOf } from '../../test/fakes/people.ts';
import { type Plug, plug } from '../../test/fakes/pty.ts';
import type { Ledger } from './ledger.ts';

export const SITE = 'truong-gia-dinh';

export interface ReaderSetup {
  /** The tree whose program is run. */
  readonly root: string;
  /** Made where it is not there; holds the data folder and the configuration. */
  readonly folder: string;
  readonly reader: string;
  readonly broker: string;
  /** Configuration keys beside site, reader, scanner and broker. */
  readonly settings?: object;
  /** Keys below `uplink`. */
  readonly uplink?: object;
  /** How many scanners it has; default one. */
  readonly scanners?: number;
  readonly environment?: NodeJS.ProcessEnv;
  /** A program that becomes the launcher, with its options. */
  readonly through?: readonly string[];
}

/** One line of feedback. */
export interface Answer {
  readonly verdict: string;
  readonly reason: string;
  /** Masked; `-` where nobody was identified. */
  readonly label: string;
}

const READY_MS = 60_000;
const FEEDBACK_MS = 30_000;

/** None outlives the bench. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class FaultedReader {
  readonly data: string;
  /** Masked labels of granted scans whose feedback was shown, and how many answers there were in all. */
  readonly shown = new Set<string>();
  answers = 0;
  last: Answer | undefined;
  readonly stderr: string[] = [];
  starts = 0;
  readonly #setup: ReaderSetup;
  readonly #configuration: string;
  readonly #links: readonly string[];
  readonly #waiting = new Set<() => void>();
  #cables: Plug[] = [];
  #child: ChildProcess | undefined;
  #ended: Promise<number | null> = Promise.resolve(0);
  #next = 1;

  constructor(setup: ReaderSetup) {
    this.#setup = setup;
    this.data = join(setup.folder, `data-${setup.reader}`);
    const dev = join(setup.folder, `dev-${setup.reader}`);
    this.#links = Array.from({ length: setup.scanners ?? 1 }, (_, at) => join(dev, `usb-scanner-${at + 1}`));
    this.#configuration = join(setup.folder, `${setup.reader}.yaml`);
    mkdirSync(setup.folder, { recursive: true });
    // YAML is a superset of JSON.
    const configuration = {
      site: SITE,
      reader: setup.reader,
      direction: 'in',
      scanners: this.#links.map((path, at) => ({ id: `scanner-${at + 1}`, kind: 'serial', path })),
      uplink: { broker: setup.broker, ...setup.uplink },
      admission: { accept: { cccd: 'record' }, antiPassback: 'off' },
      console: 'off',
      ...setup.settings,
    };
    writeFileSync(this.#configuration, JSON.stringify(configuration));
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get alive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Bytes of memory that are the process's own now; 0 without a process. */
  get residentBytes(): number {
    const found = /VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
    return Number(found?.[1] ?? 0) * 1024;
  }

  /** Starts it and waits until it is ready, its scanner open. */
  async start(): Promise<void> {
    const { root, through = [], environment } = this.#setup;
    // A new cable: bytes that nobody read from the old one are gone with it, as with a plug that is pulled.
    this.#unplug();
    this.#cables = this.#links.map((link) => plug(link));
    const words = [...through, join(root, 'scripts', 'gate-reader'), 'run', '--config', this.#configuration, '--data', this.data];
    const child = spawn(words[0] ?? '', words.slice(1), {
      env: { ...process.env, LANG: 'C', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ready = Promise.withResolvers<void>();
    createInterface({ input: child.stdout }).on('line', (line) =>
      line.startsWith('ready ') ? ready.resolve() : this.#heard(line),
    );
    createInterface({ input: child.stderr }).on('line', (line) => this.stderr.push(line));
    running.add(child);
    this.#child = child;
    this.#ended = new Promise((resolve) =>
      child.once('close', (code) => {
        running.delete(child);
        this.#wake();
        ready.reject(new Error(`the daemon ended with ${code} before it was ready\n${this.stderr.slice(-20).join('\n')}`));
        resolve(code);
      }),
    );
    this.starts += 1;
    const said = this.stderr.length;
    const timer = setTimeout(() => ready.reject(new Error(`the daemon is not ready after ${READY_MS} ms`)), READY_MS);
    await ready.promise.finally(() => clearTimeout(timer));
    // A stray daemon whose link points to this pseudo-terminal's number may hold it for a while: ready does not wait for that.
    const scannersOpen = (): boolean => {
      const lines = this.stderr.slice(said).filter((line) => line.includes('"part":"scanner:'));
      return (
        lines.filter((line) => line.includes('"fault":')).length <= lines.filter((line) => line.includes('works again')).length
      );
    };
    await eventually('every scanner open', () => !this.alive || scannersOpen(), { deadlineMs: READY_MS });
  }

  /** Bytes into a scanner's cable, counted from 0. */
  async send(bytes: Uint8Array | string, scanner = 0): Promise<void> {
    await this.#cables[scanner]?.write(bytes);
  }

  #unplug(): void {
    for (const cable of this.#cables) cable.close();
  }

  /** How many cards there were. */
  get codes(): number {
    return this.#next - 1;
  }

  /** The next card, one that was never scanned before; what a scanner sends for it. */
  nextCode(): { readonly index: number; readonly bytes: string } {
    const index = this.#next;
    this.#next += 1;
    return { index, bytes: `${cardOf(index)}\r` };
  }

  /** Scans the next card and waits for its answer, or for the end of the daemon; false in that case. */
  async scan(): Promise<boolean> {
    return (await this.present(this.nextCode().bytes)) !== undefined;
  }

  /** Scans a code and waits for its answer; undefined where the daemon ended before it. */
  async present(bytes: string): Promise<Answer | undefined> {
    const before = this.answers;
    // A cable whose far end died takes no bytes.
    await this.send(bytes).catch(() => undefined);
    await this.#until(() => this.answers > before || !this.alive);
    return this.answers > before ? this.last : undefined;
  }

  /** Scans until `done` or the end of the daemon. */
  async scanUntil(done: () => boolean): Promise<void> {
    while (!done() && this.alive) await this.scan();
  }

  /** Ends it without a chance to say or write anything. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** Ends it as systemd does; its exit code. */
  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM');
    return await this.#ended;
  }

  async close(): Promise<void> {
    await this.kill();
    this.#unplug();
  }

  #heard(line: string): void {
    const [, verdict, reason, label] = /^(granted|denied) (\S+) \S+ \S+ (.+)/u.exec(line) ?? [];
    if (verdict === undefined || reason === undefined || label === undefined) return;
    this.answers += 1;
    this.last = { verdict, reason, label };
    if (verdict === 'granted') this.shown.add(label);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  async #until(come: () => boolean): Promise<void> {
    const deadline = performance.now() + FEEDBACK_MS;
    while (!come()) {
      if (performance.now() > deadline)
        throw new Error(`no answer within ${FEEDBACK_MS} ms\n${this.stderr.slice(-20).join('\n')}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, 1000);
      this.#waiting.add(resolve);
      await promise;
      this.#waiting.delete(resolve);
      clearTimeout(timer);
    }
  }
}

/** The label under which a card is shown: its number masked. */
export const labelOf = (index: number): string => `******${cardNumber(index).slice(-6)}`;

/** A centre that hears nothing new for so long, on a network that works, will not hear it any more. */
const QUIET_MS = 8_000;

/**
 * Resolves once the centre has everything that was shown, without a gap, or when nothing new comes in any more: what is missing
 * then is for the judge to say.
 */
export async function delivered(
  reader: FaultedReader,
  ledger: Ledger,
  { deadlineMs, quietMs = QUIET_MS }: { readonly deadlineMs: number; readonly quietMs?: number },
): Promise<void> {
  let count = 0;
  let newMs = performance.now();
  const settled = (): boolean => {
    if (ledger.count > count) newMs = performance.now();
    count = ledger.count;
    const { lost, gaps } = ledger.judge(reader.shown);
    return (lost === 0 && gaps === 0) || performance.now() - newMs > quietMs;
  };
  await eventually('the centre up to date', settled, { deadlineMs });
}
