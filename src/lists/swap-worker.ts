// The worker that takes one list over: reads it, verifies it, stores it in one transaction, says what became of it, ends.

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

import { withoutEnd } from '../system/jws.ts';
import { MOST_LIST_BYTES } from './jws.ts';
import { readList } from './read-list.ts';
import { isDamage, isVouched, ListWriter, setAside } from './store.ts';
import type { SwapAnswer, SwapOrder, SwapOutcome } from './swap.ts';

/** On Linux 0 is the calling thread alone: on a machine with one core the gate goes first. */
const THIS_THREAD = 0;
const NICENESS = 10;

function beNice(): void {
  try {
    setPriority(THIS_THREAD, NICENESS);
  } catch {
    // Where the system forbids it the list is taken over at the usual pace.
  }
}

function refused(reason: 'too-large' | 'stored-failed', detail?: string): SwapOutcome {
  return { outcome: 'refused', refusal: { reason, ...(detail === undefined ? {} : { detail }) } };
}

/** The bytes, or an outcome where there are none to be read. */
function load(source: SwapOrder['source']): Uint8Array | SwapOutcome {
  if ('bytes' in source) return source.bytes.byteLength > MOST_LIST_BYTES ? refused('too-large') : source.bytes;
  const fd = openSync(source.file, 'r');
  try {
    return fstatSync(fd).size > MOST_LIST_BYTES ? refused('too-large') : readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function take(order: SwapOrder, writer: ListWriter, bytes: Buffer): SwapOutcome {
  const { list, site, issuers, roots, nowMs } = order;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const standing = writer.standing(list, site);
  if (standing?.sha256 === sha256 || order.refused.includes(sha256)) return { outcome: 'same' };
  const vouched = standing !== undefined && isVouched(list, standing, { issuers, roots });
  const reading = readList(bytes, { list, site, issuers, nowMs, storedVersion: vouched ? standing.version : undefined });
  if (!reading.ok) return { outcome: 'refused', refusal: reading.refusal, sha256 };
  const { version, issuedMs, expiresMs } = reading.list;
  try {
    const own = isVouched(list, reading.list, { issuers, roots });
    // Signed by a key that the list before added: by the word of whoever vouched for that one.
    const kid = !own && vouched ? standing.kid : reading.list.kid;
    writer.replace(reading.list, { kid, sha256 }, nowMs);
    return { outcome: 'taken', version };
  } catch (error) {
    if (isDamage(error)) throw error;
    const detail = error instanceof Error ? error.message : 'unknown';
    return { outcome: 'refused', refusal: { reason: 'stored-failed', version, issuedMs, expiresMs, detail }, sha256 };
  }
}

function withStore(order: SwapOrder, bytes: Buffer): SwapOutcome {
  const writer = new ListWriter(order.dataFolder);
  try {
    return take(order, writer, bytes);
  } finally {
    writer.close();
  }
}

function answer(order: SwapOrder): SwapAnswer {
  try {
    const loaded = load(order.source);
    if (!(loaded instanceof Uint8Array)) return { outcome: loaded };
    const bytes = withoutEnd(loaded);
    try {
      return { outcome: withStore(order, bytes) };
    } catch (error) {
      if (!isDamage(error)) throw error;
      return { setAside: setAside(order.dataFolder), outcome: withStore(order, bytes) };
    }
  } catch (error) {
    return { outcome: refused('stored-failed', error instanceof Error ? error.message : 'unknown') };
  }
}

beNice();
parentPort?.postMessage(answer(workerData as SwapOrder));
