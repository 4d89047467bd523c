// What is told of a camera that ended, from the very words that ffmpeg 5.1 said on real V4L2 devices.

import { describe, expect, test } from 'vitest';

import { failureMessage } from '../../src/scanners/camera-failure.ts';
import type { CameraOptions } from '../../src/scanners/camera-options.ts';

const V4L2: CameraOptions = {
  id: 'cam',
  direction: 'in',
  source: 'v4l2',
  path: '/dev/video7',
  width: 640,
  height: 480,
  fps: 15,
  decoder: 'zxing',
};
const DEMUXER = '[video4linux2,v4l2 @ 0x55a05b3e2a40]';

function told(complaint: readonly string[], options: Partial<CameraOptions> = {}): string | undefined {
  return failureMessage({ code: 'ended', status: 'exit code 1', complaint }, { ...V4L2, ...options }, 'ffmpeg');
}

describe('failureMessage', () => {
  const noFormat = [
    `${DEMUXER} Cannot find a proper format for codec 'mjpeg' (id 7), pixel format 'none' (id -1)`,
    '/dev/video7: Invalid argument',
  ];

  test.each<[string, readonly string[], Partial<CameraOptions>, RegExp]>([
    ['has no mjpeg', noFormat, {}, /does not send mjpeg: set inputFormat to yuyv422 or auto/],
    ['has no yuyv422', noFormat, { inputFormat: 'yuyv422' }, /does not send yuyv422: set inputFormat to mjpeg or auto/],
    [
      'is the device of no pictures',
      [`${DEMUXER} Not a video capture device.`, '/dev/video7: No such device'],
      {},
      /^\/dev\/video7 delivers no pictures: .*v4l2-ctl --list-devices/,
    ],
    ['is in use', ['/dev/video7: Device or resource busy'], {}, /in use by another program: .*fuser -v \/dev\/video7/],
    [
      'was unplugged',
      [`${DEMUXER} ioctl(VIDIOC_DQBUF): No such device`, '/dev/video7: No such device'],
      {},
      /was unplugged: plug it in again/,
    ],
    ['is read by an old ffmpeg', ["Unrecognized option 'fps_mode'.", 'Option not found'], {}, /older than 5\.1/],
  ])('of a camera that %s says what to do', (_situation, complaint, options, message) => {
    expect(told(complaint, options)).toMatch(message);
  });

  test('of anything else gives the last words, without the address of a demuxer', () => {
    expect(told(['first', `${DEMUXER} something new`])).toBe(
      'ffmpeg for the camera /dev/video7 ended (exit code 1); it is started again by itself; ffmpeg said: something new',
    );
  });

  test("reads no ffmpeg into another program's words", () => {
    expect(told(['/dev/video7: Device or resource busy'], { source: 'command' })).toMatch(/the camera program ended/);
  });
});
