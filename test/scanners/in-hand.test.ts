// Scans that nobody answers: what a watchdog must see.

import { expect, onTestFinished, test } from 'vitest';

import type { Scan, Scanner } from '../../src/admission/ports.ts';
import { InHand } from '../../src/scanners/in-hand.ts';
import { setClock } from '../fakes/set-clock.ts';

function scannerOf(scans: readonly Scan[], ended: string[]): Scanner {
  return {
    id: 'main',
    direction: 'in',
    async *scans() {
      try {
        yield* scans;
      } finally {
        ended.push('main');
      }
    },
  };
}

function twoScans() {
  const clock = setClock('2026-11-21T06:45:00+07:00');
  const scan: Scan = { bytes: new Uint8Array(), scanner: 'main', instant: clock.read() };
  const inHand = new InHand(clock);
  const ended: string[] = [];
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const watched = inHand.watch(scannerOf([scan, scan], ended));
  const scans = watched.scans(abort.signal)[Symbol.asyncIterator]();
  return { clock, inHand, ended, scans };
}

test('InHand: a scan that is not answered for a minute hangs; one that is, and a scanner that nobody uses, do not', async () => {
  const { clock, inHand, scans } = twoScans();
  clock.advance(3_600_000);
  expect(inHand.isHung()).toBe(false);
  await scans.next();
  clock.advance(59_000);
  expect(inHand.isHung()).toBe(false);
  await scans.next();
  clock.advance(59_000);
  expect(inHand.isHung()).toBe(false);
  clock.advance(1_000);
  expect(inHand.isHung()).toBe(true);
  expect(await scans.next()).toMatchObject({ done: true });
  expect(inHand.isHung()).toBe(false);
});

test('InHand: a lane that ends ends its scanner, and waits for nothing', async () => {
  const { clock, inHand, ended, scans } = twoScans();
  await scans.next();
  await scans.return?.();
  clock.advance(3_600_000);
  expect([inHand.isHung(), ended]).toEqual([false, ['main']]);
});
