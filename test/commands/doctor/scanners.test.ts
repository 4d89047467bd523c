// `doctor` on serial ports that are there, are not, or are a daemon's.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockData } from '../../../src/journal/lock.ts';
import { containing, matching } from '../../fakes/like.ts';
import { openPty } from '../../fakes/pty.ts';
import { dataFolder } from '../../fakes/record.ts';
import { only } from './examine.ts';

const serial = (path: string) => ({ scanners: [{ id: 'main', kind: 'serial', path }] });

describe('doctor, scanners', () => {
  test('a port that opens', async () => {
    const pty = openPty();
    onTestFinished(() => pty.close());
    expect(await only('scanner:main', serial(pty.path))).toMatchObject({ status: 'ok', found: `${pty.path} opens` });
  });

  test('a port that is not there, and one that is none', async () => {
    const absent = await only('scanner:main', serial('/dev/ttyACM99'));
    expect(absent).toMatchObject({
      status: 'failure',
      found: '/dev/ttyACM99 is not there',
      cure: matching(/Ports there are|sees no serial port/),
    });
    expect(await only('scanner:main', serial('/dev/null/x'))).toMatchObject({ status: 'failure' });
    expect(await only('scanner:main', serial(import.meta.filename))).toMatchObject({
      status: 'failure',
      found: containing('is no serial port'),
    });
  });

  test('a port that a running daemon reads is not opened: that would set it up anew', async () => {
    const data = dataFolder();
    const locked = lockData(data);
    onTestFinished(() => ('lock' in locked ? locked.lock.release() : undefined));
    const pty = openPty({ raw: false });
    onTestFinished(() => pty.close());
    const settings = () => execFileSync('stty', ['-a', '-F', pty.path], { encoding: 'utf8' });
    const before = settings();
    expect(await only('scanner:main', serial(pty.path), data)).toMatchObject({
      status: 'ok',
      found: containing("running daemon's"),
    });
    expect(settings()).toBe(before);
    expect(await only('scanner:main', serial('/dev/ttyACM99'), data)).toMatchObject({ status: 'failure' });
  });

  test('two scanners whose paths lead to one port', async () => {
    const pty = openPty();
    onTestFinished(() => pty.close());
    const link = join(dataFolder(), 'usb-scanner');
    symlinkSync(pty.path, link);
    const both = { scanners: [...serial(pty.path).scanners, { id: 'desk', kind: 'serial', path: link }] };
    expect(await only('scanner:main', both)).toMatchObject({
      status: 'failure',
      found: containing('which scanner desk reads as well'),
    });
    expect(await only('scanner:desk', both)).toMatchObject({
      found: `${link} is ${pty.path}, which scanner main reads as well`,
      cure: containing('/dev/serial/by-path'),
    });
  });

  test('a port that ModemManager may write to', async () => {
    const pty = openPty();
    const program = join(dataFolder(), 'ModemManager');
    copyFileSync('/bin/sleep', program);
    chmodSync(program, 0o755);
    const manager = spawn(program, ['60'], { stdio: 'ignore' });
    onTestFinished(async () => {
      manager.kill();
      await once(manager, 'exit');
      pty.close();
    });
    await once(manager, 'spawn');
    expect(await only('scanner:main', serial(pty.path))).toMatchObject({
      status: 'warning',
      cure: containing('60-gate-reader.rules'),
    });
  });
});
