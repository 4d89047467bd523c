// A gate as it stands: a pseudo-terminal as the scanner's cable, the daemon, a centre that subscribes and sends receipts.

import { join } from 'node:path';
import { type Mosquitto, startMosquitto } from '../../test/fakes/mosquitto.ts';
import { cardOf } from '../../test/fakes/people.ts';
import { openPty, type Pty } from '../../test/fakes/pty.ts';
import { type Centre, startCentre } from './centre.ts';
import { type DaemonSetup, type RunningDaemon, SITE, startDaemonProcess } from './daemon.ts';

const FEEDBACK_MS = 10_000;

export interface Gate {
  readonly daemon: RunningDaemon;
  readonly centre: Centre;
  /** Reads the next card, one that was never read before; milliseconds from its first byte to its feedback's line. */
  readonly scan: () => Promise<number>;
  /** Reads a code, without the suffix; how long that took in milliseconds, and the feedback's line. */
  readonly read: (code: string) => Promise<{ readonly ms: number; readonly text: string }>;
  stop(): Promise<void>;
}

export interface GateSetup {
  /** Holds the data folder `data-{reader}`, which may be there already, and the configuration. */
  readonly folder: string;
  readonly reader: string;
  readonly broker: Mosquitto;
  /** The sequence number that `centre.reached` waits for. */
  readonly awaited?: number;
  readonly settings?: DaemonSetup['settings'];
  readonly scanners?: DaemonSetup['scanners'];
  readonly through?: DaemonSetup['through'];
  readonly signal: AbortSignal;
}

export const dataFolderOf = ({ folder, reader }: Pick<GateSetup, 'folder' | 'reader'>): string => join(folder, `data-${reader}`);

/** The centre is there before the daemon, so that nothing is refused for want of a subscriber. */
export async function openGate(setup: GateSetup): Promise<Gate> {
  const { reader, broker, awaited, settings, scanners, through, signal } = setup;
  const centre = await startCentre({
    port: broker.port,
    base: `gates/v1/${SITE}/${reader}`,
    receipts: true,
    signal,
    ...(awaited === undefined ? {} : { awaited }),
  });
  const pty = openPty();
  let daemon: RunningDaemon | undefined;
  const stop = async (): Promise<void> => {
    await daemon?.child.stop();
    pty.close();
    await centre.stop();
  };
  try {
    daemon = await startDaemonProcess({
      reader,
      dataFolder: dataFolderOf(setup),
      tty: pty.path,
      brokerPort: broker.port,
      ...(settings === undefined ? {} : { settings }),
      ...(scanners === undefined ? {} : { scanners }),
      ...(through === undefined ? {} : { through }),
      signal,
    });
    const cards = cardTexts();
    const { child } = daemon;
    return {
      daemon,
      centre,
      scan: async () => {
        const { ms, text } = await answerTime(pty, cards.next().value, child);
        if (!text.startsWith('granted recorded in cccd '))
          throw new Error(`the daemon answered ${JSON.stringify(text)}, wanted a grant`);
        return ms;
      },
      read: (code) => answerTime(pty, `${code}\r`, child),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Starts and stops a daemon once, so that none that is measured has to compile: the first start after a change of the program
 * loads Node's type stripper and keeps 20 MB for it.
 */
export async function warmUp(folder: string, signal: AbortSignal): Promise<void> {
  const broker = await startMosquitto();
  try {
    const gate = await openGate({ folder, reader: 'warm-up', broker, signal });
    await gate.scan();
    await gate.stop();
  } finally {
    await broker.kill();
  }
}

/** Milliseconds from writing `code` into the cable to the child's next line. */
export async function answerTime(pty: Pty, code: string, child: RunningDaemon['child']): Promise<{ ms: number; text: string }> {
  const answer = child.line(FEEDBACK_MS);
  const writtenMs = performance.now();
  const [{ atMs, text }] = await Promise.all([answer, pty.write(code)]);
  return { ms: atMs - writtenMs, text };
}

/** Cards as the scanner sends them, each one once. */
export function* cardTexts(): Generator<string, never> {
  for (let index = 1; ; index += 1) yield `${cardOf(index)}\r`;
}
