// `doctor` on serial ports that are there, are not, or are a daemon's.

import { execFileSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockData } from '../../../src/journal/lock.ts';
import { containing, matching } from '../../fakes/like.ts';
import { openPty } from '../../fakes/pty.ts';
import { dataFolder } from '../../fakes/record.ts';
import { only } from './examine.ts';

const serial = (path: string): object => ({ scanners: [{ id: 'main', kind: 'serial', path }] });

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
});
