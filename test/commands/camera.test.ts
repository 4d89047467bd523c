// `gate-reader camera test` and doctor's look at a camera, on a program that sends pictures.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import { judge } from '../../src/commands/camera/judgement.ts';
import { dataFolder } from '../fakes/record.ts';
import { runProgram } from './program.ts';

const PROGRAM = fileURLToPath(new URL('../scanners/camera-program.child.ts', import.meta.url));

/** A configuration with a camera that shows `text`, or nothing. */
function configured({
  text,
  language = 'en',
  program = process.execPath,
}: {
  text?: string;
  language?: string;
  program?: string;
}) {
  const folder = dataFolder();
  const size = { width: 320, height: 240 };
  const scenes = [{ codes: text === undefined ? [] : [{ text, x: 40, y: 20, scale: 5 }] }];
  const script = JSON.stringify({ ...size, fps: 15, starts: join(folder, 'starts'), runs: [{ scenes }] });
  const scanner = { id: 'cam', kind: 'camera', source: 'command', command: [program, PROGRAM, script], ...size };
  const file = join(folder, 'gate.json');
  writeFileSync(file, JSON.stringify({ site: 's', reader: 'r', language, scanners: [scanner] }));
  return file;
}

describe('camera test', () => {
  test('says that a camera is well placed, with its figures, and never what the code says', async () => {
    const text = '001099000001||Nguyễn Thị Ánh';
    const { code, stdout, stderr } = await runProgram(['camera', 'test', '--config', configured({ text }), '--seconds', '2']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^[0-9.]+ pictures a second, 15 asked for$/m);
    expect(stdout).toContain('the camera is well placed');
    expect(stdout).not.toContain('001099000001');
    expect(code).toBe(0);
  });

  test('gives the figures as JSON, and exit code 1 where something is to be done', async () => {
    const words = ['camera', 'test', '--config', configured({}), '--seconds', '1', '--json', '--id', 'cam'];
    const { code, stdout } = await runProgram(words);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'cam', fps: 15, hints: ['flat', 'no-code'], framesWithCode: 0 });
    expect(code).toBe(1);
  });

  test('says in Vietnamese what keeps a program from starting', async () => {
    const file = configured({ language: 'vi', program: '/nonexistent/program' });
    const { code, stdout, stderr } = await runProgram(['camera', 'test', '--config', file, '--seconds', '1']);
    expect(stderr).toContain('/nonexistent/program is not installed');
    expect(stdout).toContain('không có hình');
    expect(code).toBe(1);
  });

  test('names the cameras there are', async () => {
    const { code, stderr } = await runProgram(['camera', 'test', '--config', configured({}), '--id', 'other']);
    expect(stderr).toBe('the configuration has no such camera; cameras there are: cam\n');
    expect(code).toBe(1);
  });
});

describe('doctor', () => {
  test.each([
    [process.execPath, 'ok'],
    ['/nonexistent/program', 'failure'],
  ])('looks for the program of a camera: %s', async (program, status) => {
    const file = configured({ program });
    const { stdout } = await runProgram(['doctor', '--config', file, '--data', dataFolder(), '--json']);
    expect(stdout).toContain('scanner:cam');
    const checks = JSON.parse(stdout) as { check: string; status: string }[];
    expect(checks.find(({ check }) => check === 'scanner:cam')?.status).toBe(status);
  });
});

describe('judge', () => {
  const picture = { brightness: 110, burnt: 0, contrast: 160, sharpness: 0.6 };
  const looked = (changes: Partial<typeof picture>, area: number) => ({
    wallMs: 0,
    monotonicMs: 0,
    decodeMs: 5,
    ageMs: 8,
    codes: area === 0 ? [] : [{ bytes: new Uint8Array(1), area }],
    picture: { ...picture, ...changes },
  });

  test.each([
    ['nothing', {}, 10_000, []],
    ['the light', { brightness: 20 }, 10_000, ['dark']],
    ['a lamp behind', { burnt: 0.5 }, 10_000, ['burnt']],
    ['the focus', { sharpness: 0.1 }, 0, ['blurred', 'no-code']],
    ['a code too near', {}, 30_000, ['too-near']],
    ['a code too far', {}, 500, ['too-far']],
  ] as const)('finds %s', (_what, changes, area, hints) => {
    const looks = Array.from({ length: 15 }, () => looked(changes, area));
    expect(judge({ seconds: 1, fps: 15, width: 400, height: 250, frames: 15, looks }).hints).toEqual(hints);
  });
});
