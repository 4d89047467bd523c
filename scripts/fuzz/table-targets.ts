// Targets: tables and lists as an office keeps them, times in them, and the rows of a journal that somebody had in hands.

import { createPrivateKey, createPublicKey } from 'node:crypto';
import Database from 'better-sqlite3';
import { csvRecords } from '../../src/commands/csv-records.ts';
import { readInput } from '../../src/commands/list/input.ts';
import { readTable } from '../../src/commands/pass/table.ts';
import { sequenceText } from '../../src/admission/event.ts';
import { hashOf } from '../../src/journal/chain.ts';
import { makeSeal } from '../../src/journal/seal.ts';
import { prove } from '../../src/journal/verify.ts';
import { parseRfc3339 } from '../../src/system/rfc3339.ts';
import { seeded } from '../../test/vectors/seed.ts';
import { refOf } from '../../test/lists/issuer.ts';
import { JSON_WORDS } from './json-words.ts';
import { demand, type Target } from './target.ts';

const ZONE = 'Asia/Ho_Chi_Minh';
const CSV_WORDS = ['"', '""', '";"', ',', ';', '\t', '\r', '\n', '\r\n', '\ufeff'];
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const linesOf = (text: string): number => text.split(/\r\n|\n|\r/u).length;

/** A journal of six events, the fifth of them a seal over the first four. */
const key = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seeded('journal', 32)]),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(key);
const EPOCH = '01990000-0000-7000-8000-000000000000';
const CHAIN = { epoch: EPOCH, prunedSequence: 0, prunedHash: '', sealedSequence: 5, trustedMs: 0 };
const bodies: string[] = [];
for (let sequence = 1; sequence <= 6; sequence += 1) {
  const prevhash = bodies.length === 0 ? '' : hashOf(bodies.at(-1) ?? '');
  const [from, to] = [sequenceText(1), sequenceText(4)];
  const seal = makeSeal({ source: '/gates/s/r', epoch: EPOCH, from, to, hash: prevhash }, key, 'kid');
  const [type, data] = sequence === 5 ? ['gate.seal.v1', { from, to, seal }] : ['gate.scan.v1', { verdict: 'granted' }];
  bodies.push(JSON.stringify({ source: '/gates/s/r', type, epoch: EPOCH, sequence: sequenceText(sequence), prevhash, data }));
}
const connection = new Database(':memory:');
connection.exec('CREATE TABLE event (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT');
const insert = connection.prepare('INSERT INTO event VALUES (?, ?)');

