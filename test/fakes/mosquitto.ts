// A real Mosquitto on a free loopback port, with its own folder; started, awaited by connecting, killed by its process id.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MosquittoOptions {
  /** Lines of mosquitto.conf beside listener and persistence; `{folder}` stands for its folder. */
  readonly config?: readonly string[];
  /** Further files of its folder: name -> text. */
  readonly files?: Readonly<Record<string, string>>;
  /** The port of a broker that was there before. */
  readonly port?: number;
  /** A program that becomes the broker, with its options. */
  readonly through?: readonly string[];
}

export interface Mosquitto {
  readonly port: number;
  readonly url: string;
  readonly folder: string;
  /** SIGKILL: no goodbye to anybody. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** None outlives the process that started it. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const binary = '/usr/sbin/mosquitto';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const port = options.port ?? (await freePort());
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const own = (options.config ?? ['allow_anonymous true']).map((line) => line.replaceAll('{folder}', folder));
  // Queues large enough for a test; not 0 (unlimited), which makes 2.0.11 cut a connection after each publish that its ACL refuses.
  const queues = ['max_inflight_messages 0', 'max_queued_messages 1000000'];
  const lines = [`listener ${port} 127.0.0.1`, 'persistence false', 'user root', ...queues, ...own];
  writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const words = [...(options.through ?? []), binary, '-c', join(folder, 'mosquitto.conf')];
  const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      running.delete(child);
      resolve();
    }),
  );
  try {
    await awaitListening(child, port, () => said);
  } catch (error) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    folder,
    async kill() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function awaitListening(child: ChildProcess, port: number, said: () => string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${said()}`);
    if (Date.now() > deadline) throw new Error(`mosquitto does not listen on ${port} after 10 s: ${said()}`);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => setTimeout(() => resolve(false), 20));
    socket.once('connect', () => socket.destroy());
  });
}
