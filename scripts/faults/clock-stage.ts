// One reader whose clock is wrong on order, its centre, and the timeline that its events are held to.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { signPass } from '../../src/commands/pass/code.ts';
import { publicJwk } from '../../src/system/secrets.ts';
import { BUILT_MS } from '../../src/version.ts';
import { eventually } from '../../test/fakes/eventually.ts';
import type { Context, Figures } from './experiment.ts';
import { Ledger } from './ledger.ts';
import { Meddler } from './meddler.ts';
import { delivered, FaultedReader, SITE } from './reader.ts';
import { clockOf, monotonicMs, type State, Timeline } from './timeline.ts';

export interface ClockPlace {
  readonly name: string;
  readonly context: Context;
  readonly brokerUrl: string;
  readonly library: string;
  readonly zone?: string;
  /** What the site makes of a clock that may be right. */
  readonly unsure?: 'warn' | 'deny';
}

/** A pass that was presented: the answer, and when that was by the monotonic and by the wrong clock. */
interface Presented {
  readonly words: string;
  readonly atMs: number;
  readonly wallMs: number;
  readonly offMs: number;
}

/** Upkeep looks each 5 s. Where it once said nothing, more patience shows nothing more. */
const TOLD_MS = { first: 30_000, later: 7_000 };
const PASS_HOURS = { before: 1, after: 24 };
const HOUR_MS = 3_600_000;
/** Events that carry trusted time. */
const TRUSTED: ReadonlySet<string> = new Set(['gate.clock.v1', 'gate.seal.v1', 'gate.start.v1']);
const SCAN_EVERY_MS = 40;

export class ClockStage {
  readonly reader: FaultedReader;
  readonly ledger: Ledger;
  readonly timeline: Timeline;
  readonly broken: string[] = [];
  readonly #place: ClockPlace;
  readonly #meddler: Meddler;
  readonly #key: KeyObject;
  readonly #presented: Presented[] = [];

