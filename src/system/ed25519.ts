// Ed25519 public keys that prove nothing.

/**
 * The y coordinates (little-endian, sign bit clear) of the points of order 1, 2, 4 and 8 and the non-canonical writings of
 * them: the blocklist of libsodium's `ge25519_has_small_order`. RFC 8032 lets a verifier take such a key, and then anybody can
 * make signatures under it; the first is what an example of zeros gives.
 */
const SMALL_ORDER = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

/** Whether anybody can make signatures under this public key; `point` is its 32 bytes. */
export function isSmallOrder(point: Buffer): boolean {
  const y = Buffer.from(point);
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31);
  return SMALL_ORDER.has(y.toString('hex'));
}
