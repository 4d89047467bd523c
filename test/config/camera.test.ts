// A camera's keys: what goes together with its source, and where a fault is told.

import { expect, test } from 'vitest';

import { cameraRules } from '../../src/config/camera.ts';

const camera = { id: 'cam', kind: 'camera' };
const region = { x: 100, y: 0, width: 300, height: 240 };

test.each([
  [{ source: 'v4l2', path: '/dev/video0' }, []],
  [{ source: 'command', command: ['x'], region: { ...region, x: 0 } }, []],
  [{ source: 'rpicam', width: 1280 }, []],
  [{ source: 'v4l2' }, ['source config.fault.camera-needs']],
  [{ source: 'command', path: '/dev/video0' }, ['path config.fault.camera-idle', 'source config.fault.camera-needs']],
  [{ source: 'rpicam', width: 1000 }, ['width config.fault.camera-width']],
  [{ source: 'v4l2', path: '/dev/video0', width: 320, height: 240, region }, ['region config.fault.camera-region']],
  [{ source: 5, region: 'all' }, []],
])('cameraRules of %j', (keys, faults) => {
  const found = cameraRules({ ...camera, ...keys }, ['scanners', 0]);
  expect(found.map(({ path, code }) => `${String(path.at(-1))} ${code}`)).toEqual(faults);
});

test('cameraRules leave other kinds alone', () => {
  expect(cameraRules({ id: 'a', kind: 'serial', path: '/dev/ttyACM0' }, [])).toEqual([]);
});
