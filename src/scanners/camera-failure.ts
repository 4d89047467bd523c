// What is told when a camera delivers nothing: what was found, and what to do about it.

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';

import type { Ending } from './camera-child.ts';
import type { CameraOptions } from './camera-options.ts';

const INSTALL = { v4l2: 'apt install ffmpeg', rpicam: 'apt install rpicam-apps', command: "correct the scanner's command" };

/** A V4L2 device that cannot be opened, said before a program is started for it; undefined where it can, or for other sources. */
export async function deviceFault({ source, path }: CameraOptions): Promise<string | undefined> {
  if (source !== 'v4l2' || path === undefined) return undefined;
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EACCES')
      return `${path} is not there: plug the camera in, or correct its path (v4l2-ctl --list-devices shows them)`;
    return `no permission to open ${path}: add the daemon's user to group video: sudo usermod -aG video USER, then restart`;
  }
}

/** The message of a run that ended; undefined where it was meant to. */
export function failureMessage(ending: Ending, { source, path }: CameraOptions, program: string): string | undefined {
  const camera = source === 'v4l2' ? `the camera ${path}` : source === 'rpicam' ? 'the CSI camera' : 'the camera program';
  const said = (complaint: string) => (complaint === '' ? '' : `; ${program} said: ${complaint}`);
  switch (ending.code) {
    case 'aborted':
      return undefined;
    case 'not-started':
      return ending.error === 'ENOENT'
        ? `${program} is not installed, but ${camera} needs it: ${INSTALL[source]}`
        : `${program} could not be started (${ending.error}): ${INSTALL[source]}`;
    case 'stalled':
      return `${camera} stopped sending pictures; it is started again by itself - if this stays, check its cable and power${said(ending.complaint)}`;
    case 'ended':
      return `${program} for ${camera} ended (${ending.status}); it is started again by itself${said(ending.complaint)}`;
  }
}
