// A machine that answers no connection, as behind a firewall that drops: a program that listens, takes nothing and is stopped, its
// queue full.

import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const LISTENS =
  "require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){console.log(this.address().port)})";
/** More than fit into a queue of one. */
const CALLERS = 8;

/** Its port. Linux answers no more than the queue holds, and drops the rest. */
export async function deafMachine(): Promise<number> {
  const child = spawn(process.execPath, ['-e', LISTENS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const callers: Socket[] = [];
  onTestFinished(() => {
    for (const caller of callers) caller.destroy();
    child.kill('SIGKILL');
  });
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(Number(text))));
  child.kill('SIGSTOP');
  for (let caller = 0; caller < CALLERS; caller++) {
    const socket = connect(port, '127.0.0.1');
    callers.push(socket.on('error', () => undefined));
  }
  return port;
}
