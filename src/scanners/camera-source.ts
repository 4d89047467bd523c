// Which program delivers a camera's frames, with which words, and how many bytes a frame takes on its pipe. Pure.

import type { CameraOptions } from './camera-options.ts';

export interface FrameProgram {
  readonly program: string;
  readonly words: readonly string[];
  /** Bytes of one frame on the pipe; the first width x height of them are the grey pixels. */
  readonly frameBytes: number;
}

/** The program of a camera. */
export function frameProgram(options: CameraOptions): FrameProgram {
  const { source, width, height, fps } = options;
  const grey = width * height;
  switch (source) {
    case 'v4l2':
      return { program: 'ffmpeg', words: ffmpegWords(options), frameBytes: grey };
    case 'rpicam': {
      const size = ['--width', String(width), '--height', String(height), '--framerate', String(fps)];
      // YUV 4:2:0: the grey plane, then two colour planes of a quarter each.
      const words = ['--nopreview', '--timeout', '0', ...size, '--codec', 'yuv420', '--flush', '--output', '-'];
      return { program: 'rpicam-vid', words, frameBytes: grey + 2 * Math.ceil(width / 2) * Math.ceil(height / 2) };
    }
    case 'command': {
      const [program = '', ...words] = options.command ?? [];
      return { program, words, frameBytes: grey };
    }
  }
}

function ffmpegWords({ path = '', width, height, fps, inputFormat = 'mjpeg' }: CameraOptions): string[] {
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error'];
  const format = inputFormat === 'auto' ? [] : ['-input_format', inputFormat];
  const size = ['-video_size', `${width}x${height}`, '-framerate', String(fps)];
  // A camera without this size answers with its nearest: without scaling every frame after the first would be cut wrongly.
  const filter = ['-vf', `scale=${width}:${height},format=gray`];
  // Cameras send fewer than they promise when it gets dark; left alone, ffmpeg would make up for it with copies.
  const asTheyCome = ['-fps_mode', 'passthrough'];
  return [
    ...quiet,
    '-f',
    'v4l2',
    ...format,
    ...size,
    '-threads',
    '1',
    '-i',
    path,
    ...filter,
    ...asTheyCome,
    '-f',
    'rawvideo',
    '-',
  ];
}
