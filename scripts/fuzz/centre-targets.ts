// Targets: what a broker, a centre and an issuer send, and the files that people write.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeCommand, MOST_COMMAND_BYTES, readClaims } from '../../src/admission/command.ts';
import { NORMAL } from '../../src/admission/standing.ts';
import { csvRecords } from '../../src/commands/csv-records.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { parseSource } from '../../src/config/source.ts';
import { LIST_NAMES } from '../../src/lists/entries.ts';
import { type Expected, readList } from '../../src/lists/read-list.ts';
import { systemClock } from '../../src/system/clock.ts';
import { signJws, takeApart } from '../../src/system/jws.ts';
import { parseRfc3339 } from '../../src/system/rfc3339.ts';
import { issuerKey, parseIssuers } from '../../src/trust/issuers.ts';
import { FrameLimit } from '../../src/uplink/frame-limit.ts';
import { readReceipt } from '../../src/uplink/receipts.ts';
import { frame, NOW_MS, pupils, refOf, SITE } from '../../test/lists/issuer.ts';
import { chunksOf, demand, type Target } from './target.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const { jwk } = issuerKey(privateKey);
const expected = (list: Expected['list']): Expected => ({ list, site: SITE, issuers: [jwk], nowMs: NOW_MS });

const holder = { hours: { windows: [{ days: [1], from: '06:30', to: '17:30' }], exceptions: [] }, gates: ['cong-chinh'] };
const LISTS = {
  roster: [
    ...pupils(2),
    { ...pupils(3)[2], ...holder, from: '2026-09-01T00:00:00+07:00', escort: { by: [refOf(1)], before: '12:00' } },
  ],
  revoked: [{ ref: refOf(1) }],
  keys: [{ kty: 'OKP', crv: 'Ed25519', x: jwk.x }],
  policy: [{ holder: 'pupil', ...holder }],
};
const payloads = LIST_NAMES.map((list) => Buffer.from(JSON.stringify(frame(list, 7, LISTS[list]))));
const JSON_WORDS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  'null',
  '1e999',
  '-0',
  '"__proto__":',
  '\\ud800',
  '\\u0000',
  '9007199254740993',
  '[['.repeat(50),
];

const COMMANDED = {
  source: '/gates/s/r',
  audience: 'required',
  moment: { ...systemClock('UTC').describe({ wallMs: 30_000, monotonicMs: 0 }), state: 'synchronised' },
  clock: 'warn',
  builtMs: 0,
  trustedMs: 0,
  lastCounter: 6,
  standing: NORMAL,
  sequence: 100,
} as const;

