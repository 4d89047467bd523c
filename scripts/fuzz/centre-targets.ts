// Targets: what a centre and an issuer send over a broker: frames of MQTT, receipts, lists, commands and where to answer them.

import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { compactVerify, importJWK } from 'jose';
import { parse } from 'yaml';
import { judgeCommand, MOST_COMMAND_BYTES, readClaims } from '../../src/admission/command.ts';
import { NORMAL } from '../../src/admission/standing.ts';
import { LIST_NAMES } from '../../src/lists/entries.ts';
import { type Expected, readList } from '../../src/lists/read-list.ts';
import { systemClock } from '../../src/system/clock.ts';
import { signJws, takeApart } from '../../src/system/jws.ts';
import { issuerKey } from '../../src/trust/issuers.ts';
import { replyTo } from '../../src/uplink/answers.ts';
import { FrameLimit } from '../../src/uplink/frame-limit.ts';
import { readReceipt } from '../../src/uplink/receipts.ts';
import { filterMatches } from '../../src/uplink/topics.ts';
import { frame, NOW_MS, pupils, refOf, SITE } from '../../test/lists/issuer.ts';
import { seeded } from '../../test/vectors/seed.ts';
import { JSON_WORDS } from './json-words.ts';
import { chunksOf, demand, type Target } from './target.ts';

/** The same in every run, or a seed would not repeat what was tried. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKey = createPrivateKey({
  key: Buffer.concat([PKCS8_ED25519, seeded('issuer school', 32)]),
  format: 'der',
  type: 'pkcs8',
});
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
const joseKey = await importJWK({ ...jwk }, 'EdDSA');

/** The published schema of what a signed list says. */
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema(
  parse(readFileSync(new URL('../../config/asyncapi.yaml', import.meta.url), 'utf8'), { maxAliasCount: 100 }) as object,
  'asyncapi',
);
const isListPayload = ajv.compile({ $ref: 'asyncapi#/components/schemas/listPayload' });

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

/** These members of an object, in this order. */
const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]): object =>
  Object.fromEntries(names.map((name) => [name, from[name]]));

