// A byte stream cut into MQTT packets, for whatever stands between a client and its broker and looks inside.

/** Keeps what is not whole yet; returns the packets that are, each with its fixed header (MQTT 5, 2.1). */
export function packetsOf(): (chunk: Buffer) => Buffer[] {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const packets: Buffer[] = [];
    for (let size = packetSize(rest); size !== undefined && rest.length >= size; size = packetSize(rest)) {
      packets.push(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    return packets;
  };
}

/** Type of a packet (MQTT 5, 2.1.2). */
export const typeOf = (packet: Buffer): number => (packet[0] ?? 0) >> 4;

const PUBLISH = 3;
export const PUBACK = 4;

/** Bytes of the fixed header of a whole packet. */
function headerSize(packet: Buffer): number {
  let at = 1;
  while (((packet[at] ?? 0) & 0x80) !== 0) at += 1;
  return at + 1;
}

/** Topic and packet id of a PUBLISH with QoS 1; undefined for any other packet. */
export function publishOf(packet: Buffer): { readonly topic: string; readonly id: number } | undefined {
  if (typeOf(packet) !== PUBLISH || ((packet[0] ?? 0) & 6) !== 2) return undefined;
  const at = headerSize(packet);
  const end = at + 2 + packet.readUInt16BE(at);
  return { topic: packet.toString('utf8', at + 2, end), id: packet.readUInt16BE(end) };
}

/** Packet id of a PUBACK. */
export const idOfPuback = (packet: Buffer): number => packet.readUInt16BE(headerSize(packet));

/** Reason code of a PUBACK; where it ends before one it is success (MQTT 5, 3.4.2.1). */
export const reasonOfPuback = (packet: Buffer): number => packet[headerSize(packet) + 2] ?? 0;

/** A PUBACK with a reason code and no properties (MQTT 5, 3.4.2). */
export const puback = (id: number, reason: number): Buffer => Buffer.of(PUBACK << 4, 3, id >> 8, id & 0xff, reason);

/** Bytes of the packet that begins here (MQTT 5, 2.1.4); undefined while its length is not here yet. */
function packetSize(bytes: Buffer): number | undefined {
  let length = 0;
  for (let at = 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if ((byte & 0x80) === 0) return at + 1 + length;
  }
  return undefined;
}
