// What of a journal is damage: the word of SQLite, and bytes that are no whole event any more, which SQLite takes for sound.
import { isUtf8 } from 'node:buffer';
import { isSqliteDamage } from '../system/sqlite-damage.ts';

/** What SQLite takes for sound and is none the less not what was written. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}

/** Whether an error says that the file itself is damaged. */
export function isDamage(error: unknown): boolean {
  return error instanceof Damaged || isSqliteDamage(error);
}

/** Whether bytes can be text at all: what a page of noise or of zeros never is. */
export const isText = (bytes: Uint8Array): boolean => isUtf8(bytes) && !bytes.includes(0);

/** An event's sequence number and epoch, by what it says itself; undefined where the bytes are no whole event. */
export function readEvent(bytes: Uint8Array): { readonly sequence: number; readonly epoch: string } | undefined {
  if (!isText(bytes)) return undefined;
  try {
    const event = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as unknown;
    if (typeof event !== 'object' || event === null) return undefined;
    const { sequence, epoch } = event as { readonly sequence?: unknown; readonly epoch?: unknown };
    return typeof sequence === 'string' && typeof epoch === 'string' ? { sequence: Number(sequence), epoch } : undefined;
  } catch {
    return undefined;
  }
}
