// One reader with a broker and a centre of its own, scanned all the time: what the parts of an experiment make trouble for.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../test/fakes/eventually.ts';
import { type Mosquitto, type MosquittoOptions, startMosquitto } from '../../test/fakes/mosquitto.ts';
import type { Context, Figures } from './experiment.ts';
import { Broken } from './figures.ts';
import { type Inspector, inspector } from './inspector.ts';
import { Ledger } from './ledger.ts';
import { randomFrom } from './random.ts';
import { delivered, FaultedReader, SITE } from './reader.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';

export interface StageSetup {
  readonly name: string;
  readonly receipts: 'required' | 'none';
  /** Lines of mosquitto.conf. */
  readonly config?: readonly string[];
  /** The bytes of a small disk of the broker's own; `{disk}` in `config` stands for its folder. */
  readonly diskBytes?: number;
  /** The broker keeps what the centre misses while it is away. */
  readonly durable?: boolean;
  /** Acknowledgements take so long. */
  readonly slowMs?: number;
  /** Configuration keys of the reader. */
  readonly settings?: object;
  /** Silence after which what is missing does not come any more. */
  readonly quietMs?: number;
  readonly scanners?: number;
  /** Where the reader finds its broker, and a program that it is started through; absent: on loopback, directly. */
  readonly host?: string;
  readonly through?: readonly string[];
  /** The centre is there from the beginning, and answers each delivery. */
  readonly centre?: 'away' | 'silent';
}

const SCAN_EVERY_MS = 20;
/** The longest wait between connections is 30 s and between tries 10 s; a few rounds do not come near the first. */
const QUIET_MS = 20_000;
const CATCH_UP_MS = 180_000;
const OPEN = ['allow_anonymous true'];

export class Stage {
  readonly name: string;
  readonly random: () => number;
  readonly reader: FaultedReader;
  readonly ledger: Ledger;
  readonly between: Inspector;
  broker: Mosquitto;
  /** How many acknowledged events the broker could not give back, each time that it was looked at. */
  readonly forgotten: { readonly events: number; readonly why?: string }[] = [];
  readonly #disk: SmallDisk | undefined;
  #scanning = false;
  readonly #setup: StageSetup;
  #scans: Promise<void> = Promise.resolve();
  /** Why nobody scans any more. */
  #failure: Error | undefined;

  constructor(setup: StageSetup, { broker, between, disk }: Surroundings, { root, folder, seed }: Place) {
    this.#setup = setup;
    this.#disk = disk;
    this.name = setup.name;
    this.random = randomFrom(seed);
    this.broker = broker;
    this.between = between;
    const { receipts, settings, durable, scanners, through } = setup;
    const centre = { url: broker.url, site: SITE, reader: setup.name };
    this.ledger = new Ledger({
      ...centre,
      receipts: receipts === 'required' && setup.centre === undefined,
      ...(durable && { durable }),
    });
    this.reader = new FaultedReader({
      root,
      folder,
      reader: setup.name,
      broker: between.url,
      uplink: { receipts },
      ...(settings && { settings }),
      ...(scanners !== undefined && { scanners }),
      ...(through !== undefined && { through }),
    });
  }