export const CENTRE_TARGETS: readonly Target[] = [
  {
    name: 'receipt',
    covers: ['src/uplink/receipts.ts'],
    feeds: { 'src/uplink/receipts.ts': 'readReceipt' },
    seeds: [
      '{"epoch":"e","sequence":7}',
      '{"epoch":"e","sequence":9,"resend":[[6,9],[3,5],[4,4],[11,99]]}',
      '{"epoch":"e","sequence":9,"resend":[[1,5],[7,9]]}',
    ].map((text) => Buffer.from(text)),
    words: [...JSON_WORDS, '"epoch":"e"', '"resend":', '[1,2]'],
    run(input) {
      const reading = readReceipt(input, { epoch: 'e', receipted: 5, first: 3, head: 20 });
      if (!reading.ok) return;
      const { sequence, resend } = reading.receipt;
      demand(sequence >= 5 && sequence <= 20, `a receipt for ${sequence}`);
      let last = 1;
      for (const { from, to } of resend) {
        demand(from >= 3 && to <= 20 && from <= to, `resend of ${from} to ${to}`);
        demand(from > last + 1, 'ranges that touch, overlap or go back');
        last = to;
      }
      const said = JSON.parse(Buffer.from(input).toString()) as {
        epoch?: unknown;
        sequence?: unknown;
        resend?: [number, number][];
      };
      demand(said.epoch === 'e' && said.sequence === sequence, 'another receipt than was sent');
      const asked = (row: number): boolean => said.resend?.some(([from, to]) => from <= row && row <= to) ?? false;
      for (let row = 3; row <= 20; row += 1)
        demand(
          asked(row) === resend.some(({ from, to }) => from <= row && row <= to),
          `row ${row} is not resent as it was asked`,
        );
    },
  },
  {
    name: 'mqtt-frames',
    covers: ['src/uplink/frame-limit.ts'],
    feeds: { 'src/uplink/frame-limit.ts': 'FrameLimit' },
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
    feeds: { 'src/system/jws.ts': 'takeApart', 'src/admission/command.ts': 'readClaims' },
    seeds: [
      '{"id":"a","command":"open","aud":"/gates/s/r","nbf":1,"exp":60,"counter":7,"args":{"seconds":5}}',
      '{"id":"b","command":"resend","aud":"/gates/s/r","nbf":1,"exp":60,"counter":8,"args":{"from":1,"to":2}}',
      '{"id":"d","command":"lock","aud":"/gates/s/r","nbf":0,"exp":86401,"counter":7}',
      '{"id":"c","command":"maintenance","aud":"/gates/s/r","nbf":1,"exp":60,"counter":9,"args":{"on":true}}',
    ].map((text) => Buffer.from(text)),
    words: [...JSON_WORDS, '"aud":', '"counter":', '"args":{}', '"lock"', '.', 'eyJhbGciOiJub25lIn0'],
    run(input) {
      const apart = takeApart(Buffer.from(input), MOST_COMMAND_BYTES);
      if (apart.ok) demand(Buffer.from(input).toString('latin1').split('.').length === 3, 'an envelope that is no compact JWS');
      const claims = readClaims(input);
      if (!claims) return;
      const judged = judgeCommand(claims, COMMANDED);
      if (!judged.ok) return;
      const { aud, counter, nbf, exp, command } = JSON.parse(Buffer.from(input).toString()) as typeof claims;
      const { args } = claims;
      demand(aud === '/gates/s/r' && Number.isSafeInteger(counter) && counter > 6, 'an order for another reader, or an old one');
      demand(nbf <= 30 && 30 < exp && exp - nbf <= 86_400, 'an order out of its time');
      const { command: ordered, ...given } = judged.order;
      demand(ordered === command && JSON.stringify(given) === JSON.stringify(pick(args, Object.keys(given))), 'another order');
      demand(Object.keys(args).length === Object.keys(given).length, 'an argument that nobody looked at');
    },
  },
  {
    name: 'list',
    covers: ['src/system/jws.ts', 'src/lists/jws.ts', 'src/lists/read-list.ts'],
    feeds: { 'src/lists/jws.ts': 'openJws', 'src/lists/read-list.ts': 'readList' },
    seeds: payloads.map((payload) => Buffer.from(signJws(payload.toString(), privateKey))),
    words: ['.', '..', '=', 'eyJhbGciOiJub25lIn0', 'eyJhbGciOiJFZERTQSJ9', '\n'],
    async run(input) {
      let taken = 0;
      for (const list of LIST_NAMES) {
        const reading = readList(input, expected(list));
        if (!reading.ok) continue;
        taken += 1;
        // The payload as jose understands it, which checks the signature as well.
        const { payload } = await compactVerify(Buffer.from(input).toString('latin1').trimEnd(), joseKey);
        const said = JSON.parse(Buffer.from(payload).toString()) as { readonly list?: unknown; readonly version?: unknown };
        demand(said.list === list && said.version === reading.list.version, 'another list than was signed');
      }
      demand(taken <= 1, 'one list taken for several');
    },
  },
  {
    name: 'list-entries',
    covers: ['src/lists/'],
    feeds: { 'src/lists/entries.ts': 'parseEntries', 'src/lists/entry-checks.ts': 'object' },
    seeds: payloads,
    words: [...JSON_WORDS, '"ref":', '"hours":', '"windows":', '"2026-02-30"', '"24:00"', '"escort":', '"until":"2026-11-21"'],
    // Signed by a key that is trusted: what an issuer's faulty program could make.
    run(input) {
      const jws = Buffer.from(signJws(Buffer.from(input).toString('latin1'), privateKey));
      for (const list of LIST_NAMES) {
        const reading = readList(jws, expected(list));
        if (!reading.ok) continue;
        const { site, issuedMs, expiresMs, content } = reading.list;
        demand(site === SITE && issuedMs < expiresMs && expiresMs > NOW_MS, 'a list of another site or time');
        demand(content.list === list, 'entries of another list');
        const said: unknown = JSON.parse(Buffer.from(input).toString());
        demand(isListPayload(said), `not by the published schema: ${ajv.errorsText(isListPayload.errors)}`);
        const { entries } = said as { readonly entries: readonly unknown[] };
        demand(entries.length === content.entries.length, 'entries are lost or made up');
      }
    },
  },
  {
    name: 'reply-topic',
    covers: ['src/uplink/answers.ts', 'src/uplink/topics.ts'],
    feeds: { 'src/uplink/answers.ts': 'replyTo' },
    seeds: ['centre/answers/1', 'gates/v1/s/r/answers', 'gates/v1/s/r/receipt', 'lists/v1/s/roster', '$SYS/x'].map((text) =>
      Buffer.from(text),
    ),
    words: ['gates/v1/', 'lists/', '/', '+', '#', '$', 'event', 'state', '\u0000', '\u202e', 'x'.repeat(250)],
    mostBytes: 600,
    run(input) {
      const topic = Buffer.from(input).toString();
      const reply = replyTo(topic, input);
      if (reply === undefined) return;
      demand(reply.topic === topic && Buffer.byteLength(topic) <= 256 && input.length <= 256, 'an answer elsewhere');
      for (const filter of ['gates/v1/+/+/event/#', 'gates/v1/+/+/command/#', 'gates/v1/+/+/receipt/#', 'lists/#', '#'])
        demand(filterMatches(filter, topic) === (filter === '#'), `an answer where ${filter} is heard`);
      demand(!/[+#\u0000]/u.test(topic), 'a topic that nobody may publish on');
    },
  },
];
