// `inside`: the roll-call from the journal of a running daemon.

import { describe, expect, test } from 'vitest';
import type { RosterEntry } from '../../src/admission/ports.ts';
import { anyNumber, matching } from '../fakes/like.ts';
import { EXIT_ALL_AT, EXIT_ALL_ENVIRONMENT } from '../fakes/night-reset.ts';
import { annul, dataFolder, openRecord, type Record } from '../fakes/record.ts';
import { setClock } from '../fakes/set-clock.ts';
import { runProgram } from './program.ts';

const DAY_MS = 24 * 3_600_000;

const entry = (more: Partial<RosterEntry>): RosterEntry => ({
  ref: 'A'.repeat(26),
  holder: 'pupil',
  label: 'Lớp 6A, số 1',
  ...more,
});

/** Now, at a gate with two pupils, a teacher and a stranger inside, one of each gone again; still open as under a daemon. */
function school(): Record {
  const record = openRecord({ clock: setClock(new Date(Date.now() - 600_000).toISOString()), exitAllAt: EXIT_ALL_AT });
  record.start();
  record.scan(1, 'in', entry({ label: 'Lớp 6B, Đỗ Mẫu', person: 'P1' }));
  record.scan(2, 'in', entry({ label: 'Lớp 6A, Ánh Mẫu', person: 'P2' }));
  record.scan(3, 'in', entry({ label: 'Lớp 6A, Bình Mẫu', person: 'P3' }));
  record.scan(4, 'in', entry({ label: 'Giáo viên 1', person: 'P4', holder: 'staff' }));
  record.scan(5, 'in');
  // Denied: held outside.
  record.scan(8, 'in', entry({ label: 'Lớp 6C, Held Mẫu', person: 'P8', hold: 'Mời gặp bảo vệ' }));
  record.clock.advance(60_000);
  record.scan(6, 'in');
  record.scan(6, 'out');
  // The same person leaves with another code.
  record.scan(7, 'out', entry({ label: 'Lớp 6A, Bình Mẫu', person: 'P3' }));
  record.clock.advance(120_000);
  return record;
}

const inside = (folder: string, words: readonly string[] = [], more: NodeJS.ProcessEnv = {}) =>
  runProgram(['inside', '--data', folder, ...words], { environment: { ...EXIT_ALL_ENVIRONMENT, ...more } });

describe('inside', () => {
  test('--json: who, since when, how many of each kind, and how old it is', async () => {
    const { code, stdout } = await inside(school().folder, ['--json']);
    const told = JSON.parse(stdout) as { inside: { label: string; time: string }[] };
    expect({ code, told }).toMatchObject({
      code: 0,
      told: {
        count: 4,
        byHolder: { pupil: 2, staff: 1, visitor: 0, contractor: 0, unlisted: 1 },
        newestEvent: matching(/\+07:00$/),
        newestEventAgeSeconds: anyNumber(),
        source: '/gates/thcs-phung-cong/cong-chinh-1',
      },
    });
    expect(told.inside.map(({ label }) => label)).toEqual(['Lớp 6A, Ánh Mẫu', 'Lớp 6B, Đỗ Mẫu', 'Giáo viên 1', '******000005']);
  });

  test('who did not go through is not inside, and who did not leave still is', async () => {
    const record = school();
    annul(record, record.scan(9, 'in'));
    annul(record, record.scan(5, 'out'));
    const { stdout } = await inside(record.folder, ['--json']);
    const told = JSON.parse(stdout) as { count: number; inside: { label: string }[] };
    expect([told.count, told.inside.at(-1)?.label]).toEqual([4, '******000005']);
  });

  test('in words: a list to print, its age, the reader that was heard and that no other was', async () => {
    const record = school();
    const { code, stdout } = await inside(record.folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Inside at \d{4}-\d\d-\d\d \d\d:\d\d: 4\npupil 2, staff 1, not listed 1\n\nKind {8}Who {14}Since\npupil {7}Lớp 6A, Ánh Mẫu {2}\d{4}-/,
    );
    expect(stdout).toMatch(/\nNewest event: \d{4}-\d\d-\d\d \d\d:\d\d, (?:9|10) min ago\.\n/);
    expect(stdout).toContain('Heard from: cong-chinh-1');
    expect(stdout).toContain('Not heard from: every other reader of thcs-phung-cong');
    // The daemon writes on.
    expect(record.scan(9).ok).toBe(true);
  });

  test('in Vietnamese', async () => {
    const { stdout } = await inside(school().folder, [], { LANG: 'vi_VN.UTF-8' });
    expect(stdout).toContain('học sinh 2, nhân viên 1, ngoài danh sách 1');
    expect(stdout).toContain('Chưa có số liệu của các máy đọc khác');
  });

  test('--kind: of that kind alone', async () => {
    const { stdout } = await inside(school().folder, ['--kind', 'staff', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ count: 1, byHolder: { pupil: 0, staff: 1 }, inside: [{ label: 'Giáo viên 1' }] });
    expect((await inside(school().folder, ['--kind', 'ghost'])).code).toBe(2);
  });

  test('who came in before the night reset counts as out', async () => {
    const record = openRecord({
      clock: setClock(new Date(Date.now() - DAY_MS).toISOString()),
      exitAllAt: EXIT_ALL_AT,
    });
    record.scan(1, 'in');
    expect(JSON.parse((await inside(record.folder, ['--json'])).stdout)).toMatchObject({
      count: 0,
      newestEventAgeSeconds: anyNumber(),
    });
    record.clock.advance(DAY_MS - 60_000);
    record.scan(2, 'in');
    expect(JSON.parse((await inside(record.folder, ['--json'])).stdout)).toMatchObject({ count: 1 });
  });

  test('an empty journal says so; a missing one is exit 1', async () => {
    const record = openRecord();
    expect((await inside(record.folder)).stdout).toContain('The journal holds no event.');
    const { code, stderr } = await inside(dataFolder());
    expect(code).toBe(1);
    expect(stderr).toContain('There is no journal');
  });

  test('a label is never obeyed by a terminal', async () => {
    const record = openRecord({ clock: setClock(new Date().toISOString()), exitAllAt: EXIT_ALL_AT });
    record.scan(1, 'in', entry({ label: 'x\u001b[2J\ny' }));
    const { stdout } = await inside(record.folder);
    expect(stdout).toContain('x\\u{1b}[2J\\u{a}y');
  });
});
