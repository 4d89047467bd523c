// CBOR Web Token claims (RFC 8392): their numbers, and the types two kinds of code share.

/** Claim keys of RFC 8392, section 4. */
export const CWT = { issuer: 1, expires: 4, notBefore: 5, issuedAt: 6, id: 7 } as const;

export type Claims = ReadonlyMap<unknown, unknown>;

/** An integer claim as a number; beyond 2^53 rounded, which no date notices. `undefined` for any other type, floats too. */
export function integer(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}
