// The broker of a reader without one: MQTT 5 on loopback, so that anybody on the machine can subscribe. Only the reader itself may
// publish in its own name; others may publish receipts, commands and lists. An event that nobody subscribes to is refused, so
// that it stays in the journal and is sent when somebody does.
import { Aedes, type AedesOptions, type Client } from 'aedes';
import { createServer, type Server } from 'node:net';
import { largestPacketBytes } from './timings.ts';
import { filterMatches, topicsOf } from './topics.ts';

export interface EmbeddedBrokerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly site: string;
  readonly reader: string;
  /** The reader's own client id and the secret that only it knows. */
  readonly clientId: string;
  readonly password: string;
  /** Somebody subscribed to the reader's events. */
  readonly subscribed: () => void;
}

export interface EmbeddedBroker {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on `listen`, or on any free port of that host if it is taken or not allowed. @throws when the host has no such address. */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const topics = topicsOf(options.site, options.reader);
  const subscriptions = new Map<Client, Set<string>>();
  const heard = (topic: string): boolean =>
    [...subscriptions.values()].some((filters) => [...filters].some((filter) => filterMatches(filter, topic)));
  const broker = await Aedes.createBroker({
    maximumPacketSize: largestPacketBytes,
    authenticate: authenticator(options),
    authorizePublish(client, packet, done) {
      if (client?.id === options.clientId) {
        const unheard = (packet.topic === topics.event || packet.topic === topics.batch) && !heard(packet.topic);
        done(unheard ? new Error('nobody subscribes to it') : null);
      } else {
        const open = [topics.receipt, topics.command, `lists/v1/${options.site}/+`];
        done(open.some((filter) => filterMatches(filter, packet.topic)) ? null : new Error('only receipts, commands and lists'));
      }
    },
  });
  // A subscription of an earlier session is restored before `clientReady` and without a `subscribe` event: start from what is live.
  broker.on('clientReady', (client) => note(client, restored(client)));
  broker.on('subscribe', (subs, client) =>
    note(
      client,
      subs.filter((sub) => sub.qos < 0x80).map((sub) => sub.topic),
    ),
  );
  broker.on('unsubscribe', (filters, client) => {
    for (const filter of filters) subscriptions.get(client)?.delete(filter);
  });
  broker.on('clientDisconnect', (client) => subscriptions.delete(client));
  const server = createServer((socket) => broker.handle(socket));
  await listen(server, options.listen);
  return { port: portOf(server), close: () => close(server, broker) };

  function note(client: Client, filters: string[]): void {
    if (client.id === options.clientId || client.closed) return;
    const known = subscriptions.get(client) ?? new Set();
    for (const filter of filters) known.add(filter);
    subscriptions.set(client, known);
    if (filters.some((filter) => filterMatches(filter, topics.event) || filterMatches(filter, topics.batch)))
      options.subscribed();
  }
}

function authenticator(options: EmbeddedBrokerOptions): NonNullable<AedesOptions['authenticate']> {
  return (client, _username, password, done) => {
    done(null, client.id !== options.clientId || password?.toString() === options.password);
  };
}

function restored(client: Client): string[] {
  // Not in the library's types, though its documentation of `client` knows it.
  return 'subscriptions' in client && typeof client.subscriptions === 'object' ? Object.keys(client.subscriptions ?? {}) : [];
}

/** The port is taken, or not for this user (below 1024). */
const ELSEWHERE: ReadonlySet<unknown> = new Set(['EADDRINUSE', 'EACCES']);

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on('error', (error) => {
    if ('code' in error && ELSEWHERE.has(error.code) && port !== 0) server.listen(0, host);
    else reject(error);
  });
  server.listen(port, host, () => undefined).once('listening', resolve);
  await promise;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function close(server: Server, broker: Aedes): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close();
  broker.close(resolve);
  await promise;
}
