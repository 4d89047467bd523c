// Every capture in test/captures gives its expected scans, on fakes or, with GATE_READER_CAPTURES_ON=bench, on a kernel's own drivers.
// On a bench it needs the superuser, uhid and a USB gadget controller.

import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Framer } from '../../src/scanners/framing.ts';
import { kernelBench } from '../vm/kernel-bench.ts';
import { CAPTURES, parseCapture, readCapture } from './capture-file.ts';
import { type Bench, replayCapture } from './capture-replay.ts';
import { fakeBench } from './fake-bench.ts';

const where = process.env['GATE_READER_CAPTURES_ON'] ?? 'fakes';
const files = readdirSync(CAPTURES);
const captures = files.flatMap((file) => (file.endsWith('.capture') ? [readCapture(file.slice(0, -8))] : []));

function benchNamed(name: string): Bench {
  if (name === 'fakes') return fakeBench((ms) => vi.advanceTimersByTimeAsync(ms));
  if (name === 'bench') return kernelBench();
  throw new Error(`GATE_READER_CAPTURES_ON=${name}: wanted fakes or bench`);
}

const bench = benchNamed(where);
const seen = new Set<string>();

afterEach(() => void vi.useRealTimers());

describe(`captures on ${where}`, () => {
  for (const capture of captures) {
    const there = bench.name === 'fakes' || capture.fakesOnly === undefined;
    test.runIf(there)(`${capture.name}: ${capture.expected.about}`, async () => {
      if (bench.isVirtual(capture)) vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const came = await replayCapture(capture, bench);
      seen.add(capture.name);
      expect(came).toEqual(capture.expected);
    });
  }

  test('were all seen, each file of the folder belongs to one, and there are some of every kind', () => {
    const skipped = bench.name === 'fakes' ? [] : captures.filter(({ fakesOnly }) => fakesOnly !== undefined);
    expect([...seen, ...skipped.map(({ name }) => name)].sort()).toEqual(captures.map(({ name }) => name).sort());
    expect(files.sort()).toEqual(captures.flatMap(({ name }) => [`${name}.capture`, `${name}.expected.json`]).sort());
    expect(captures.length).toBeGreaterThanOrEqual(60);
    expect(new Set(captures.map(({ kind }) => kind)).size).toBe(5);
  });
});

describe('captures of byte streams', () => {
  const streams = captures.filter(
    ({ kind, steps }) =>
      ['serial', 'stdin'].includes(kind) && !steps.some(({ afterMs, what }) => afterMs > 50 || what === 'unplugged'),
  );

  test.each(streams)('$name gives the same codes however its bytes are cut', ({ steps, expected, suffix, prefix }) => {
    const bytes = Buffer.concat(steps.flatMap((step) => (step.what === 'bytes' ? [step.bytes] : [])));
    for (const size of [1, 2, 7]) {
      const framer = new Framer({ suffix, prefix });
      const given: string[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        for (const { bytes: code } of framer.push(bytes.subarray(at, at + size))) given.push(Buffer.from(code).toString('hex'));
      }
      const last = framer.end();
      if (last) given.push(Buffer.from(last.bytes).toString('hex'));
      expect(given).toEqual(expected.scans.map(({ text, hex }) => hex ?? Buffer.from(text ?? '').toString('hex')));
    }
  });

  test('are there', () => expect(streams.length).toBeGreaterThan(15));
});

describe('parseCapture', () => {
  test.each([
    ['a word it does not know', 'kind serial\nspeed 9600\n+0 00', /speed/],
    ['a kind it does not know', 'kind mouse\n+0 00', /kind/],
    ['a key said twice', 'kind serial\nkind stdin\n+0 00', /x:2: kind is said twice/],
    ['half a byte', 'kind serial\n+0 0', /x:2: "0" is neither/],
    ['a line without a time', 'kind serial\n00', /00/],
    ['no time', 'kind serial\n+x 00', /x:2: \+x is no time/],
    ['nothing sent', 'kind serial\n# +0 00', /nothing is sent/],
  ])('refuses %s', (_what, text, fault) => {
    expect(() => parseCapture(text, 'x')).toThrow(fault);
  });

  test('takes bytes, text, repetition, pauses and remarks', () => {
    const { steps } = parseCapture('# all\nkind hid-pos # one\n+8 0203 04 x3\n+0 "ễ # \\r"\n+700\n+0 unplugged', 'x');
    expect(steps).toEqual([
      { afterMs: 8, what: 'bytes', bytes: Buffer.of(2, 3, 4), times: 3 },
      { afterMs: 0, what: 'bytes', bytes: Buffer.from('ễ # \r'), times: 1 },
      { afterMs: 700, what: 'nothing' },
      { afterMs: 0, what: 'unplugged' },
    ]);
  });
});
