// What the daemon tells of itself: starts, stops and faults in the journal, state and health over the uplink. Part of the
// composition root: it sees adapters, and decides nothing about people.

import type { KeyObject } from 'node:crypto';

import { clockData } from './admission/event.ts';
import type { Clock, Lists } from './admission/ports.ts';
import { modeOf } from './admission/standing.ts';
import type { Configuration } from './config/schema.ts';
import { TAMPER_PART } from './entrance/tampers.ts';
import type { SqliteJournal } from './journal/journal.ts';
import { ListEvents } from './lists/list-events.ts';
import type { ListHooks } from './lists/lists.ts';
import { reasonText } from './lists/refusal.ts';
import { ORDERED_PARTS } from './remote.ts';
import type { AttachedScanner } from './scanners/lines.ts';
import type { FaultBoard } from './system/fault-board.ts';
import { FlapLimit } from './system/flap-limit.ts';
import { gatherHealth } from './system/health.ts';
import type { Log } from './system/log.ts';
import { jwkThumbprint, publicJwk } from './system/secrets.ts';
import type { Close } from './system/shutdown.ts';
import type { Vitals } from './system/vitals.ts';
import type { Uplink } from './uplink/uplink.ts';
import { VERSION } from './version.ts';

/** The parts that are told of, and told with. */
export interface Chronicled {
  readonly configuration: Configuration;
  readonly dataFolder: string;
  readonly readerKey: KeyObject;
  readonly clock: Clock;
  readonly log: Log;
  readonly board: FaultBoard;
  readonly vitals: Vitals;
  readonly journal: SqliteJournal;
  /** Set once it runs: the journal reports to it. */
  uplink?: Uplink;
  readonly onClose: (part: string, close: Close) => void;
}

const HEALTH_EVERY_MS = 60_000;

/** The journal records its own recovery, the link its own state; an open cabinet is gate.tamper.v1, an order gate.command.v1. */
const tellsOfItself = (part: string): boolean =>
  part === 'journal' || part === 'uplink' || ORDERED_PARTS.has(part) || part.startsWith(TAMPER_PART);

/** Every change of a part becomes a log line, an event (but for those that tell of themselves) and a new state. */
export function tellFaults(parts: Chronicled): void {
  const { board, log, journal, clock } = parts;
  const limit = new FlapLimit();
  board.onChange((part, message) => {
    if (message === undefined) log.info({ part }, ORDERED_PARTS.has(part) ? `${part}: over` : `${part}: works again`);
    else log.warn({ part, fault: message }, `${part}: ${message}`);
    const moment = clock.describe(clock.read());
    const unrecorded = tellsOfItself(part) ? undefined : limit.admit(part, moment.monotonicMs);
    if (unrecorded !== undefined) {
      const state = message === undefined ? 'regained' : 'lost';
      const told = { ...(message === undefined ? {} : { message }), ...(unrecorded === 0 ? {} : { unrecorded }) };
      journal.append({ moment, type: 'gate.fault.v1', data: { part, state, ...told, clock: clockData(moment) } });
    }
    publishState(parts);
  });
}

/** The first event of a run: version, gate, and the public key that its seals verify against. */
export function recordStart({ journal, clock, configuration, readerKey }: Chronicled): void {
  const moment = clock.describe(clock.read());
  const gate = configuration.gate;
  const key = { ...publicJwk(readerKey), kid: jwkThumbprint(readerKey) };
  journal.append({ moment, type: 'gate.start.v1', data: { version: VERSION, gate, key, clock: clockData(moment) } });
}

/** The last events of a run, sealed, and the state that says so. */
export function recordStop(parts: Chronicled): void {
  const moment = parts.clock.describe(parts.clock.read());
  parts.journal.append({ moment, type: 'gate.stop.v1', data: { reason: 'shutdown', clock: clockData(moment) } });
  parts.journal.seal(moment);
  publishState(parts, 'stopped');
}

/** How the reader is at this moment, as the centre is told. */
export function stateOf({ journal, board, clock }: Chronicled, stopped?: 'stopped'): Parameters<Uplink['state']>[0] {
  const moment = clock.describe(clock.read());
  // What the link itself lacks can't be told over it; whoever reads the state has it.
  const faults = board.faults.filter(({ part }) => part !== 'uplink');
  return {
    state: stopped ?? (faults.length > 0 ? 'degraded' : 'ready'),
    epoch: journal.epoch,
    sequence: journal.sequence,
    clock: moment.state,
    faults,
    mode: modeOf(journal.orders.standing),
    at: moment.text,
  };
}

/** Tells the centre how the reader is; `stopped` is the last word. */
export function publishState(parts: Chronicled, stopped?: 'stopped'): void {
  parts.uplink?.state(stateOf(parts, stopped));
}

/** Gathers and publishes health now and each minute. */
export function reportHealth(parts: Chronicled & { readonly lists: Lists }, scanners: readonly AttachedScanner[]): void {
  const { clock, uplink, log } = parts;
  const { certFile: client, caFile: ca } = parts.configuration.uplink;
  let toldDiscarded = '';
  const publish = async () => {
    const moment = clock.describe(clock.read());
    const discardedBytes = Object.fromEntries(scanners.map(({ id, discarded }) => [id, { ...discarded }]));
    const discarded = JSON.stringify(discardedBytes);
    if (toldDiscarded !== '' && discarded !== toldDiscarded) {
      log.warn({ discardedBytes }, 'scanners sent bytes that became no code');
    }
    toldDiscarded = discarded;
    uplink?.health({ ...(await gatherHealth(moment, { ...parts, certificates: { client, ca } })), discardedBytes });
  };
  const round = () => void publish().catch((err: unknown) => log.warn({ err }, 'health could not be gathered'));
  round();
  const timer = setInterval(round, HEALTH_EVERY_MS);
  timer.unref();
  parts.onClose('health', () => clearInterval(timer));
}

/** What becomes of signed lists, as log lines, events and faults; keys are the trust's business. */
export function tellLists(parts: Chronicled): Omit<ListHooks, 'keys'> {
  const { clock, log, journal, board, onClose } = parts;
  const events = new ListEvents(clock, (content) => {
    journal.append(content);
    const { data } = content;
    if ('unrecorded' in data)
      log.warn({ unrecorded: data.unrecorded }, 'more signed lists were refused than are told of one by one');
  });
  onClose('list events', () => events.close());
  return {
    taken: (list, version) => {
      log.info({ list, version }, `the signed list ${list} was taken over`);
      events.taken(list, version);
    },
    refused: (list, refusal) => {
      // A flood fills neither the journal nor the log.
      if (!events.refused(list, refusal)) return;
      const { version, detail } = refusal;
      log.warn(
        { list, version, reason: reasonText(refusal), detail },
        `the signed list ${list} was refused; the one before stays`,
      );
    },
    askAgain: () => parts.uplink?.askForLists(),
    setAside: (file) => log.error({ file }, 'the stored lists were damaged and set aside; they are asked for again'),
    fault: (message) => board.report('lists', message),
  };
}
