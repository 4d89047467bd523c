// The console's web server: few pages, read only. Answers GET and HEAD under a name that can only be meant for this machine, so
// that a web page elsewhere cannot read it through somebody's browser; a port that is taken is tried again and the gate goes on.
// Guarantees: however often, fast or slowly it is asked, it costs the gate a page a second and the memory of a few connections.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';

import { backoff } from '../system/backoff.ts';
import { systemCode } from '../system/sysfs.ts';

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface ConsoleOptions {
  /** `port` 0: any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** By path. One that rejects becomes a 500 without a word of why. */
  readonly pages: ReadonlyMap<string, () => Page | Promise<Page>>;
  /** It cannot listen (a message), or can again; on changes only. */
  readonly report: (message: string | undefined) => void;
}

export interface WebConsole {
  /** The port that it listens on; undefined where the first try failed, and others follow. */
  readonly listening: Promise<number | undefined>;
  /** Cuts what is open: nobody waits for a page. */
  close(): Promise<void>;
}

const RETRY = { firstMs: 1_000, maxMs: 30_000, random: Math.random };
/** A scraper and a browser or two; what comes beyond is refused by the socket. */
const MOST_CONNECTIONS = 16;
/** Slower requests are cut, headers and all; so is who takes nothing of an answer for so long. */
const REQUEST_MS = 5_000;
/** Who asks again within it gets the same page: making one takes time from the thread that the gate is served from. */
const SAME_PAGE_MS = 1_000;
const MOST_HEADER_BYTES = 8 * 1024;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export function startConsole(options: ConsoleOptions): WebConsole {
  const { host, port } = options.listen;
  const server = serverOf(options);
  const delays = backoff(RETRY);
  const first = Promise.withResolvers<number | undefined>();
  let [retry, closed]: [NodeJS.Timeout?, boolean?] = [];
  let told: string | undefined;
  const tell = (message: string | undefined) => {
    if (message !== told) options.report(message);
    told = message;
  };
  server.on('error', (error) => {
    tell(
      `cannot listen on ${host}:${port} (${systemCode(error)}); end what else listens there, or set console.listen; tried again`,
    );
    first.resolve(undefined);
    if (!closed) retry = setTimeout(() => server.listen(port, host), delays.next().value);
  });
  server.on('listening', () => {
    tell(undefined);
    first.resolve((server.address() as AddressInfo).port);
  });
  server.listen(port, host);
  return {
    listening: first.promise,
    close() {
      closed = true;
      clearTimeout(retry);
      server.closeAllConnections();
      const { promise, resolve } = Promise.withResolvers<void>();
      // Called with an error where it never listened: that is closed as well.
      server.close(() => resolve());
      return promise;
    },
  };
}

function serverOf({ pages, ...options }: ConsoleOptions): Server {
  const limits = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: REQUEST_MS };
  const shared = { ...options, pages: new Map(Array.from(pages, ([path, page]) => [path, sharedPage(page)])) };
  const asked = new WeakSet<Socket>();
  const server = createServer({ ...limits, maxHeaderSize: MOST_HEADER_BYTES }, (request, response) => {
    // What a request carries beside its head is of no use here.
    request.resume();
    // One a connection: who sends request upon request and reads no answer would have all of them kept in memory.
    if (asked.has(request.socket)) return void request.socket.destroy();
    asked.add(request.socket);
    response.shouldKeepAlive = false;
    void answer(shared, request, response);
  });
  server.setTimeout(REQUEST_MS);
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

function sharedPage(make: () => Page | Promise<Page>): () => Promise<Page> {
  let last: { readonly atMs: number; readonly page: Promise<Page> } | undefined;
  return () => {
    const atMs = performance.now();
    if (last === undefined || atMs - last.atMs >= SAME_PAGE_MS) last = { atMs, page: (async () => await make())() };
    return last.page;
  };
}

async function answer({ pages, listen }: ConsoleOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isMeant(request.headers.host, listen.host))
    return reply(response, plain(421, "this name is not mine: ask by the machine's address or by its host name alone"));
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return reply(response, plain(405, 'read only: GET or HEAD'));
  }
  const page = pages.get((request.url ?? '').split('?', 1)[0] ?? '');
  if (page === undefined) return reply(response, plain(404, `no such page; there are ${[...pages.keys()].join(', ')}`));
  try {
    reply(response, await page());
  } catch {
    reply(response, plain(500, 'the page could not be made'));
  }
}

const plain = (status: number, text: string): Page => ({ status, contentType: 'text/plain; charset=utf-8', body: `${text}\n` });

function reply(response: ServerResponse, { status, contentType, body }: Page): void {
  response.writeHead(status, { ...HEADERS, 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/**
 * Whether a Host header can only mean this machine: an address, `localhost`, its own name, or the name that it listens by. Any
 * other name may be somebody's who pointed it here to have a browser read this page for them (DNS rebinding).
 */
export function isMeant(header: string | undefined, listensBy: string): boolean {
  const name = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/iu.exec(header ?? '');
  const host = (name?.[1] ?? name?.[2] ?? '').toLowerCase();
  if (isIP(host) !== 0) return true;
  const own = hostname().toLowerCase();
  return ['localhost', own, `${own}.local`, listensBy.toLowerCase()].includes(host) && host !== '';
}
