// USB cameras that are no hardware: v4l2loopback, and ffmpeg writing to it what a real one would send. A test holds codes in front of
// them. Unplugging takes the driver away, and the devices with it.

import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { eventually } from '../fakes/eventually.ts';
import { frameWith } from '../scanners/camera-picture-of-codes.ts';
import { WAIT_MS } from './kiosk.ts';

/** Small and slow: an emulated processor encodes, decodes and looks at each picture. */
export const SIZE = { width: 320, height: 240 };
export const FPS = 4;

/** ffmpeg's words for what a camera sends. */
const FORMATS = {
  mjpeg: ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj422p'],
  yuyv422: ['-c:v', 'rawvideo', '-pix_fmt', 'yuyv422'],
};

export interface LoopbackCamera {
  readonly device: string;
  /** Holds a code in front of the camera, or nothing. */
  show(code: string | undefined): void;
  /** The driver stays, the pictures end: a camera that hangs. */
  hang(): Promise<void>;
}

/** Loads the driver with the devices /dev/videoN of these numbers. */
export async function plugLoopback(numbers: readonly number[]): Promise<void> {
  const settings = [`devices=${numbers.length}`, `video_nr=${numbers.join(',')}`];
  // A camera delivers, and nothing else: the device is one once there is something to see.
  const exclusive = `exclusive_caps=${numbers.map(() => 1).join(',')}`;
  execFileSync('modprobe', ['v4l2loopback', ...settings, exclusive]);
  await eventually('the cameras', () => numbers.every((number) => existsSync(`/dev/video${number}`)), { deadlineMs: WAIT_MS });
}

/** Takes the driver away as soon as nobody has its devices open. */
export async function unplugLoopback(): Promise<void> {
  const unloaded = (): boolean => {
    try {
      execFileSync('rmmod', ['v4l2loopback'], { stdio: ['ignore', 'pipe', 'pipe'] });
      return true;
    } catch {
      return false;
    }
  };
  await eventually('v4l2loopback unloaded', unloaded, { deadlineMs: WAIT_MS });
}

/** Starts to send pictures. */
export function switchOn(number: number, format: keyof typeof FORMATS): LoopbackCamera {
  const device = `/dev/video${number}`;
  const size = `${SIZE.width}x${SIZE.height}`;
  const input = ['-f', 'rawvideo', '-pixel_format', 'gray', '-video_size', size, '-framerate', String(FPS), '-i', '-'];
  const words = ['-nostdin', '-loglevel', 'error', '-probesize', '32', ...input, ...FORMATS[format]];
  const ffmpeg = spawn('ffmpeg', [...words, '-fps_mode', 'passthrough', '-f', 'v4l2', device], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let picture = frameWith(SIZE, []);
  const timer = setInterval(() => send(ffmpeg, picture), 1000 / FPS);
  timer.unref();
  return {
    device,
    show(code) {
      picture = frameWith(SIZE, code === undefined ? [] : [{ text: code, x: 50, y: 10, scale: 4 }]);
    },
    async hang() {
      clearInterval(timer);
      const gone = new Promise((resolve) => ffmpeg.once('close', resolve));
      ffmpeg.kill('SIGKILL');
      await gone;
    },
  };
}

/** A picture that the writer has no time for falls away, as in a camera. */
function send(ffmpeg: ChildProcessByStdio<Writable, null, Readable>, picture: Uint8Array): void {
  if (ffmpeg.exitCode === null && ffmpeg.signalCode === null && ffmpeg.stdin.writableLength === 0) ffmpeg.stdin.write(picture);
}
