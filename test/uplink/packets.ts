// MQTT packets by hand, as the specification draws them.

function fixedHeader(first: number, length: number): Buffer {
  const header = [first];
  for (let left = length; header.length === 1 || left > 0; left = Math.floor(left / 128)) {
    header.push((left % 128) | (left >= 128 ? 0x80 : 0));
  }
  return Buffer.from(header);
}

/** Type and flags, remaining length, body. */
export function packetOf(first: number, body: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([fixedHeader(first, body.length), body]);
}

/** A PUBLISH without properties up to its payload, with QoS 1 if it has a packet id. */
export function publishHead(topic: string, payloadBytes: number, id?: number): Buffer {
  const text = Buffer.from(topic);
  const ids = id === undefined ? [] : [id >> 8, id & 0xff];
  const head = Buffer.concat([Buffer.of(text.length >> 8, text.length & 0xff), text, Buffer.from([...ids, 0])]);
  return Buffer.concat([fixedHeader(id === undefined ? 0x30 : 0x32, head.length + payloadBytes), head]);
}

export function publishPacket(topic: string, payload: Buffer, id?: number): Buffer {
  return Buffer.concat([publishHead(topic, payload.length, id), payload]);
}

/** Cuts a stream into whole packets; keeps what is not whole yet. */
export function cutter(): (chunk: Buffer) => Buffer[] {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const packets: Buffer[] = [];
    for (let end = endOf(rest); end !== undefined && rest.length >= end; end = endOf(rest)) {
      packets.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return packets;
  };
}

/** Where the packet at the beginning ends; undefined while its length has not come. */
function endOf(bytes: Buffer): number | undefined {
  let length = 0;
  for (const [at, byte] of bytes.subarray(1).entries()) {
    length += (byte & 0x7f) * 128 ** at;
    if ((byte & 0x80) === 0) return at + 2 + length;
  }
  return undefined;
}
