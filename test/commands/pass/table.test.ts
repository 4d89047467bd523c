// Tables of passes as spreadsheets write them, and every fault with its line.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readTable, type Table } from '../../../src/commands/pass/table.ts';

const HEADER = 'name,kind,from,until,gates,once';
const read = (text: string | Uint8Array): Table => readTable(Buffer.from(text), 'Asia/Ho_Chi_Minh');
const rows = (text: string) => {
  const table = read(text);
  if (!table.ok) throw new Error(JSON.stringify(table.faults));
  return table.rows.map(({ line, order: { name, kind, gates, once } }) => ({ line, name, kind, gates, once }));
};
const faults = (text: string | Uint8Array) => {
  const table = read(text);
  return table.ok ? [] : table.faults.map(({ line, field = '-', key }) => `${line} ${field} ${key.replace('pass.fault.', '')}`);
};

describe('readTable', () => {
  test('reads quotes, doubled quotes, separators and line ends inside a field, and counts lines', () => {
    const text = `${HEADER}\r\n"Mẫu, ""Thị""",visitor,2026-11-21,2026-11-22,"cong-chinh\ncong-sau",yes\r\n\r\nTrần Văn Giả,staff,2026-11-21,2026-11-22,,\r\n`;
    expect(rows(text)).toEqual([
      { line: 2, name: 'Mẫu, "Thị"', kind: 'visitor', gates: ['cong-chinh', 'cong-sau'], once: true },
      { line: 5, name: 'Trần Văn Giả', kind: 'staff', gates: [], once: false },
    ]);
  });

  test.each([
    ['a byte order mark', `\uFEFF${HEADER}\nA,pupil,2026-11-21,2026-11-22,g1 g2,x\n`],
    ['semicolons', 'name;kind;from;until;gates;once\nA;pupil;2026-11-21;2026-11-22;g1,g2;có\n'],
    ['tabs', 'name\tkind\tfrom\tuntil\tgates\tonce\nA\tpupil\t2026-11-21\t2026-11-22\tg1|g2\t1'],
    ['other cases and another order', 'Once,GATES,until,from,Kind,Name\nYES,g1;g2,2026-11-22,2026-11-21,Pupil, A \n'],
    ['old line ends', `${HEADER}\rA,pupil,2026-11-21,2026-11-22,g1 g2 g1,true\r`],
  ])('reads %s', (_, text) => {
    expect(rows(text)).toEqual([{ line: 2, name: 'A', kind: 'pupil', gates: ['g1', 'g2'], once: true }]);
  });

  test('composes names: decomposed Vietnamese is counted as it is read', () => {
    const name = 'Nguyễn Thị Ánh';
    expect(rows(`name,kind,from,until\n${name.normalize('NFD')},pupil,2026-11-21,2026-11-22\n`)[0]?.name).toBe(name);
    const long = 'ễ'.repeat(40).normalize('NFD');
    expect(faults(`name,kind,from,until\n${long},pupil,2026-11-21,2026-11-22\n${long}a,pupil,2026-11-21,2026-11-22\n`)).toEqual([
      '3 name name-length',
    ]);
  });

  test('tells all faults at once, each with its line and column', () => {
    const text = `${HEADER}\n,king,2026-11-31,x,Cổng,maybe\nA,pupil,2026-11-22,2026-11-21,g G,no\nB,pupil\nC\u200bD,pupil,2026-11-21,2026-11-22,,\n`;
    expect(faults(text)).toEqual([
      '2 name name-length',
      '2 from time',
      '2 until time',
      '2 gates gate',
      '2 kind kind',
      '2 once once',
      '3 until order',
      '3 gates gate',
      '4 - fields',
      '5 name name-characters',
    ]);
  });

  test.each([
    ['nothing', '', ['1 - empty']],
    ['a header alone', HEADER, ['1 - empty']],
    [
      'a header without its columns',
      'name,gate\nA,g',
      ['1 - column-missing', '1 - column-missing', '1 - column-missing', '1 - column'],
    ],
    ['a column twice', `${HEADER},name\n`, ['1 - column']],
    ['a quote that is never closed', `${HEADER}\nA,pupil,2026-11-21,2026-11-22,,\n"B,pupil\n`, ['3 - quotes']],
    ['text beside a quote', `${HEADER}\n"A"B,pupil,2026-11-21,2026-11-22,,\n`, ['2 - quotes']],
    ['bytes that are not UTF-8', Buffer.from(`${HEADER}\nNguy\xean,pupil,1,2,,\n`, 'latin1'), ['1 - encoding']],
  ])('refuses %s', (_, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  test('never throws, whatever stands in the file', () => {
    const piece = fc.constantFrom('"', '""', ',', ';', '\n', '\r', 'a', 'ễ', '__proto__', 'toString', '2026-11-21', ' ');
    const body = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(body, (text) => {
        expect(read(`${HEADER}\n${text}`).ok).toBeTypeOf('boolean');
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(read(bytes).ok).toBeTypeOf('boolean');
      }),
    );
  });
});
