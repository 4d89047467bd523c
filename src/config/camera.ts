// The configuration of a camera: its schema, and what goes together with its source.

import * as z from 'zod';
import type { Finding } from './finding.ts';
import { isMap, type Path } from './path.ts';

/** What every scanner has, by the one list of scanners. */
interface Shared<Id extends z.ZodType, Way extends z.ZodType, Device extends z.ZodType> {
  readonly id: Id;
  readonly way: Way;
  readonly devicePath: Device;
}

const size = (least: number, most: number) => z.int().min(least).max(most);

/** rpicam-vid pads its rows to this many pixels. */
const RPICAM_WIDTH_STEP = 64;
const WIDTH = 1280;
const HEIGHT = 720;

export function camera<Id extends z.ZodType, Way extends z.ZodType, Device extends z.ZodType>({
  id,
  way,
  devicePath,
}: Shared<Id, Way, Device>) {
  return z
    .strictObject({
      id,
      kind: z.literal('camera').describe('A camera that reads codes held before it; no picture is kept'),
      source: z
        .enum(['v4l2', 'rpicam', 'command'])
        .describe('v4l2: a USB camera, through ffmpeg; rpicam: a CSI camera, through rpicam-vid; command: a program of your own'),
      path: z.exactOptional(devicePath).describe('source v4l2: the device, best a name under /dev/v4l/by-id'),
      inputFormat: z
        .exactOptional(z.enum(['mjpeg', 'yuyv422', 'auto']))
        .describe('source v4l2: what the camera is asked to send: mjpeg (the default), yuyv422, or auto'),
      command: z
        .exactOptional(z.array(z.string().min(1)).min(1))
        .describe(
          'source command: the program and its words; it writes raw grey frames of width x height bytes to its standard output',
        ),
      width: size(64, 3840).default(WIDTH).describe('Pixels, 64-3840; source rpicam: a multiple of 64'),
      height: size(64, 2160).default(HEIGHT).describe('Pixels, 64-2160'),
      fps: size(1, 60).default(15).describe('Frames a second, 1-60'),
      decoder: z.enum(['zxing', 'jsqr']).default('zxing').describe('zxing reads far more; jsqr is pure JavaScript'),
      region: z
        .exactOptional(
          z.strictObject({
            x: size(0, 3839).describe('Left edge, pixels'),
            y: size(0, 2159).describe('Upper edge, pixels'),
            width: size(32, 3840).describe('Pixels, 32-3840'),
            height: size(32, 2160).describe('Pixels, 32-2160'),
          }),
        )
        .describe('The part of the picture that is looked at; absent: all of it'),
      direction: way,
    })
    .meta({ title: 'Camera' });
}

const NEEDED: Readonly<Record<string, string>> = { v4l2: 'path', command: 'command' };

/** What does not go together in one scanner's raw values, at `path`. */
export function cameraRules(scanner: Readonly<Record<string, unknown>>, path: Path): Finding[] {
  if (scanner['kind'] !== 'camera') return [];
  const { source, region, width = WIDTH, height = HEIGHT } = scanner;
  const findings: Finding[] = [];
  for (const [owner, key] of Object.entries(NEEDED)) {
    const params = { key, source: String(source) };
    if (source === owner && scanner[key] === undefined) {
      findings.push({ path: [...path, 'source'], code: 'config.fault.camera-needs', params });
    }
    if (source !== owner && scanner[key] !== undefined && typeof source === 'string') {
      findings.push({ path: [...path, key], code: 'config.fault.camera-idle', params });
    }
  }
  if (source === 'rpicam' && typeof width === 'number' && width % RPICAM_WIDTH_STEP !== 0) {
    const params = { found: width, step: RPICAM_WIDTH_STEP };
    findings.push({
      path: [...path, scanner['width'] === undefined ? 'source' : 'width'],
      code: 'config.fault.camera-width',
      params,
    });
  }
  if (isMap(region) && typeof width === 'number' && typeof height === 'number') {
    const outside = edge(region['x'], region['width']) > width || edge(region['y'], region['height']) > height;
    const params = { width, height };
    if (outside) findings.push({ path: [...path, 'region'], code: 'config.fault.camera-region', params });
  }
  return findings;
}

/** The far edge; 0 where the values are no numbers, which is told elsewhere. */
function edge(start: unknown, length: unknown): number {
  return typeof start === 'number' && typeof length === 'number' ? start + length : 0;
}
