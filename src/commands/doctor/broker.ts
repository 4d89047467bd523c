// Checks of the way to the centre: is there a broker, does it take this reader, how long do the certificates last? The words
// for what is wrong say what to do.

import { isPlainToOthers, parseAddress } from '../../config/address.ts';
import { certificateEndMs } from '../../system/certificates.ts';
import type { Words } from '../../system/wording.ts';
import { readAddress } from '../../uplink/address.ts';
import { causeOf } from '../../uplink/causes.ts';
import { type Visit, visitBroker } from './broker-visit.ts';
import { type Check, failure, type Finding, ok, warning } from './check.ts';
import { listenOnce } from './listen-once.ts';
import type { Situation } from './situation.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** Codes of sockets, TLS and MQTT 5 (section 2.4), by the words for them and for their cure. */
const CAUSES = [
  ['name', ['ENOTFOUND']],
  ['dns', ['EAI_AGAIN']],
  ['refused', ['ECONNREFUSED']],
  ['network', ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']],
  ['silent', ['timeout', 'closed', 'ECONNRESET', 'EPIPE']],
  ['expired', ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']],
  [
    'issuer',
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_SIGNATURE_FAILURE',
    ],
  ],
  ['host', ['ERR_TLS_CERT_ALTNAME_INVALID']],
  ['plain', ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']],
  [
    'client-certificate',
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'],
  ],
  ['version', [0x84, 0x01]],
  ['login', [0x86, 0x87, 0x8c]],
  ['busy', [0x88, 0x89, 0x97, 0x9f]],
] as const satisfies readonly (readonly [string, readonly (string | number)[]])[];

export function brokerChecks(situation: Situation): Check[] {
  const { broker, caFile, certFile } = situation.configuration.uplink;
  if (broker === undefined) return [{ name: 'broker', look: (signal) => embedded(situation, signal) }];
  const files = [certFile, caFile].filter((file) => file !== undefined);
  return [
    { name: 'broker', look: (signal) => configured(broker, situation, signal) },
    ...(files.length === 0 ? [] : [{ name: 'certificates', look: () => certificates(files, situation.say, Date.now()) }]),
  ];
}

async function configured(broker: string, { configuration, say }: Situation, signal: AbortSignal): Promise<Finding> {
  const { caFile, certFile, keyFile, username, passwordFile } = configuration.uplink;
  const visit = await visitBroker(readAddress({ broker, tls: { caFile, certFile, keyFile }, username, passwordFile }), signal);
  if (!visit.ok) return unreachable(broker, visit, say);
  if (!visit.able) return failure(say('doctor.broker.unable', { broker }), say('doctor.broker.unable.cure'));
  if (isPlainToOthers(broker))
    return warning(say('doctor.broker.unencrypted', { broker }), say('doctor.broker.unencrypted.cure'));
  const found = say('doctor.broker.accepted', { broker });
  if (visit.certificateEndsMs === undefined) return ok(found);
  const days = Math.floor((visit.certificateEndsMs - Date.now()) / DAY_MS);
  const told = `${found}; ${say('doctor.broker.certificate', { days })}`;
  return days < SOON_DAYS ? warning(told, say('doctor.broker.certificate.cure')) : ok(told);
}

function unreachable(broker: string, { code, error }: Extract<Visit, { ok: false }>, say: Words): Finding {
  const name = CAUSES.find(([, codes]) => (codes as readonly (string | number)[]).includes(code))?.[0];
  if (name === undefined) {
    return failure(say('doctor.broker.failed', { broker, cause: causeOf(error) }), say('doctor.broker.other.cure'));
  }
  const told = typeof code === 'number' ? `0x${code.toString(16)}` : code;
  return failure(
    say('doctor.broker.failed', { broker, cause: `${say(`doctor.broker.${name}`)} (${told})` }),
    say(`doctor.broker.${name}.cure`),
  );
}

/** The embedded broker moves to another port where its own is taken, so that is worth a word, not a failure. */
async function embedded({ configuration, daemon, say }: Situation, signal: AbortSignal): Promise<Finding> {
  const { listen } = configuration.uplink;
  const address = parseAddress(listen);
  if (!address || address.port === 0) return ok(say('doctor.broker.any-port'));
  const trouble = await listenOnce(address);
  if (trouble === undefined)
    return ok(say(daemon.state === 'running' ? 'doctor.broker.elsewhere' : 'doctor.broker.free', { listen }));
  if (trouble !== 'EADDRINUSE')
    return failure(say('doctor.broker.no-listen', { listen, code: trouble }), say('doctor.broker.no-listen.cure'));
  const visit = daemon.state === 'none' ? undefined : await visitBroker(readAddress({ broker: `mqtt://${listen}` }), signal);
  if (visit?.ok) return ok(say('doctor.broker.embedded', { listen }));
  return warning(say('doctor.broker.taken', { listen }), say('doctor.broker.taken.cure'));
}

/** This reader's own certificate and the authorities' it trusts: they end on a day that nobody remembers. */
export function certificates(files: readonly string[], say: Words, nowMs: number): Finding {
  const found: string[] = [];
  let soon = false;
  for (const file of files) {
    let days: number;
    try {
      days = Math.floor((certificateEndMs(file) - nowMs) / DAY_MS);
    } catch {
      return failure(say('doctor.certificates.malformed', { file }), say('doctor.certificates.malformed.cure'));
    }
    if (days < 0) return failure(say('doctor.certificates.expired', { file, days: -days }), say('doctor.certificates.cure'));
    soon ||= days < SOON_DAYS;
    found.push(say('doctor.certificates', { file, days }));
  }
  return soon ? warning(found.join('; '), say('doctor.certificates.cure')) : ok(found.join('; '));
}
