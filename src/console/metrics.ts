// What Prometheus is told: the names, units and meanings of all figures, from one reading of the gate. Pure. Nothing of a
// person is in it: the labels are parts, lists, causes and the closed words of a verdict.

import type { AnswerCount, LatencyCounts } from '../system/tallies.ts';
import { LATENCY_BOUNDS } from '../system/tallies.ts';
import type { Family, Labels, Sample } from './exposition.ts';

/** How the gate was at one moment; what is undefined is not known here and becomes no sample. */
export interface Reading {
  readonly build: { readonly version: string; readonly node: string; readonly architecture: string };
  readonly answers: readonly AnswerCount[];
  readonly latency: LatencyCounts;
  readonly lastScanAgeSeconds: number | undefined;
  readonly journal: { readonly sequence: number; readonly rows: number; readonly bytes: number };
  readonly uplink: { readonly connected: boolean; readonly connections: number; readonly delivered: number };
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number };
  readonly clock: { readonly synchronised: boolean; readonly offsetMs: number | undefined };
  readonly temperatureC: number | undefined;
  readonly underVoltage: boolean | undefined;
  /** 0.1-1.1, of flash that tells. */
  readonly lifeUsed: number | undefined;
  /** Whole days, by what the certificate is for. */
  readonly certificateDays: Readonly<Record<string, number>>;
  /** Every part that can be lost, by name, and whether it is. */
  readonly parts: ReadonlyMap<string, boolean>;
  readonly lists: readonly { readonly list: string; readonly version: number; readonly ageSeconds: number }[];
  readonly discarded: readonly { readonly scanner: string; readonly cause: string; readonly bytes: number }[];
  readonly process: ProcessReading;
}

/** Of the daemon's process, all threads together. */
export interface ProcessReading {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly openFds: number;
  readonly mostFds: number;
  /** Since 1970. */
  readonly startSeconds: number;
}

const own = (name: string): string => `gate_reader_${name}`;
const one = (value: number | undefined, labels: Labels = {}): Sample[] => (value === undefined ? [] : [{ labels, value }]);
const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({ name, help, type: 'gauge', samples });
const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({ name, help, type: 'counter', samples });

export function metricsOf(reading: Reading): Family[] {
  return [...gateFamilies(reading), ...recordFamilies(reading), ...machineFamilies(reading), ...processFamilies(reading.process)];
}

function gateFamilies({ build, answers, latency, lastScanAgeSeconds, parts, discarded }: Reading): Family[] {
  const { version, node, architecture } = build;
  return [
    gauge(own('build_info'), 'Always 1; its labels say which program this is.', one(1, { version, node, arch: architecture })),
    counter(
      own('answers_total'),
      'Answers shown since the start, repeats included.',
      answers.map(({ verdict, reason, kind, count }) => ({ labels: { verdict, reason, kind }, value: count })),
    ),
    {
      name: own('answer_latency_seconds'),
      help: "From a code's last byte to its answer.",
      type: 'histogram',
      histogram: { bounds: LATENCY_BOUNDS, upTo: latency.upTo, sum: latency.sumSeconds },
    },
    gauge(own('last_scan_age_seconds'), 'Since the last code; absent before the first.', one(lastScanAgeSeconds)),
    gauge(
      own('part_faulty'),
      'Whether a part (a scanner, an input, the journal, the uplink ...) does not work now.',
      Array.from(parts, ([part, faulty]) => ({ labels: { part }, value: Number(faulty) })),
    ),
    counter(
      own('discarded_bytes_total'),
      'Bytes from scanners that became no code.',
      discarded.map(({ scanner, cause, bytes }) => ({ labels: { scanner, cause }, value: bytes })),
    ),
  ];
}

function recordFamilies({ journal, uplink, lists }: Reading): Family[] {
  return [
    gauge(
      own('journal_sequence'),
      'The highest journalled sequence number; begins anew with a new epoch.',
      one(journal.sequence),
    ),
    gauge(own('journal_rows'), 'Events on this reader, delivered ones included.', one(journal.rows)),
    gauge(own('journal_size_bytes'), 'What the journal takes on disk, with its write-ahead log.', one(journal.bytes)),
    gauge(own('uplink_connected'), 'Whether there is a connection to the broker.', one(Number(uplink.connected))),
    counter(own('uplink_connections_total'), 'Connections made since the start.', one(uplink.connections)),
    gauge(
      own('backlog_events'),
      'Events without a receipt; without receipts: events not delivered.',
      one(Math.max(0, Math.min(journal.rows, journal.sequence - uplink.delivered))),
    ),
    gauge(
      own('list_version'),
      'Version of each signed list that counts here; one that is missing or expired is absent.',
      lists.map(({ list, version }) => ({ labels: { list }, value: version })),
    ),
    gauge(
      own('list_age_seconds'),
      'Since the list was issued.',
      lists.map(({ list, ageSeconds }) => ({ labels: { list }, value: ageSeconds })),
    ),
  ];
}

function machineFamilies({ disk, clock, temperatureC, underVoltage, lifeUsed, certificateDays }: Reading): Family[] {
  const offset = clock.offsetMs === undefined ? undefined : clock.offsetMs / 1000;
  return [
    gauge(own('disk_free_bytes'), "What may still be written on the data folder's file system.", one(disk.freeBytes)),
    gauge(own('disk_size_bytes'), "Size of the data folder's file system.", one(disk.totalBytes)),
    gauge(
      own('clock_synchronised'),
      'Whether the kernel says that its wall clock is disciplined.',
      one(Number(clock.synchronised)),
    ),
    gauge(own('clock_offset_seconds'), "By the kernel's account; absent while nothing disciplines the clock.", one(offset)),
    gauge(own('temperature_celsius'), "The processor's; absent without a sensor.", one(temperatureC)),
    gauge(
      own('under_voltage'),
      'Whether the board got too little voltage in the last seconds; absent where it does not tell.',
      one(underVoltage === undefined ? undefined : Number(underVoltage)),
    ),
    gauge(
      own('storage_life_used_ratio'),
      "Upper bound of the used share of the flash's life; absent where it does not tell.",
      one(lifeUsed),
    ),
    gauge(
      own('certificate_remaining_days'),
      'Whole days until a certificate of the uplink ends.',
      Object.entries(certificateDays).map(([certificate, value]) => ({ labels: { certificate }, value })),
    ),
  ];
}

/** The names that Prometheus' own client libraries give them, so that ready-made boards and alerts fit. */
function processFamilies({ cpuSeconds, residentBytes, openFds, mostFds, startSeconds }: ProcessReading): Family[] {
  return [
    counter('process_cpu_seconds_total', 'Processor time, user and system.', one(cpuSeconds)),
    gauge('process_resident_memory_bytes', 'Resident memory.', one(residentBytes)),
    gauge('process_open_fds', 'Open file descriptors.', one(openFds)),
    gauge('process_max_fds', 'Most open file descriptors.', one(mostFds)),
    gauge('process_start_time_seconds', 'When the process started, since 1970.', one(startSeconds)),
  ];
}
