// The daemon's composition root: configuration -> parts -> run -> close in reverse order. It wires; it decides nothing.

import type { KeyObject } from 'node:crypto';
import type { Writable } from 'node:stream';

import type { Feedback } from './admission/feedback.ts';
import { RepeatWindow } from './admission/policy/repeat.ts';
import { presenceDay } from './admission/policy/presence-day.ts';
import type { Clock, Indicator, Pseudonyms, Signers, Trust } from './admission/ports.ts';
import { publishState, recordStart, recordStop, reportHealth, stateOf, tellFaults, tellLists } from './chronicle.ts';
import { type GateOptions, openEntrance } from './gate.ts';
import { openConsole, type Watched } from './gauges.ts';
import { parseAddress } from './config/address.ts';
import type { Configuration } from './config/schema.ts';
import { makeIndicator } from './indicators/kinds.ts';
import type { PatternTable } from './indicators/patterns.ts';
import { SqliteJournal } from './journal/journal.ts';
import { type PageCheck, watchPages } from './journal/page-check.ts';
import { startUpkeep } from './journal/upkeep.ts';
import { type Lane, serve } from './lane.ts';
import type { ListHooks, SignedLists } from './lists/lists.ts';
import { DeviceClaims } from './scanners/claims.ts';
import { type Reload, Remote } from './remote.ts';
import { InHand } from './scanners/in-hand.ts';
import { makeScanner } from './scanners/kinds.ts';
import type { AttachedScanner } from './scanners/lines.ts';
import { FaultBoard } from './system/fault-board.ts';
import type { Log } from './system/log.ts';
import { jwkThumbprint } from './system/secrets.ts';
import type { Seal } from './system/sealing.ts';
import type { Close } from './system/shutdown.ts';
import { Vitals } from './system/vitals.ts';
import type { Probe } from './system/watchdog.ts';
import { hostInUrl } from './uplink/host-in-url.ts';
import { reportText } from './uplink/reports.ts';
import { startUplink } from './uplink/uplink.ts';
import { BUILT_MS, VERSION } from './version.ts';

/** What a daemon is made of; the keys and the lock on `dataFolder` are the caller's. */
export interface DaemonOptions {
  readonly configuration: Configuration;
  readonly dataFolder: string;
  readonly readerKey: KeyObject;
  readonly pseudonyms: Pseudonyms;
  readonly clock: Clock;
  readonly trust: Trust & Signers;
  /** Opens the signed lists; what they say of keys goes to `trust`. */
  readonly openLists: (hooks: Omit<ListHooks, 'keys'>) => SignedLists;
  readonly seal?: Seal | undefined;
  readonly patterns: PatternTable;
  readonly log: Log;
  /** Ends the lanes; parts are closed by `onClose`, the last one first. */
  readonly signal: AbortSignal;
  readonly onClose: (part: string, close: Close) => void;
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly colour: boolean;
  readonly openInputs: GateOptions['openInputs'];
  /** What the command `reload` does; absent: it is refused. */
  readonly reload?: () => Promise<Reload>;
  /** Instead of the configured scanners: a capture. */
  readonly replay?: AttachedScanner;
}

export interface Daemon {
  /** The contract's line, printed by the caller once this daemon is handed over: everything present is open. */
  readonly readyLine: string;
  /** Settles when every scanner and input came to an end; rejects on a defect. */
  readonly lanes: Promise<void>;
  /** For the watchdog. */
  readonly probes: readonly Probe[];
  /** The highest journalled sequence number, and how far it is delivered (by receipt, where those are required). */
  progress(): { readonly journalled: number; readonly delivered: number; readonly embedded: boolean };
}

/** The parts that the steps of the start hand on to each other. */
interface Parts extends DaemonOptions, Watched {
  readonly lists: SignedLists;
  readonly remote: Remote;
  readonly pages: PageCheck;
  cursors: { sent: number; receipted: number };
  link: { connected: boolean; connections: number };
}