  constructor(place: ClockPlace) {
    const { name, context, brokerUrl, library, zone = 'Asia/Ho_Chi_Minh', unsure = 'warn' } = place;
    const folder = realpathSync(context.folder);
    this.#place = place;
    this.#key = generateKeyPairSync('ed25519').privateKey;
    const issuers = join(folder, `${name}.issuers.json`);
    writeFileSync(issuers, JSON.stringify({ keys: [publicJwk(this.#key)] }));
    this.#meddler = new Meddler({ library, file: join(folder, `${name}.orders`), meddled: join(folder, `data-${name}`) });
    this.timeline = new Timeline(this.#meddler, zone);
    this.ledger = new Ledger({ url: brokerUrl, site: SITE, reader: name, receipts: true });
    this.reader = new FaultedReader({
      root: context.root,
      folder,
      reader: name,
      broker: brokerUrl,
      environment: this.#meddler.environment,
      settings: {
        timezone: zone,
        trust: { issuers },
        admission: { accept: { cccd: 'record', pass: 'verify' }, antiPassback: 'off', clock: unsure },
      },
    });
  }

  /** Scans cards and a pass in between for a while; a card is recorded whatever the clock shows. */
  async scan(forMs: number): Promise<void> {
    const endMs = performance.now() + forMs;
    await this.#pass();
    while (performance.now() < endMs && this.reader.alive) {
      await this.reader.scan();
      const { verdict, reason } = this.reader.last ?? {};
      if (verdict !== 'granted' || reason !== 'recorded') this.broken.push(`a card was answered ${verdict} ${reason}`);
      await delay(SCAN_EVERY_MS);
    }
    await this.#pass();
  }

  /** A pass that is valid by the true clock, one nobody has seen before. */
  async #pass(): Promise<void> {
    const hour = Math.floor(Date.now() / HOUR_MS);
    const [from, until] = [hour - PASS_HOURS.before, hour + PASS_HOURS.after].map((at) => at * 3_600);
    const order = {
      name: nameOf(this.#presented.length),
      kind: 'visitor',
      from: from ?? 0,
      until: until ?? 0,
      gates: [],
      once: false,
    } as const;
    const { wallMs, offMs } = this.timeline.now;
    const atMs = monotonicMs();
    const answer = await this.reader.present(`${signPass(order, SITE, this.#key).code}\r`);
    if (answer) this.#presented.push({ words: `${answer.verdict} ${answer.reason}`, atMs, wallMs, offMs });
  }

  /** The clock changes, and the daemon and the centre come to know what there is to know of it. */
  async change(offMs: number, state: State): Promise<void> {
    this.timeline.set(offMs, state);
    await this.settled();
  }

  /** Waits until the centre has every word of trust, and the state of the clock as it is. */
  async settled(): Promise<void> {
    const { ledger, timeline } = this;
    const come = () => this.#trusts() >= timeline.trusts && ledger.states.at(-1)?.['clock'] === timeline.now.state;
    const detail = () =>
      `${this.#trusts()} of ${timeline.trusts} gate.clock.v1, state ${String(ledger.states.at(-1)?.['clock'])}`;
    const said = `${this.#place.name}: what the clock became`;
    const deadlineMs = this.broken.length === 0 ? TOLD_MS.first : TOLD_MS.later;
    await eventually(said, come, { deadlineMs, detail }).catch((error: unknown) =>
      this.broken.push(error instanceof Error ? error.message.replaceAll('\n', ': ') : String(error)),
    );
  }

  async figures(rounds: number, notes: readonly string[] = []): Promise<Figures> {
    const { reader, ledger, timeline } = this;
    const { name } = this.#place;
    await delivered(reader, ledger, { deadlineMs: 60_000 });
    const code = await reader.stop();
    const events = ledger.timed();
    const lies = timeline.lies(events);
    const uncorrected = timeline.uncorrected(events);
    const wrong = this.#misjudged();
    const broken = [
      ...ledger.strange,
      ...this.broken,
      ...(this.#meddler.read('wrongTimes') === 0 ? ['it met no trouble'] : []),
      ...(lies.length > 0 ? [`${lies.length} events lie of the time, the first: ${lies[0]}`] : []),
      ...(uncorrected > 0 ? [`${uncorrected} events can't be corrected`] : []),
      ...(this.#trusts() === timeline.trusts ? [] : [`${this.#trusts()} gate.clock.v1, wanted ${timeline.trusts}`]),
      ...(wrong.length > 0 ? [`${wrong.length} passes misjudged, the first: ${wrong[0]}`] : []),
      ...(code === 0 ? [] : [`ended with ${code}`]),
    ];
    return {
      rounds,
      shown: reader.shown.size,
      duplicates: ledger.duplicates,
      ...ledger.judge(reader.shown),
      broken: broken.map((words) => `${name}: ${words}`),
      notes: [
        [
          `${name}: ${events.length} events, ${timeline.trusts} words of trust, ${this.#presented.length} passes judged`,
          ...notes,
        ].join(', '),
      ],
    };
  }

  async close(): Promise<void> {
    await this.reader.close();
    await this.ledger.close();
    this.#meddler.close();
  }

  #trusts(): number {
    return this.ledger.ofType('gate.clock.v1').length;
  }

  /** Passes that were judged otherwise than CONTRACT section 7 says of a clock. */
  #misjudged(): string[] {
    const trusted = this.ledger
      .timed()
      .filter((event) => TRUSTED.has(event.type) && clockOf(event).state === 'synchronised')
      .map((event) => ({ atMs: clockOf(event).monotonicMs, wallMs: Date.parse(event.time) }));
    return this.#presented.flatMap(({ words, atMs, wallMs, offMs }) => {
      const leastMs = Math.max(BUILT_MS, ...trusted.filter((one) => one.atMs < atMs).map((one) => one.wallMs));
      const wanted = this.timeline.statesAt(atMs).map((state) => {
        const sure = state === 'synchronised' || (wallMs >= leastMs && this.#place.unsure !== 'deny');
        return sure ? byValidity(offMs) : 'denied clock-untrusted';
      });
      return wanted.includes(words) ? [] : [`${words} at ${new Date(wallMs).toISOString()}, wanted ${wanted.join(' or ')}`];
    });
  }
}

/** What a pass is worth that is valid by the true clock, from a clock that is off by so much and trusted. */
function byValidity(offMs: number): string {
  if (offMs < -2 * PASS_HOURS.before * HOUR_MS) return 'denied not-yet-valid';
  return offMs > (PASS_HOURS.after + 1) * HOUR_MS ? 'denied expired' : 'granted ok';
}

/** A name whose masked form is nobody else's: of each word the first letter stays. */
const nameOf = (number: number): string =>
  [4096, 256, 16, 1].map((digit) => `${String.fromCharCode(65 + (Math.floor(number / digit) % 16))}b`).join(' ');

/** Sets a stage with a clock, the daemon ready, and clears it away after `play`. */
export async function onClock(
  place: ClockPlace,
  begin: { readonly offMs: number; readonly state: State },
  play: (stage: ClockStage) => Promise<Figures>,
): Promise<Figures> {
  const stage = new ClockStage(place);
  try {
    await stage.ledger.open();
    stage.timeline.set(begin.offMs, begin.state);
    await stage.reader.start();
    return await play(stage);
  } finally {
    await stage.close();
  }
}
