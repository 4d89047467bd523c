// Stops a packet that is larger than the reader said it takes before it is collected: MQTT.js refuses it only once it is whole in
// memory, and a broken broker may announce 256 MB. Reads nothing but the fixed headers.
//
//   byte 0: type and flags | bytes 1-4: remaining length, 7 bits a byte, low first, high bit = more follows | that many bytes

/** Feed it every chunk of the inbound stream; true once a packet is larger than `mostBytes` (header included). */
export function frameLimit(mostBytes: number): (chunk: Uint8Array) => boolean {
  let skip = 0;
  let header = 0;
  let length = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.byteLength; ) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.byteLength - at);
        skip -= step;
        at += step;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      header += 1;
      if (header === 1) continue;
      length += (byte & 0x7f) * 128 ** (header - 2);
      // A fifth length byte does not exist; the parser reports it, here it only must not run on.
      if ((byte & 0x80) !== 0 && header < 5) continue;
      if (header + length > mostBytes) return true;
      skip = length;
      header = 0;
      length = 0;
    }
    return false;
  };
}
