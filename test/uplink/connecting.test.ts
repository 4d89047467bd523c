// Which step of making a connection hangs, against hosts that never answer.

import { expect, onTestFinished, test } from 'vitest';
import { fullBacklog, type Silence, silentServer } from '../fakes/silence.ts';
import { journal, quick, run } from './running.ts';
import { until } from './until.ts';

test.each<[string, () => Promise<Silence>, string, string]>([
  ['a SYN', fullBacklog, 'mqtt', 'it does not answer: check the network and firewalls (ETIMEDOUT)'],
  ['a SYN for TLS', fullBacklog, 'mqtts', 'it does not answer: check the network and firewalls (ETIMEDOUT)'],
  ['a handshake', silentServer, 'mqtts', 'it accepts connections but answers no TLS: is it the TLS port of an MQTT broker?'],
  ['a CONNECT', silentServer, 'mqtt', 'it accepts connections but does not answer: is it an MQTT broker?'],
])('%s that is not answered is told as such', async (_what, silence, scheme, cause) => {
  const { host, port, close } = await silence();
  onTestFinished(close);
  const broker = `${scheme}://${host}:${port}`;
  const here = run(journal(1), { broker, timings: { ...quick, connectMs: 300 } });
  expect((await until('a cause', () => here.links[0])).message).toBe(`${broker}: ${cause}`);
});
