// `gate-reader camera test`: looks through the configured camera for some seconds and says what an installer has to do. Records
// nothing, keeps no picture, and never says what is in a code.

import { setTimeout as delay } from 'node:timers/promises';

import { Command, InvalidArgumentError } from 'commander';

import { cameraScanner } from '../scanners/camera.ts';
import type { Words } from '../system/wording.ts';
import { type Judgement, judge, type Measured } from './camera/judgement.ts';
import { EXIT } from './exit.ts';
import { print } from './output.ts';
import { type SettingFlags, settingOf, tell } from './setting.ts';

const EXAMPLES = `
Examples:
  gate-reader camera test --config gate-reader.yaml
  gate-reader camera test --config gate-reader.yaml --id cam --seconds 30 --json

Hold a code in front of the camera meanwhile, where people will hold theirs. Stop the daemon first: a camera has one reader.
Exit code 1 where no picture came, or something has to be done.`;

interface TestFlags extends Pick<SettingFlags, 'config'> {
  readonly id?: string;
  readonly seconds: number;
  readonly json?: boolean;
}

const SECONDS_MAX = 3_600;

function secondsOf(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= SECONDS_MAX)) throw new InvalidArgumentError(`Wanted seconds, 1 to ${SECONDS_MAX}.`);
  return value;
}

/** The `camera` command. Exit 0; 1 where something has to be done; 2 usage, 78 bad configuration. */
export function cameraCommand(): Command {
  const command = new Command('camera').description('try the camera').addHelpText('after', EXAMPLES);
  command
    .command('test')
    .description('frames a second, age, brightness, sharpness: is the camera well placed?')
    .option('--config <file>', 'the configuration')
    .option('--id <scanner>', 'which camera, where there are several')
    .option('--seconds <n>', 'how long to look', secondsOf, 10)
    .option('--json', 'the figures as JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(test);
  return command;
}

async function test(flags: TestFlags): Promise<void> {
  const setting = settingOf(flags);
  if (!setting) return;
  const { configuration, say } = setting;
  const cameras = configuration.scanners.filter((scanner) => scanner.kind === 'camera');
  const camera = cameras.find(({ id }) => flags.id === undefined || id === flags.id);
  if (!camera) {
    tell(say('camera.none', { ids: cameras.map(({ id }) => id).join(', ') || '-' }));
    process.exitCode = EXIT.failed;
    return;
  }
  if (process.stderr.isTTY) tell(say('camera.looking', { id: camera.id, seconds: flags.seconds }));
  const { measured, fault } = await look(camera, flags.seconds);
  const judgement = judge(measured);
  if (fault !== undefined) tell(fault);
  if (judgement.hints.length > 0) process.exitCode = EXIT.failed;
  if (flags.json) await print(`${JSON.stringify({ id: camera.id, fps: camera.fps, ...judgement })}\n`);
  else await print(`${linesOf(judgement, camera.fps, say).join('\n')}\n`);
}

/** Looks for the time, counted from the first frame or the first failure. */
async function look(
  camera: Parameters<typeof cameraScanner>[0],
  seconds: number,
): Promise<{ measured: Measured; fault: string | undefined }> {
  const looks: Measured['looks'][number][] = [];
  const now = () => ({ wallMs: Date.now(), monotonicMs: performance.now() });
  let fault: string | undefined;
  let frames = 0;
  const abort = new AbortController();
  const scanner = cameraScanner(camera, {
    clock: { read: now },
    report: (_part, message) => void (fault = message ?? fault),
    arrived: () => void (frames += 1),
    looked: (looked) => void looks.push({ ...looked, ageMs: now().monotonicMs - looked.monotonicMs }),
  });
  const until = async () => {
    await scanner.opened;
    await delay(seconds * 1000);
    abort.abort();
  };
  const reading = async () => {
    for await (const scan of scanner.scans(abort.signal)) void scan;
  };
  await Promise.all([reading(), until()]);
  const { width, height } = camera.region ?? camera;
  return { measured: { seconds, fps: camera.fps, width, height, frames, looks }, fault };
}

function linesOf(judgement: Judgement, fps: number, say: Words): string[] {
  const { framesPerSecond, ageMs, decodeMs, brightness, sharpness, frames, framesWithCode, hints } = judgement;
  const whole = (value: number) => Math.round(value);
  const spread = ({ p50, p95 }: Judgement['ageMs']) => ({ p50: whole(p50), p95: whole(p95) });
  const figures =
    frames === 0
      ? []
      : [
          say('camera.rate', { rate: framesPerSecond.toFixed(1), fps }),
          say('camera.age', spread(ageMs)),
          say('camera.decode', spread(decodeMs)),
          say('camera.picture', { brightness: whole((brightness / 255) * 100), sharpness: whole(sharpness * 100) }),
          say('camera.codes', { read: framesWithCode, frames }),
        ];
  const advice = hints.map((hint) => `- ${say(`camera.hint.${hint}`)}`);
  return [...figures, ...(advice.length > 0 ? advice : [say('camera.good')])];
}