/** Starts everything; resolves once the journal and every present scanner and input are open. Registers the closers as it goes. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const parts = openParts(options);
  const { configuration, journal, board, clock } = parts;
  const indicator = makeIndicator(configuration.indicator, {
    ...options,
    language: configuration.language,
    localTime: () => localTime(clock),
    report: (message) => board.report('indicator', message),
  });
  options.onClose('indicator', () => indicator.close());
  const broker = await connect(parts);
  const upkeep = startUpkeep({
    journal,
    clock,
    idleMs: () => parts.vitals.idleMs(clock.read().monotonicMs),
    retentionDays: configuration.journal.retentionDays,
    prunable: () => prunable(parts),
    onClock: (state) => {
      options.log.info({ state }, `the clock is ${state}`);
      parts.lists.recheck();
      publishState(parts);
    },
    onPruned: (rows) => options.log.info({ rows }, 'old events were removed by retention'),
  });
  options.onClose('upkeep', upkeep.stop);
  await listsSettled(parts);
  const scanners = attach(parts);
  const { lanes, living, entrance } = startLanes(parts, scanners, indicator);
  await Promise.race([Promise.all([...scanners.map(({ opened }) => opened), entrance.present()]), lanes]);
  // Not before: what is mended while the scanners are still being opened does not make a reader that is ready.
  indicator.rest(resting(board));
  board.onChange(() => indicator.rest(resting(board)));
  const probes: Probe[] = [
    { name: 'journal', alive: () => board.has('journal') || journal.writable() },
    { name: 'scanners', alive: () => living() },
  ];
  const pages = await openConsole(parts, scanners, probes);
  publishState(parts);
  reportHealth(parts, scanners);
  // The first who asks waits for it; better nobody does.
  setTimeout(() => journal.settle(), SETTLE_MS).unref();
  return {
    readyLine: `ready site=${configuration.site} reader=${configuration.reader} broker=${broker} console=${pages}`,
    lanes,
    probes,
    progress: () => ({
      journalled: journal.sequence,
      delivered: configuration.uplink.receipts === 'required' ? parts.cursors.receipted : parts.cursors.sent,
      embedded: configuration.uplink.broker === undefined,
    }),
  };
}

/** What the guard's lamp must show. A broker or a page for the office that is missing is nothing a guard could mend. */
function resting(board: FaultBoard): 'fault' | 'ready' {
  return board.faults.some(({ part }) => part !== 'uplink' && part !== 'console') ? 'fault' : 'ready';
}

/** `HH:MM` at the site. */
function localTime(clock: Clock): string {
  return clock.describe(clock.read()).text.slice(11, 16);
}

function openParts(options: DaemonOptions): Parts {
  const { configuration, log, readerKey, clock } = options;
  const board = new FaultBoard();
  let started = false;
  const parts: Omit<Parts, 'lists' | 'remote' | 'pages'> = {
    ...options,
    board,
    vitals: new Vitals(),
    cursors: { sent: 0, receipted: 0 },
    link: { connected: false, connections: 0 },
    journal: new SqliteJournal({
      folder: options.dataFolder,
      source: `/gates/${configuration.site}/${configuration.reader}`,
      clock,
      presenceDay: (moment) => presenceDay(moment, configuration.admission.exitAllAt),
      key: readerKey,
      kid: jwkThumbprint(readerKey),
      onAppended: (sequence) => parts.uplink?.appended(sequence),
      onFault: (message) => board.report('journal', message),
      onSetAside: ({ file, fault, epoch }) => {
        log.error({ file, fault, epoch }, 'the journal was set aside for its fault; a new one begins, the gate goes on');
        if (!started) return;
        parts.uplink?.reopen(epoch);
        // With the key that its seals verify against: every epoch stands for itself.
        recordStart(parts);
      },
    }),
  };
  options.onClose('journal', () => parts.journal.close());
  // The start is the first event of a run: what the lists tell comes after it.
  tellFaults(parts);
  recordStart(parts);
  started = true;
  const lists = options.openLists(tellLists(parts));
  options.onClose('lists', () => lists.close());
  const pages = watchPages(parts.journal, options.dataFolder, options.signal);
  return Object.assign(parts, { lists, remote: new Remote(parts), pages });
}

/** Whoever comes first is judged by the lists that lie ready; a list that takes longer than this is judged by later. */
const LISTS_SETTLE_MS = 10_000;

async function listsSettled({ lists }: Parts): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LISTS_SETTLE_MS);
  await Promise.race([lists.settled, promise]);
  clearTimeout(timer);
}

