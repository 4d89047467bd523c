// What a camera scanner is told: where its frames come from, their size, and who decodes them. Types alone.

import type { LaneDirection } from '../admission/ports.ts';

/** A part of the frame, in pixels from its upper left corner. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FrameSize {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export type DecoderName = 'zxing' | 'jsqr';

export interface CameraOptions extends FrameSize {
  readonly id: string;
  readonly direction: LaneDirection;
  /** v4l2: a USB camera through ffmpeg; rpicam: a CSI camera; command: any program that writes raw grey frames. */
  readonly source: 'v4l2' | 'rpicam' | 'command';
  /** v4l2: the device file. */
  readonly path?: string;
  /** v4l2: what the camera is asked to send; `auto` leaves it to ffmpeg. */
  readonly inputFormat?: 'mjpeg' | 'yuyv422' | 'auto';
  /** command: the program and its words. It writes width x height bytes a frame to its standard output. */
  readonly command?: readonly string[];
  /** Frames a second that the camera is asked for. */
  readonly fps: number;
  readonly decoder: DecoderName;
  /** Only this part is looked at. */
  readonly region?: Region;
}