export const TABLE_TARGETS: readonly Target[] = [
  {
    name: 'csv',
    covers: ['src/commands/csv-records.ts'],
    feeds: { 'src/commands/csv-records.ts': 'csvRecords' },
    seeds: ['name;kind\r\n"a ""b""";visitor\r\n', 'name,kind\nx,y\n', 'a\tb\n"1\n2"\t3\n'].map((text) => Buffer.from(text)),
    words: CSV_WORDS,
    run(input) {
      const text = Buffer.from(input).toString();
      const { records, brokenAt } = csvRecords(text);
      demand(records.length <= input.length, 'more records than bytes');
      let last = 0;
      for (const { line, cells } of records) {
        demand(line > last && line <= linesOf(text), `a record on line ${line} after one on ${last}`);
        demand(cells.length <= input.length + 1, 'more cells than bytes');
        last = line;
      }
      if (brokenAt !== undefined || records.length === 0) return;
      // Written again with every cell in quotes, as RFC 4180 has it, it is the same table.
      const delimiter = /[;\t]/u.exec(text.split(/[\r\n]/u, 1)[0] ?? '')?.[0] ?? ',';
      const header = [';', '\t'].find((one) => (text.split(/[\r\n]/u, 1)[0] ?? '').includes(one)) ?? delimiter;
      const again = csvRecords(
        `${header === ',' ? '' : `x${header}x\n`}${records.map(({ cells }) => cells.map(quoted).join(header)).join('\r\n')}\r\n`,
      );
      if (header === ',' && /[;\t]/u.test(quoted(records[0]?.cells.join() ?? '').split(/[\r\n]/u, 1)[0] ?? '')) return;
      const reread = header === ',' ? again.records : again.records.slice(1);
      demand(
        JSON.stringify(reread.map(({ cells }) => cells)) === JSON.stringify(records.map(({ cells }) => cells)),
        'a table that is not the same when it is written again',
      );
    },
  },
  {
    name: 'list-input',
    covers: ['src/commands/list/', 'src/commands/csv-records.ts'],
    feeds: {
      'src/commands/list/input.ts': 'readInput',
      'src/commands/list/json-lines.ts': 'jsonLines',
      'src/commands/list/table.ts': 'tableEntries',
    },
    seeds: [
      `ref;holder;label;from;gates\n${refOf(1)};pupil;N**n;2026-09-01;a b\n${refOf(2)};pupil;T**;;\n`,
      `[\n{"ref":"${refOf(1)}"},\n{"ref":"${refOf(2)}"}\n]`,
      `{"list":"roster","entries":[\n{"ref":"${refOf(1)}","hours":{"windows":[]}}]}`,
    ].map((text) => Buffer.from(text)),
    words: [...CSV_WORDS, ...JSON_WORDS, '"entries":', 'from', 'until', '2026-02-30', '{"keys":['],
    run(input) {
      const text = Buffer.from(input).toString();
      for (const list of ['roster', 'revoked', 'keys'] as const) {
        const reading = readInput(input, list, ZONE);
        if (!reading.ok) {
          demand(reading.faults.length > 0 && reading.faults.length <= 4 + input.length, 'refused without a fault');
          for (const { line = 1 } of reading.faults) demand(line >= 1 && line <= linesOf(text), `a fault on line ${line}`);
          continue;
        }
        const { entries, lineOf } = reading.input;
        demand(entries.length <= input.length, 'more entries than bytes');
        const lines = entries.map((_, at) => lineOf(at) ?? 0);
        demand(
          lines.every((line, at) => line >= Math.max(1, lines[at - 1] ?? 0)),
          'an entry that stands before the one before it',
        );
        demand((lines.at(-1) ?? 1) <= linesOf(text), 'an entry beyond the end');
      }
    },
  },
  {
    name: 'pass-table',
    covers: [
      'src/commands/pass/table.ts',
      'src/commands/pass/order.ts',
      'src/commands/pass/times.ts',
      'src/commands/csv-records.ts',
    ],
    feeds: { 'src/commands/pass/table.ts': 'readTable' },
    seeds: [
      'name;kind;from;until;gates;once\nTrần Văn Mẫu;visitor;2026-11-21;2026-11-21;a b;có\n',
      'name,kind,from,until\nA,staff,2026-11-21T06:00:00+07:00,2026-11-21T18:00:00+07:00\n',
    ].map((text) => Buffer.from(text)),
    words: [...CSV_WORDS, 'không', 'pupil', '2026-02-30', '2026-11-21T24:00', 'gates', 'once', '\u202e'],
    run(input) {
      const table = readTable(input, ZONE);
      if (!table.ok) {
        demand(table.faults.length > 0, 'refused without a fault');
        return;
      }
      demand(table.rows.length > 0, 'a table of nobody');
      for (const { order, line } of table.rows) {
        const { name, from, until, gates } = order;
        demand(
          line > 1 && Array.from(name).length <= 40 && name !== '' && !/\p{C}/u.test(name),
          `a name ${JSON.stringify(name)}`,
        );
        demand(Number.isSafeInteger(from) && Number.isSafeInteger(until) && from <= until, `from ${from} until ${until}`);
        demand(
          gates.every((gate) => /^[a-z0-9-]{1,40}$/u.test(gate)),
          `gates ${gates.join()}`,
        );
      }
    },
  },
  {
    name: 'time',
    covers: ['src/system/rfc3339.ts'],
    feeds: { 'src/system/rfc3339.ts': 'parseRfc3339' },
    seeds: ['2026-11-21T06:45:03.127+07:00', '2024-02-29T23:59:60Z', '0000-01-01T00:00:00Z'].map((text) => Buffer.from(text)),
    words: ['Z', '-00:00', '+23:59', 't', '.999999999', '0000-', '02-29', '12-31'],
    mostBytes: 64,
    run(input) {
      const text = Buffer.from(input).toString('latin1');
      const milliseconds = parseRfc3339(text);
      // The language's own reader, which knows no leap second and no small letters.
      const plain = text
        .toUpperCase()
        .replace(' ', 'T')
        .replace(':60', ':59')
        .replace(/(\.\d{3})\d+/u, '$1');
      const leap = text.slice(17, 19) === '60' ? 1000 : 0;
      const strict = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/u.test(plain);
      if (milliseconds !== undefined)
        demand(milliseconds === Date.parse(plain) + leap, `${milliseconds}, and by Date.parse ${Date.parse(plain) + leap}`);
      else demand(!strict || leap > 0 || Number.isNaN(Date.parse(plain)) || !isDay(plain), 'a time that there is was refused');
    },
  },
  {
    name: 'journal-rows',
    covers: ['src/journal/verify.ts', 'src/journal/seal.ts'],
    feeds: { 'src/journal/verify.ts': 'prove', 'src/journal/seal.ts': 'sealHolds' },
    seeds: [Buffer.from(bodies.join('\n')), Buffer.from(bodies.slice(0, 5).join('\n'))],
    words: [...JSON_WORDS, '\n', '"gate.seal.v1"', '"prevhash":""', '.', '000000000001'],
    mostBytes: 6000,
    run(input) {
      const rows = Buffer.from(input).toString('latin1').split('\n').slice(0, 50);
      connection.exec('DELETE FROM event');
      rows.forEach((row, at) => insert.run(at + 1, Buffer.from(row, 'latin1')));
      const proof = prove(connection, CHAIN, publicKey, () => undefined);
      demand(
        proof.ok ? proof.rows === rows.length : proof.sequence >= 1 && proof.sequence <= rows.length + 1,
        'a fault beyond the rows',
      );
      // What is sealed can't be exchanged by whoever has no key; what came after the last seal can.
      const original = bodies.slice(0, 5).every((body, at) => Buffer.from(body).toString('latin1') === rows[at]);
      demand(!proof.ok || original, 'a sealed row was changed, and nobody noticed');
    },
  },
];

/** Day and hour are there: `Date.parse` takes hour 24 and, of some forms, the 31st of every month. */
function isDay(text: string): boolean {
  const date = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return (
    !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text.slice(0, 10) && Number(text.slice(11, 13)) <= 23
  );
}
