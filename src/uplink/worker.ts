// The uplink's thread: takes messages from the main thread, runs the forwarder and, without a broker of its own, the embedded one.
// An error that nobody expected ends the thread; the main thread starts another.
import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { EmbeddedBroker } from './embedded-broker.ts';
import { type Destination, Forwarder } from './forwarder.ts';
import { hostInUrl } from './host-in-url.ts';
import type { FromWorker, ToWorker, UplinkHooks, UplinkOptions } from './messages.ts';

if (parentPort === null) throw new Error('src/uplink/worker.ts runs as a worker thread only');
const port = parentPort;
const options = workerData as UplinkOptions;

const hooks: UplinkHooks = {
  listening: (...values) => post({ kind: 'listening', values }),
  link: (...values) => post({ kind: 'link', values }),
  receipted: (...values) => post({ kind: 'receipted', values }),
  // Handed over, not copied: a list may be megabytes.
  list: (...values) => port.postMessage({ kind: 'list', values } satisfies FromWorker, [values[1].buffer]),
  listTooLarge: (...values) => post({ kind: 'listTooLarge', values }),
  command: (...values) => post({ kind: 'command', values }),
  commandsDropped: (...values) => post({ kind: 'commandsDropped', values }),
  cursors: (...values) => post({ kind: 'cursors', values }),
  report: (...values) => post({ kind: 'report', values }),
  faulted: (...values) => post({ kind: 'faulted', values }),
};

let broker: EmbeddedBroker | undefined;
const forwarder = new Forwarder(
  options,
  options.broker === undefined ? await embed() : { ...options, broker: options.broker },
  hooks,
);
port.on('message', (message: ToWorker) => void take(message));
forwarder.start();

async function embed(): Promise<Destination> {
  // Loaded only here: a reader with a broker of its own does not pay for it.
  const { startEmbeddedBroker } = await import('./embedded-broker.ts');
  const { listen, site, reader } = options;
  const password = randomBytes(24).toString('base64url');
  const clientId = `gate-reader-${site}-${reader}`;
  broker = await startEmbeddedBroker({ listen, site, reader, clientId, password, subscribed: () => forwarder.subscriberCame() });
  hooks.listening(broker.port);
  return { broker: `mqtt://${hostInUrl(listen.host)}:${broker.port}`, username: clientId, embedded: { password } };
}

async function take(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'appended':
      return forwarder.appended(message.sequence);
    case 'state':
      return forwarder.state(message.snapshot);
    case 'health':
      return forwarder.health(message.snapshot);
    case 'reopen':
      return forwarder.reopen();
    case 'lists':
      return forwarder.askForLists();
    case 'answer':
      return forwarder.answer(message.reply, message.answer);
    case 'resend':
      return forwarder.resend(message);
    case 'close':
      await forwarder.close(message.deadlineMs);
      await broker?.close();
      post({ kind: 'closed' });
      // With its last listener gone, the thread ends by itself.
      port.close();
  }
}

function post(message: FromWorker): void {
  port.postMessage(message);
}
