// The log as journald and a person meet it: from a process of its own, on standard error alone.

import { closeSync, openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/system/log.ts';
import { Child } from './child.ts';

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function collect(environment: NodeJS.ProcessEnv = {}): {
  readonly written: string[];
  readonly log: ReturnType<typeof createLog>;
} {
  const written: string[] = [];
  return { written, log: createLog({ level: 'info', environment, stream: { write: (line) => written.push(line) } }) };
}

describe('createLog in a process', () => {
  test('writes JSON lines to standard error and nothing to standard output', async () => {
    const { code, stdout, stderr } = await new Child('log.child.ts', []).ended;
    expect(code).toBe(0);
    expect(stdout).toBe('still here\n');
    const parsed = lines(stderr).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed.map(({ level, msg }) => [level, msg])).toEqual([
      ['debug', 'one'],
      ['info', 'two'],
      ['warn', 'three\nin two lines'],
      ['error', 'four'],
    ]);
    expect(parsed[1]).toMatchObject({ part: 'journal' });
    expect(parsed[1]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
    expect(parsed[3]).toMatchObject({ err: { type: 'Error', message: 'no room' } });
    expect(parsed[0]).not.toHaveProperty('hostname');
  });

  test('starts each line with the priority of its level when journald reads it', async () => {
    const { stderr } = await new Child('log.child.ts', [], { JOURNAL_STREAM: '8:4242' }).ended;
    expect(lines(stderr).map((line) => line.slice(0, 4))).toEqual(['<7>{', '<6>{', '<4>{', '<3>{']);
    expect(JSON.parse(lines(stderr)[2]?.slice(3) ?? '')).toMatchObject({ msg: 'three\nin two lines' });
  });

  test('goes on when nobody reads standard error any more', async () => {
    const child = new Child('log.child.ts', []);
    child.process.stderr?.destroy();
    expect(await child.ended).toMatchObject({ code: 0, stdout: 'still here\n' });
  });

  test('goes on when the disk under its standard error is full', async () => {
    const full = openSync('/dev/full', 'w');
    const child = new Child('log.child.ts', [], {}, full);
    closeSync(full);
    expect(await child.ended).toMatchObject({ code: 0, stdout: 'still here\n' });
  });
});

describe('createLog', () => {
  test('writes nothing below its level', () => {
    const { written, log } = collect();
    log.debug({}, 'too fine');
    expect(written).toEqual([]);
    log.info({}, 'fine');
    expect(written).toHaveLength(1);
  });

  test('censors fields that could say who passed, one level down too', () => {
    const { written, log } = collect();
    log.info({ label: 'secret-1', scan: { bytes: 'secret-2', text: 'secret-3' }, ref: 'secret-4', name: 'secret-5' }, 'slip');
    expect(written[0]).not.toContain('secret');
    expect(written[0]).toContain('[personal]');
  });
});
