// `journal tail`: the newest events in words or as bytes, and those to come.

import { describe, expect, test } from 'vitest';
import { eventually } from '../../fakes/eventually.ts';
import { rewrite } from '../../fakes/record.ts';
import { bytesOf, morning } from './morning.ts';
import { runProgram, startProgram } from '../program.ts';

describe('journal tail', () => {
  test('shows each event as a line in words', async () => {
    const { folder } = morning();
    const { code, stdout, stderr } = await runProgram(['journal', 'tail', '--data', folder]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      '2026-11-21 06:45:00       1  · started, version 0.0.0',
      '2026-11-21 06:45:01       2  ✓ IN, written down, please pass · citizen ID card ******000001 · [main]',
      '2026-11-21 06:45:02       3  ✓ IN, written down, please pass · citizen ID card ******000002 · [main]',
      '2026-11-21 06:45:03       4  ✓ IN, written down, please pass · citizen ID card ******000003 · [main]',
      '2026-11-21 06:45:03       5  · scanner:main lost: rút "cáp"',
      '2026-11-21 06:45:03       6  ✗ STOP, code not recognised, try again · no code known here · [main]',
      '2026-11-21 06:45:03       7  · sealed 1 to 6',
      '',
    ]);
  });

  test('in Vietnamese for who works in Vietnamese', async () => {
    const { stdout } = await runProgram(['journal', 'tail', '-n', '1', '--data', morning().folder], {
      environment: { LANG: 'vi_VN.UTF-8' },
    });
    expect(stdout).toContain('niêm phong từ 1 đến 6');
  });

  test('the newest COUNT; with --json their bytes exactly as stored', async () => {
    const record = morning();
    const { stdout } = await runProgram(['journal', 'tail', '-n', '3', '--json', '--data', record.folder]);
    expect(stdout).toBe(bytesOf(record).split('\n').slice(4).join('\n'));
  });

  test('shows control characters of a tampered label instead of obeying them', async () => {
    const record = morning();
    rewrite(record.file, 2, (text) => text.replace('******000001', '\\u001b[2J\\u202e'));
    const { stdout } = await runProgram(['journal', 'tail', '--data', record.folder]);
    expect(stdout).toContain('\\u{1b}[2J\\u{202e}');
    expect(stdout).not.toContain('\u001b');
  });

  test('a row that is no event is a line that says so', async () => {
    const record = morning();
    rewrite(record.file, 3, () => 'x');
    const { code, stdout } = await runProgram(['journal', 'tail', '--data', record.folder]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ 3 {2}✗ not an event/);
  });

  test('--follow shows what comes, in a new epoch too, and ends quietly with SIGINT', async () => {
    const record = morning();
    const tail = startProgram(['journal', 'tail', '-n', '1', '--follow', '--json', '--data', record.folder]);
    await eventually('the first line', () => tail.said('stdout').includes('gate.seal.v1'));
    record.scan(4);
    await eventually('the new scan', () => tail.said('stdout').includes('******000004'));
    record.journal.replace('page 7 is wrong');
    record.scan(5);
    await eventually('the scan of the new epoch', () => tail.said('stdout').includes('******000005'));
    tail.child.kill('SIGINT');
    const { code, stdout, stderr } = await tail.ended;
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(4);
    expect(stderr).toBe(`A new journal has begun: ${record.journal.epoch}\n`);
  });
});
