// `gate-reader config` as a process: what it prints where, and how it exits.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema } from '../../src/config/json-schema.ts';
import { folder, SMALL } from './folder.ts';

const PROGRAM =
  "import { configCommand } from './src/commands/config.ts'; await configCommand().parseAsync(process.argv.slice(1), { from: 'user' });";

function config(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM, '--', ...args], {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...environment },
  });
}

describe('config check', () => {
  test('says a good file good on standard output and exits 0', () => {
    const file = join(folder({ 'gate.yaml': SMALL }), 'gate.yaml');
    expect(config(['check', file])).toMatchObject({
      status: 0,
      stdout: `${file}: good (site s, reader r, gate r)\n`,
      stderr: '',
    });
  });

  test('prints a fault a line and a summary on standard error and exits 78', () => {
    const file = join(folder({ 'gate.yaml': `${SMALL}foo: 1\ngate: A\n` }), 'gate.yaml');
    const { status, stdout, stderr } = config(['check', file], { GATE_READER__LANGUAGE: 'fr' });
    expect([status, stdout]).toEqual([78, '']);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^\/.*gate\.yaml:4:1: foo: is not a known key/),
      `${file}:5:7: gate: found "A", wanted 1 to 40 characters of a-z, 0-9 and -`,
      'GATE_READER__LANGUAGE:1:1: language: found "fr", wanted one of: vi, en',
      `${file}: 3 fault(s); gate-reader does not start with this configuration`,
      '',
    ]);
  });
});

describe('config show', () => {
  test('prints YAML that is itself a good configuration, user names hidden, with its sources', () => {
    const variables = { GATE_READER__UPLINK__USERNAME: 'token-1', GATE_READER__SCANNERS__0__DIRECTION: 'in' };
    const { status, stdout } = config(['show'], variables);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^# embedded default\n# GATE_READER__UPLINK__USERNAME\n# GATE_READER__SCANNERS__0__DIRECTION\nsite: demo\n/,
    );
    expect(stdout).not.toContain('token-1');
    expect(parse(stdout)).toMatchObject({
      gate: 'demo',
      scanners: [{ direction: 'in' }],
      uplink: { username: '***' },
      console: 'off',
    });
    const file = join(folder({ 'shown.yaml': stdout }), 'shown.yaml');
    expect(config(['check', file]).status).toBe(0);
  });

  test('prints the same as JSON', () => {
    const file = join(folder({ 'gate.yaml': SMALL }), 'gate.yaml');
    const [json, yaml] = [config(['show', '--config', file, '--json']), config(['show', '--config', file])];
    expect(JSON.parse(json.stdout)).toEqual(parse(yaml.stdout));
  });

  test('exits 78 where there is nothing to show', () => {
    const { status, stdout, stderr } = config(['show', '--config', '/nonexistent/gate.yaml'], { LANG: 'vi_VN.UTF-8' });
    expect([status, stdout]).toEqual([78, '']);
    expect(stderr).toMatch(/^\/nonexistent\/gate\.yaml:1:1: file: không có tệp này/);
  });
});

test('config schema prints the JSON Schema', () => {
  expect(config(['schema'])).toMatchObject({ status: 0, stdout: jsonSchema(), stderr: '' });
});

test.each([['check'], ['show'], ['schema']])('config %s --help has an example', (name) => {
  expect(config([name, '--help']).stdout).toMatch(new RegExp(`Examples?:\\n  gate-reader config ${name}`));
});
