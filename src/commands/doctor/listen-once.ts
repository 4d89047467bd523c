// Whether something could listen on an address now: tried, and let go of at once.

import { createServer } from 'node:net';

/** Why nothing could listen there (the system's code); undefined when something can. */
export async function listenOnce({ host, port }: { readonly host: string; readonly port: number }): Promise<string | undefined> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  server.listen(port, host, () => resolve(undefined));
  const trouble = await promise;
  if (trouble === undefined) await new Promise((done) => server.close(done));
  return trouble;
}