  /** The broker dies without a word; another, without its memory, comes in its place after `downMs`. */
  async restartBroker({ downMs = 0, ...options }: { downMs?: number; config?: string[]; files?: Record<string, string> } = {}) {
    const { port } = this.broker;
    await this.broker.kill();
    await delay(downMs);
    this.broker = await startMosquitto({ ...settingsOf(this.#setup, this.#disk), ...options, port });
  }

  /** The broker's own. @throws Error where it has none */
  get disk(): SmallDisk {
    if (this.#disk === undefined) throw new Error(`${this.name}: its broker has no disk of its own`);
    return this.#disk;
  }

  /** Resolves once the centre has a first event: trouble before that would try the connecting alone. */
  async heard(): Promise<void> {
    await eventually('a first event', () => this.ledger.count > 0, { deadlineMs: 60_000 });
  }

  /** Waits for what the contract promises. @throws Broken where it does not come about in time */
  async promised(what: string, look: () => boolean, deadlineMs: number): Promise<void> {
    await eventually(what, look, { deadlineMs }).catch(() => {
      throw new Broken(`within ${deadlineMs / 1000} s there was not ${what}`);
    });
  }

  /** So many codes more, scanned and answered. */
  async more(scans: number): Promise<void> {
    const enough = this.reader.shown.size + scans;
    const come = (): boolean => this.#failure !== undefined || this.reader.shown.size >= enough;
    await eventually(`${scans} more scans`, come, { deadlineMs: 60_000 });
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Cuts the line; resolves when the reader is there again. */
  async reconnected(): Promise<void> {
    const { connections } = this.between;
    this.between.cut();
    await eventually('another connection', () => this.between.connections > connections, { deadlineMs: 60_000 });
  }

  /** Codes one after the other, each once the one before was answered. */
  scan(): void {
    this.#scanning = true;
    this.#scans = this.#keepScanning();
    this.#scans.catch((error: unknown) => (this.#failure = error instanceof Error ? error : new Error(String(error))));
  }

  /** Resolves when the code at hand was answered. @throws Error where a code was not */
  async rest(): Promise<void> {
    this.#scanning = false;
    await this.#scans;
  }

  async #keepScanning(): Promise<void> {
    while (this.#scanning && this.reader.alive) {
      await this.reader.scan();
      await delay(SCAN_EVERY_MS);
    }
  }

  /** Ends the scanning, lets the centre catch up and counts; `seen` looks at the rest once that is done. */
  async figures(rounds: number, seen: () => Seen): Promise<Figures> {
    await this.rest();
    await delivered(this.reader, this.ledger, { deadlineMs: CATCH_UP_MS, quietMs: this.#setup.quietMs ?? QUIET_MS });
    const { broken, notes } = seen();
    const code = await this.reader.stop();
    const { reader, ledger, name } = this;
    const judged = ledger.judge(reader.shown);
    const counts = `${reader.shown.size} shown, ${judged.lost} lost, ${ledger.duplicates} duplicates`;
    return {
      rounds,
      shown: reader.shown.size,
      duplicates: ledger.duplicates,
      ...judged,
      broken: [...ledger.strange, ...broken, ...(code === 0 ? [] : [`ended with ${code}`])].map((words) => `${name}: ${words}`),
      notes: [[`${name}: ${counts}`, ...notes].join(', ')],
    };
  }

  async close(): Promise<void> {
    this.#scanning = false;
    await this.reader.close();
    await this.ledger.close();
    await this.between.close();
    await this.broker.kill();
    await this.#disk?.close();
  }
}

function settingsOf({ config = OPEN }: StageSetup, disk: SmallDisk | undefined): MosquittoOptions {
  if (disk === undefined) return { config };
  return { config: config.map((line) => line.replaceAll('{disk}', disk.folder)), through: disk.through };
}

interface Seen {
  readonly broken: readonly string[];
  readonly notes: readonly string[];
}

interface Surroundings {
  readonly broker: Mosquitto;
  readonly between: Inspector;
  readonly disk: SmallDisk | undefined;
}

interface Place {
  readonly root: string;
  readonly folder: string;
  readonly seed: number;
}

/** Sets a stage, with the daemon ready, and clears it away after `play`. */
export async function onStage(
  setup: StageSetup,
  { root, folder, random }: Context,
  play: (stage: Stage) => Promise<Figures>,
): Promise<Figures> {
  const seed = Math.floor(random() * 2 ** 32);
  const { slowMs, host, diskBytes } = setup;
  const disk = diskBytes === undefined ? undefined : await smallDisk(join(folder, `broker-${setup.name}`), diskBytes);
  const broker = await startMosquitto(settingsOf(setup, disk));
  const inspected = await inspector(broker.port, {
    ...(slowMs !== undefined && { slowMs }),
    ...(host !== undefined && { host }),
  });
  const stage = new Stage(setup, { broker, between: inspected, disk }, { root, folder, seed });
  try {
    if (setup.centre !== 'away') await stage.ledger.open();
    await stage.reader.start();
    return await play(stage);
  } finally {
    await stage.close();
  }
}
