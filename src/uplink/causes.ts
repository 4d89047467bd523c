// Why there is no connection, in words that say what to do: from socket, TLS and MQTT 5 error codes. Pure.

const socketCauses: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known to the DNS: check the spelling of uplink.broker and the name server',
  EAI_AGAIN: 'the name server does not answer: check the network',
  ECONNREFUSED: 'nothing listens there: is the broker running, is the port right?',
  ECONNRESET: 'it cut the connection',
  EPIPE: 'it cut the connection',
  ETIMEDOUT: 'it does not answer: check the network and firewalls',
  EHOSTUNREACH: 'no way to that host: check the network',
  ENETUNREACH: 'no network: check the cable or Wi-Fi',
  ENETDOWN: 'no network: check the cable or Wi-Fi',
  CERT_HAS_EXPIRED: "its certificate has expired: renew it, or correct this machine's clock",
  CERT_NOT_YET_VALID: "its certificate is not valid yet: correct this machine's clock",
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: give its issuer in uplink.caFile',
  SELF_SIGNED_CERT_IN_CHAIN: 'the issuer of its certificate is not trusted: give it in uplink.caFile',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the issuer of its certificate is not trusted: give it in uplink.caFile',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of its certificate is not trusted: give it in uplink.caFile',
  CERT_SIGNATURE_FAILURE: 'its certificate is not signed by the issuer in uplink.caFile',
  INVALID_PURPOSE: 'its certificate is not one for a server (extendedKeyUsage serverAuth)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: use the name in the certificate as uplink.broker',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port: use the TLS port, or mqtt:// for a plain one',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it wants a client certificate: set uplink.certFile and uplink.keyFile',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'it refuses the TLS handshake: is a client certificate wanted?',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust the issuer of uplink.certFile',
  ERR_SSL_TLSV1_UNSUPPORTED_PROTOCOL: 'it speaks no TLS 1.2 or newer',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it speaks no TLS 1.2 or newer',
};

/** MQTT 5 reason codes, section 2.4. */
const reasonCauses: Readonly<Record<number, string>> = {
  0x10: 'nobody subscribes to it',
  0x81: 'malformed packet',
  0x82: 'protocol error',
  0x84: 'it does not speak MQTT 5: version 5 is required',
  0x85: 'it does not accept the client id',
  0x86: 'bad user name or password: check uplink.username and uplink.passwordFile',
  0x87: "not authorised: check the broker's access list for this reader",
  0x88: 'it is unavailable',
  0x89: 'it is busy',
  0x8a: 'this reader is banned',
  0x8b: 'it is shutting down',
  0x8d: 'it heard nothing for too long',
  0x8e: 'another connection took over this client id: do two readers have the same site and reader name?',
  0x90: 'it does not accept the topic',
  0x93: 'too many messages in flight for it',
  0x95: 'packet too large',
  0x96: 'message rate too high',
  0x97: 'quota exceeded',
  0x98: 'an administrator ended it',
  0x9a: 'it keeps no retained messages, which this reader needs',
  0x9b: 'it does not support QoS 1, which this reader needs',
  0x9c: 'it says: use another server',
  0x9d: 'it says: the server has moved',
  0x9f: 'too many connections at once',
};

/** `not authorised: … (0x87)`; an unknown code is given as it is. */
export function reasonText(code: number): string {
  return `${reasonCauses[code] ?? 'refused'} (0x${code.toString(16).padStart(2, '0')})`;
}

/** Words for an error of the socket, of TLS or of MQTT.js; never empty. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined;
  if (typeof code === 'number') return reasonText(code);
  if (typeof code === 'string') return `${socketCauses[code] ?? error.message} (${code})`;
  if (error.message === 'connack timeout') return 'it accepts connections but does not answer: is it an MQTT broker?';
  if (error.message === 'handshake timeout')
    return 'it accepts connections but answers no TLS: is it the TLS port of an MQTT broker?';
  if (error.message === 'Keepalive timeout') return 'it stopped answering';
  return error.message;
}