const CONFIG = new URL('../../config/', import.meta.url);
const yamls = ['default.yaml', 'example.yaml'].map((name) => readFileSync(new URL(name, CONFIG)));
const YAML_WORDS = [
  '&a ',
  '*a',
  '<<: ',
  '!!js/function ',
  '---\n',
  '? ',
  '|\n',
  '>\n',
  '{',
  '[',
  '\t',
  '"\\x',
  'scanners:\n  - ',
  '%YAML 1.1\n',
];
const scratch = mkdtempSync(join(tmpdir(), 'gate-reader-fuzz-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
const configuration = join(scratch, 'gate.yaml');

/** The stream of a broker: what passes and what is skipped, however it was cut. */
function pieces(chunks: Iterable<Uint8Array>): string {
  const limit = new FrameLimit({ publishBytes: 100, otherBytes: 60, underWayBytes: 40 });
  let [passed, skipped] = [Buffer.alloc(0), ''];
  for (const chunk of chunks) {
    for (const piece of limit.take(Buffer.from(chunk))) {
      if (piece.kind === 'pass') passed = Buffer.concat([passed, piece.bytes]);
      if (piece.kind === 'skipping') demand(Buffer.byteLength(piece.topic) <= 3 * 256, 'a topic that is not cut');
      if (piece.kind === 'skipped' || piece.kind === 'broken') skipped += JSON.stringify(piece);
      if (piece.kind === 'broken') return `${passed.toString('hex')} ${skipped}`;
    }
  }
  return `${passed.toString('hex')} ${skipped}`;
}

const packet = (first: number, body: Uint8Array): Buffer => Buffer.concat([Buffer.of(first, body.length & 0x7f), body]);

export const CENTRE_TARGETS: readonly Target[] = [
  {
    name: 'receipt',
    covers: ['src/uplink/receipts.ts'],
    seeds: ['{"epoch":"e","sequence":7}', '{"epoch":"e","sequence":9,"resend":[[1,5],[7,9]]}'].map((text) => Buffer.from(text)),
    words: [...JSON_WORDS, '"epoch":"e"', '"resend":', '[1,2]'],
    run(input) {
      const reading = readReceipt(input, { epoch: 'e', receipted: 5, first: 3, head: 20 });
      if (!reading.ok) return;
      const { sequence, resend } = reading.receipt;
      demand(sequence >= 5 && sequence <= 20, `a receipt for ${sequence}`);
      for (const { from, to } of resend) demand(from >= 3 && to <= 20 && from <= to, `resend of ${from} to ${to}`);
    },
  },
  {
    name: 'mqtt-frames',
    covers: ['src/uplink/frame-limit.ts'],
    seeds: [
      Buffer.concat([
        Buffer.of(1),
        packet(0x32, Buffer.from('\u0000\u0003a/b\u0000\u0001\u0000payload')),
        Buffer.of(0x40, 2, 0, 1),
      ]),
      Buffer.concat([Buffer.of(2), packet(0x32, Buffer.from(`\u0000\u0003a/b\u0000\u0001${'x'.repeat(110)}`))]),
      Buffer.of(3, 0x30, 0xff, 0xff, 0xff, 0x7f),
    ],
    words: [Buffer.of(0x32, 0x80, 1), Buffer.of(0x30, 0xff, 0x7f), Buffer.of(0xd0, 0), Buffer.of(0x36), 'y'.repeat(90)],
    run(input) {
      demand(pieces([input.subarray(1)]) === pieces(chunksOf(input)), 'what passes depends on how the bytes were cut');
    },
  },
  {
    name: 'command',
    covers: ['src/system/jws.ts', 'src/admission/command.ts'],
    seeds: [
      '{"id":"a","command":"open","aud":"/gates/s/r","nbf":1,"exp":60,"counter":7,"args":{"seconds":5}}',
      '{"id":"b","command":"resend","aud":"/gates/s/r","nbf":1,"exp":60,"counter":8,"args":{"from":1,"to":2}}',
      '{"id":"c","command":"maintenance","aud":"/gates/s/r","nbf":1,"exp":60,"counter":9,"args":{"on":true}}',
    ].map((text) => Buffer.from(text)),
    words: [...JSON_WORDS, '"aud":', '"counter":', '"args":{}', '"lock"', '.', 'eyJhbGciOiJub25lIn0'],
    run(input) {
      takeApart(Buffer.from(input), MOST_COMMAND_BYTES);
      const claims = readClaims(input);
      if (!claims) return;
      const judged = judgeCommand(claims, COMMANDED);
      demand(
        !judged.ok || (claims.aud === '/gates/s/r' && claims.counter > 6),
        'an order that is not for this reader, or an old one',
      );
    },
  },
  {
    name: 'list',
    covers: ['src/system/jws.ts', 'src/lists/jws.ts', 'src/lists/read-list.ts'],
    seeds: payloads.map((payload) => Buffer.from(signJws(payload.toString(), privateKey))),
    words: ['.', '..', '=', 'eyJhbGciOiJub25lIn0', 'eyJhbGciOiJFZERTQSJ9', '\n'],
    run(input) {
      for (const list of LIST_NAMES) readList(input, expected(list));
    },
  },
  {
    name: 'list-entries',
    covers: ['src/lists/'],
    seeds: payloads,
    words: [...JSON_WORDS, '"ref":', '"hours":', '"windows":', '"2026-02-30"', '"24:00"', '"escort":', '"until":"2026-11-21"'],
    // Signed by a key that is trusted: what an issuer's faulty program could make.
    run(input) {
      const jws = Buffer.from(signJws(Buffer.from(input).toString('latin1'), privateKey));
      for (const list of LIST_NAMES) {
        const reading = readList(jws, expected(list));
        demand(!reading.ok || reading.list.site === SITE, 'a list of another site');
      }
    },
  },
  {
    name: 'issuers',
    covers: ['src/trust/issuers.ts'],
    seeds: [Buffer.from(JSON.stringify([jwk])), Buffer.from(JSON.stringify([{ ...jwk, use: 'sig', alg: 'EdDSA' }]))],
    words: [...JSON_WORDS, '"d":"', '"x":""', '"crv":"X25519"'],
    run(input) {
      const text = Buffer.from(input).toString();
      let raw: unknown;
      try {
        raw = JSON.parse(text);
      } catch {
        return;
      }
      parseIssuers(raw);
    },
  },
  {
    name: 'yaml',
    covers: ['src/config/source.ts', 'src/config/yaml-places.ts', 'node_modules/yaml/dist/'],
    seeds: yamls,
    words: YAML_WORDS,
    run(input) {
      const { place } = parseSource(Buffer.from(input).toString());
      place(['scanners', 0, 'id']);
      place(['uplink'], 'key');
    },
  },
  {
    name: 'configuration',
    covers: ['src/config/'],
    seeds: yamls,
    words: [...YAML_WORDS, 'kind: serial', 'broker: mqtt://', 'siteKeyFile: /dev/zero', 'inputs:\n  - ', '0x0c2e', '1e999'],
    run(input) {
      writeFileSync(configuration, input);
      const loaded = loadConfiguration({ file: configuration, environment: {} });
      if (loaded.ok) return;
      demand(loaded.faults.length > 0, 'refused without a fault');
      for (const { line, column, message } of loaded.faults) {
        demand(line >= 1 && column >= 1, 'a fault that stands nowhere');
        demand(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u.test(message), 'a control character in a message');
      }
    },
  },
  {
    name: 'csv',
    covers: ['src/commands/csv-records.ts'],
    seeds: ['name;kind\r\n"a ""b""";visitor\r\n', 'name,kind\nx,y\n', 'a\tb\n"1\n2"\t3\n'].map((text) => Buffer.from(text)),
    words: ['"', '""', '";"', ',', ';', '\t', '\r', '\n', '\r\n'],
    run(input) {
      const { records } = csvRecords(Buffer.from(input).toString());
      demand(records.length <= input.length, 'more records than bytes');
    },
  },
  {
    name: 'time',
    covers: ['src/system/rfc3339.ts'],
    seeds: ['2026-11-21T06:45:03.127+07:00', '2024-02-29T23:59:60Z'].map((text) => Buffer.from(text)),
    words: ['Z', '-00:00', '+23:59', 't', '.999999999', '0000-'],
    mostBytes: 64,
    run(input) {
      const milliseconds = parseRfc3339(Buffer.from(input).toString('latin1'));
      demand(milliseconds === undefined || Number.isFinite(milliseconds), `a time of ${milliseconds}`);
    },
  },
];
