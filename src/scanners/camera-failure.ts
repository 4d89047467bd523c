// What is told when a camera delivers nothing: what was found, and what to do about it.

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';

import type { Complaint, Ending } from './camera-child.ts';
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

/** What ffmpeg complains of (versions 5.1 to 7.1), and what is to be done about it. Its last line alone often says nothing. */
const CAUSES: readonly (readonly [words: RegExp, message: (path: string, format: string) => string])[] = [
  [
    /Cannot find a proper format/,
    (path, format) =>
      `the camera ${path} does not send ${format}: set inputFormat to ${format === 'mjpeg' ? 'yuyv422' : 'mjpeg'} or auto (v4l2-ctl -d ${path} --list-formats shows what it sends)`,
  ],
  [
    /Not a video capture device/,
    (path) =>
      `${path} delivers no pictures: a camera may have several devices, take another of its (v4l2-ctl --list-devices shows them)`,
  ],
  [
    /Device or resource busy/,
    (path) => `the camera ${path} is in use by another program: end that one (fuser -v ${path} shows it)`,
  ],
  [/No such device/, (path) => `the camera ${path} was unplugged: plug it in again, it is started again by itself`],
  [/Unrecognized option 'fps_mode'/, () => 'ffmpeg is older than 5.1 here: install a newer one'],
];

/** The message of a run that ended; undefined where it was meant to. */
export function failureMessage(ending: Ending, options: CameraOptions, program: string): string | undefined {
  const { source, path } = options;
  const camera = source === 'v4l2' ? `the camera ${path}` : source === 'rpicam' ? 'the CSI camera' : 'the camera program';
  const said = (complaint: Complaint) =>
    complaint.length === 0 ? '' : `; ${program} said: ${complaint.at(-1)?.replace(/^\[.*? @ 0x[\da-f]+\] /, '')}`;
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
      return (
        knownCause(ending.complaint, options) ??
        `${program} for ${camera} ended (${ending.status}); it is started again by itself${said(ending.complaint)}`
      );
  }
}

function knownCause(complaint: Complaint, { source, path, inputFormat = 'mjpeg' }: CameraOptions): string | undefined {
  if (source !== 'v4l2' || path === undefined) return undefined;
  const cause = CAUSES.find(([words]) => complaint.some((line) => words.test(line)));
  return cause?.[1](path, inputFormat);
}
