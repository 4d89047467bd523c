// Runs a program of these tests as a process of its own and collects what it says; waits are for a line or for the end.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program; `ended` settles when it has exited and both its streams are read. */
export class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  /**
   * @param program a file beside this one
   * @param stderr a file descriptor that takes its standard error instead
   */
  constructor(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}, stderr: 'pipe' | number = 'pipe') {
    const path = fileURLToPath(new URL(program, import.meta.url));
    this.process = spawn(process.execPath, [path, ...args], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', stderr],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
    });
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    this.ended = new Promise((resolve, reject) => {
      this.process.on('error', reject);
      this.process.on('close', (code, signal) => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  /** Resolves when standard output holds `text`; rejects when the program ends without having said it. */
  async says(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.#stdout.includes(text)) resolve();
      };
      this.process.stdout?.on('data', look);
      this.process.on('close', () => reject(new Error(`ended without "${text}": ${this.#stdout}${this.#stderr}`)));
      look();
    });
  }
}
