// `roster find`: people on the roster as a guard looks for them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fold, matcher } from '../../src/commands/roster/match.ts';
import { readList } from '../../src/lists/read-list.ts';
import { ListWriter, LISTS_FILE } from '../../src/lists/store.ts';
import { publicJwk } from '../../src/system/secrets.ts';
import { makeIssuer, SITE } from '../fakes/issuer.ts';
import { EXIT_ALL_AT, EXIT_ALL_ENVIRONMENT } from '../fakes/night-reset.ts';
import { dataFolder, openRecord } from '../fakes/record.ts';
import { setClock } from '../fakes/set-clock.ts';
import { runProgram } from './program.ts';

const ref = (letter: string) => letter.repeat(26);
const PUPIL = {
  ref: ref('B'),
  holder: 'pupil',
  label: 'Đỗ Thị Ánh Mẫu, 6A',
  person: 'P-17',
  from: '2026-09-01T00:00:00+07:00',
  until: '2027-05-31T23:59:59+07:00',
  gates: ['cong-chinh', 'cong-sau'],
  hold: 'Mời gặp bảo vệ',
};
const TEACHER = { ref: ref('C'), holder: 'staff', label: 'Giáo viên Mẫu' };

/** A data folder whose daemon has taken this roster over. */
function holding(entries: readonly object[], expires = '2036-01-01T00:00:00Z', folder = dataFolder()): string {
  const issuer = makeIssuer(dataFolder());
  const jws = issuer.list('roster', entries, { issued: '2026-11-20T00:00:00Z', expires });
  const nowMs = Date.parse('2026-11-20T00:00:01Z');
  const reading = readList(Buffer.from(jws), { list: 'roster', site: SITE, issuers: [publicJwk(issuer.key)], nowMs });
  if (!reading.ok) throw new Error(reading.refusal.reason);
  const writer = new ListWriter(folder);
  writer.replace(reading.list, { ...reading.list, sha256: 'test' }, nowMs);
  writer.close();
  return folder;
}

const find = (query: string, folder: string, words: readonly string[] = []) =>
  runProgram(['roster', 'find', query, '--data', folder, ...words], { environment: EXIT_ALL_ENVIRONMENT });

describe('roster find', () => {
  test('by a name without diacritics: all terms of the entry', async () => {
    const { code, stdout, stderr } = await find('do thi anh', holding([PUPIL, TEACHER]));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'Đỗ Thị Ánh Mẫu, 6A (pupil)',
      `  ref ${ref('B')}, person P-17`,
      '  valid from 2026-09-01 00:00',
      '  valid until 2027-05-31 23:59',
      '  gates: cong-chinh, cong-sau',
      '  on hold: Mời gặp bảo vệ',
      '  has not passed here today',
      '',
    ]);
  });

  test('--json: every match in the order of the refs', async () => {
    const { stdout } = await find('MẪU', holding([TEACHER, PUPIL]), ['--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      list: { version: 1, site: SITE },
      entries: [
        {
          ref: ref('B'),
          until: '2027-05-31T16:59:59.000Z',
          gates: ['cong-chinh', 'cong-sau'],
          hold: 'Mời gặp bảo vệ',
          lastPassage: null,
        },
        { ref: ref('C'), person: null, from: null, until: null, gates: null, hold: null },
      ],
    });
  });

  test('the last passage today, by any code of the person', async () => {
    const record = openRecord({ clock: setClock(new Date().toISOString()), exitAllAt: EXIT_ALL_AT });
    record.scan(1, 'in', { ref: ref('D'), holder: 'pupil', label: 'x', person: 'P-17' });
    holding([PUPIL], undefined, record.folder);
    const { stdout } = await find('anh', record.folder, ['--json']);
    expect(JSON.parse(stdout)).toMatchObject({ entries: [{ lastPassage: { direction: 'in' } }] });
    expect((await find('anh', record.folder)).stdout).toMatch(/ {2}came in here today at \d\d:\d\d\n$/);
  });

  test('nobody, an old roster, and in Vietnamese', async () => {
    const nobody = await find('khong co', holding([PUPIL]));
    expect(nobody).toEqual({ code: 0, stdout: '', stderr: 'Nobody on the roster matches.\n' });
    expect((await find('mau', holding([PUPIL], '2026-11-20T01:00:00Z'))).stderr).toContain('counts as absent');
    const words = ['roster', 'find', 'mau', '--data', holding([TEACHER])];
    expect((await runProgram(words, { environment: { LANG: 'vi_VN.UTF-8' } })).stdout).toContain('Giáo viên Mẫu (nhân viên)');
  });

  test('without a roster, or with a file that is none: exit 1 and what to do', async () => {
    const none = await find('mau', dataFolder());
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('There is no roster in');
    const folder = dataFolder();
    writeFileSync(join(folder, LISTS_FILE), 'x'.repeat(5_000));
    const damaged = await find('mau', folder);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain('cannot be read');
  });

  test.each([[['roster']], [['roster', 'find']], [['roster', 'find', 'a', 'b']]])('%j is wrong usage', async (words) => {
    expect((await runProgram(words)).code).toBe(2);
  });
});

describe('matcher', () => {
  test.each([
    ['ánh', true],
    ['ANH', true],
    ['do  thi', true],
    ['đỗ', true],
    ['Đỗ'.normalize('NFD'), true],
    ['p-17', true],
    ['p-1', false],
    ['bbbb', true],
    ['BBB', false],
    ['CCCC', false],
    ['binh', false],
  ])('%s finds her: %s', (query, found) => {
    expect(matcher(query)(PUPIL)).toBe(found);
  });

  test('fold strips every Vietnamese mark', () => {
    expect(fold('Ư Ơ Ă Â Ê Ô Đ ữ ờ ặ ậ ệ ộ đ')).toBe('u o a a e o d u o a a e o d');
  });
});
