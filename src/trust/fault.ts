// What can be wrong with a file or folder of keys, as a typed error that names the file, what was found and the cure.

/**
 * `unreadable`, `unwritable`, `exists`: the file system; `malformed`: not what it should be; `private-inside`: a private key
 * where only public ones belong; `not-private`: a public key where a private one is wanted; `encrypted`: needs a passphrase;
 * `too-open`: others can read it.
 */
export type TrustFault =
  | 'unreadable'
  | 'unwritable'
  | 'exists'
  | 'malformed'
  | 'private-inside'
  | 'not-private'
  | 'encrypted'
  | 'too-open';

/** Keys that can't be used. The message is whole; `code`, `path` and `found` are its parts, for words in another language. */
export class TrustError extends Error {
  override readonly name = 'TrustError';
  readonly code: TrustFault;
  readonly path: string;
  /** What was found instead: an error code of the system, a mode, a key type. Never key material. */
  readonly found: string;

  constructor(
    { code, path, found, message }: { code: TrustFault; path: string; found: string; message: string },
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.path = path;
    this.found = found;
  }
}

/** The system's own word for what it refused: `ENOENT`, `EACCES` ... */
export function causeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'an error';
}
