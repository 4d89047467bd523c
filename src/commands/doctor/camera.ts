// Checks of a camera: its device is there and may be opened, and the program that reads it is installed. Starts nothing, so a
// camera that the daemon is reading is not disturbed.

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

import type { ScannerConfiguration } from '../../config/schema.ts';
import { frameProgram } from '../../scanners/camera-source.ts';
import { failure, type Finding, ok } from './check.ts';
import type { Situation } from './situation.ts';

type CameraConfiguration = Extract<ScannerConfiguration, { kind: 'camera' }>;

export async function cameraScanner(scanner: CameraConfiguration, { say }: Pick<Situation, 'say'>): Promise<Finding> {
  const { program } = frameProgram(scanner);
  const { path, source } = scanner;
  if (path !== undefined) {
    const code = await accessCode(path, constants.R_OK | constants.W_OK);
    const fault = code === 'EACCES' ? 'no-permission' : 'absent';
    if (code !== undefined) return failure(say(`doctor.camera.${fault}`, { path }), say(`doctor.camera.${fault}.cure`));
  }
  if (!(await isInstalled(program))) {
    return failure(say('doctor.camera.no-program', { program }), say(`doctor.camera.no-program.${source}`));
  }
  return ok(say('doctor.camera.there', { device: path ?? source, program }));
}

async function accessCode(path: string, mode: number): Promise<string | undefined> {
  return await access(path, mode).then(
    () => undefined,
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown'),
  );
}

async function isInstalled(program: string): Promise<boolean> {
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  const files = folders.map((folder) => (isAbsolute(program) ? program : join(folder, program)));
  const codes = await Promise.all(files.map((file) => accessCode(file, constants.X_OK)));
  return codes.includes(undefined);
}
