// The configuration of the way to the centre: the broker, its TLS files and log-in, receipts.

import * as z from 'zod';
import { brokerFault, isPlainToOthers, loopbackFault } from './address.ts';
import type { Finding } from './finding.ts';
import { valueAt } from './path.ts';
import { checkedText, filePath } from './texts.ts';

export const uplinkSchema = z
  .strictObject({
    broker: z.exactOptional(checkedText(brokerFault)).meta({
      description:
        'MQTT 5 broker, mqtt://HOST[:PORT] (default port 1883) or mqtts://HOST[:PORT] (8883); absent: an embedded broker',
      pattern: '^mqtts?://',
      examples: ['mqtts://broker.example:8883'],
    }),
    listen: checkedText(loopbackFault)
      .default('127.0.0.1:1883')
      .describe('HOST:PORT of the embedded broker, loopback hosts only; port 0: any free one'),
    caFile: z
      .exactOptional(filePath())
      .describe('PEM file of the authorities that may sign the broker; absent: those of the system'),
    certFile: z.exactOptional(filePath()).describe("PEM file with this reader's client certificate; needs keyFile"),
    keyFile: z
      .exactOptional(filePath())
      .describe("PEM file with the client certificate's private key, mode 0600; needs certFile"),
    username: z.exactOptional(z.string().min(1)).describe('User name at the broker'),
    passwordFile: z
      .exactOptional(filePath())
      .describe('File whose first line is the password at the broker, mode 0600; not with mqtt:// to another machine'),
    receipts: z
      .exactOptional(z.enum(['required', 'none']))
      .describe(
        'required: rows are kept until the centre says they are stored; none: until the broker took them. Default: required with a broker, none without',
      ),
  })
  .prefault({})
  .meta({ title: 'Uplink', description: 'The way of events to the centre, over MQTT 5' });

/** Certificate and key come together; TLS files say nothing on an unencrypted connection, and a password says too much. */
export function uplinkRules(root: unknown): Finding[] {
  const given = (key: string): boolean => valueAt(root, ['uplink', key]) !== undefined;
  const findings: Finding[] = [];
  for (const [key, other] of [
    ['certFile', 'keyFile'],
    ['keyFile', 'certFile'],
  ] as const) {
    if (given(key) && !given(other))
      findings.push({ path: ['uplink', key], code: 'config.fault.tls-pair', params: { other: `uplink.${other}` } });
  }
  const broker = valueAt(root, ['uplink', 'broker']);
  if (typeof broker !== 'string' || !broker.startsWith('mqtt://')) return findings;
  for (const key of ['caFile', 'certFile', 'keyFile']) {
    if (given(key)) findings.push({ path: ['uplink', key], code: 'config.fault.tls-plain' });
  }
  if (given('passwordFile') && isPlainToOthers(broker))
    findings.push({ path: ['uplink', 'passwordFile'], code: 'config.fault.password-plain' });
  return findings;
}