/** Starts the uplink; the address to print: the configured broker's, or where the embedded one listens. */
async function connect(parts: Parts): Promise<string> {
  const { configuration, dataFolder, log, journal, onClose } = parts;
  const { broker, listen, receipts, caFile, certFile, keyFile, username, passwordFile } = configuration.uplink;
  const address = parseAddress(listen) ?? LOOPBACK;
  const listening = Promise.withResolvers<number>();
  const uplink = startUplink(
    {
      dataFolder,
      site: configuration.site,
      reader: configuration.reader,
      version: VERSION,
      opening: stateOf(parts),
      listen: address,
      receipts,
      ...(broker === undefined ? {} : { broker }),
      tls: { ...(caFile && { caFile }), ...(certFile && { certFile }), ...(keyFile && { keyFile }) },
      ...(username === undefined ? {} : { username }),
      ...(passwordFile === undefined ? {} : { passwordFile }),
    },
    {
      listening: (port) => listening.resolve(port),
      link: (connected, message) => {
        const { connections } = parts.link;
        parts.link = { connected, connections: connected ? connections + 1 : connections };
        log[connected ? 'info' : 'warn']({ connected }, connected ? 'connected to the broker' : `no broker: ${message ?? ''}`);
      },
      cursors: (cursors) => void (parts.cursors = cursors),
      receipted: () => undefined,
      list: (name, jws) => void parts.lists.offer(name, jws),
      listTooLarge: (name) => void parts.lists.tooLarge(name),
      command: (arrival) => parts.remote.take(arrival),
      commandsDropped: (count) => parts.remote.dropped(count),
      faulted: (message) => {
        // An embedded broker that cannot listen is tried again; the gate does not wait for it.
        if (message !== undefined) listening.resolve(address.port);
        parts.board.report('uplink', message);
      },
      damaged: (suspicion) => void parts.pages.suspect(suspicion),
      report: (code, fields) => log.info({ code, ...fields }, reportText(code)),
    },
  );
  parts.uplink = uplink;
  // Closed after the lanes and the last events, so that the stop itself still reaches the centre.
  onClose('uplink', (leftMs) => uplink.close(Math.min(UPLINK_CLOSE_MS, Math.max(0, leftMs - FILES_CLOSE_MS))));
  onClose('stop event', () => recordStop(parts));
  uplink.appended(journal.sequence);
  return broker ?? `mqtt://${hostInUrl(address.host)}:${await listening.promise}`;
}

/** Where the embedded broker listens unless told otherwise; the configuration's schema has checked what it was told. */
const LOOPBACK = { host: '127.0.0.1', port: 1883 };

/** The ready line goes out first. */
const SETTLE_MS = 200;

/** Of the two seconds of a shutdown, and less where those before it took theirs: closing the files comes after it. */
const UPLINK_CLOSE_MS = 1_200;
const FILES_CLOSE_MS = 700;

/** With receipts only what the centre has stored may go; without a broker the journal is the record and age decides. */
function prunable({ configuration, cursors, journal }: Parts): { through: number; byAgeAlone: boolean } {
  const { broker, receipts } = configuration.uplink;
  if (receipts === 'required') return { through: cursors.receipted, byAgeAlone: false };
  return broker === undefined ? { through: journal.sequence, byAgeAlone: true } : { through: cursors.sent, byAgeAlone: false };
}

function attach({ configuration, clock, board, replay }: Parts): AttachedScanner[] {
  const deps = { clock, report: board.report, claims: new DeviceClaims() };
  return replay ? [replay] : configuration.scanners.map((scanner) => makeScanner(scanner, deps));
}

function startLanes(parts: Parts, scanners: readonly AttachedScanner[], indicator: Indicator) {
  const { configuration, clock, vitals, journal, pseudonyms, signal, log } = parts;
  const repeats = new RepeatWindow<Feedback>(configuration.admission.repeatWindowSeconds * 1000);
  const entrance = openEntrance({ ...parts, indicator, repeats });
  parts.remote.begin({ entrance, indicator });
  const lane: Lane = {
    gate: configuration.gate,
    policy: configuration.admission,
    trust: parts.trust,
    lists: parts.lists,
    seal: parts.seal,
    builtMs: BUILT_MS,
    onJournalFailure: configuration.journal.onFailure,
    clock,
    pseudonyms,
    journal,
    indicator,
    entrance,
    repeats,
    observe: (feedback, latencyMs) => vitals.observe(feedback, latencyMs, clock.read().monotonicMs),
  };
  let alive = true;
  const inHand = new InHand(clock);
  const served = scanners.map(async (scanner) => {
    await serve(lane, inHand.watch(scanner), signal);
    if (!signal.aborted) log.info({ scanner: scanner.id }, `scanner ${scanner.id} came to its end; the daemon goes on`);
  });
  const lanes = Promise.all([...served, entrance.serve(signal)]).then(() => undefined);
  lanes.catch(() => (alive = false));
  parts.onClose('lanes', () => lanes.catch(() => undefined));
  return { lanes, living: () => alive && !inHand.isHung(), entrance };
}
