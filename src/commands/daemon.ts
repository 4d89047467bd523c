// What `run` and `replay` share: data folder, lock and keys, and a daemon started on them, each failure with its message and
// exit code. Nothing of the configuration's parser is loaded here: it would stay in memory for as long as the daemon runs.

import { mkdirSync } from 'node:fs';

import type { Clock } from '../admission/ports.ts';
import type { Configuration } from '../config/schema.ts';
import { makeInput } from '../inputs/kinds.ts';
import { lockData } from '../journal/lock.ts';
import { openLists, type SignedLists } from '../lists/lists.ts';
import type { PatternTable } from '../indicators/patterns.ts';
import { type Daemon, type DaemonOptions, startDaemon } from '../main.ts';
import type { Reload } from '../remote.ts';
import type { AttachedScanner } from '../scanners/lines.ts';
import { systemClock } from '../system/clock.ts';
import { createLog, type Log, type LogLevel } from '../system/log.ts';
import { type Notifier, systemdNotifier } from '../system/notify.ts';
import { pseudonyms, readerKey, SecretError, siteKey } from '../system/secrets.ts';
import type { Seal } from '../system/sealing.ts';
import { installShutdown, type Shutdown } from '../system/shutdown.ts';
import { type Words, wording } from '../system/wording.ts';
import { TrustError } from '../trust/fault.ts';
import { type Keyring, openTrust } from '../trust/keyring.ts';
import { EXIT } from './exit.ts';
import { reloader } from './reload.ts';

export interface RunFlags {
  readonly config?: string;
  readonly data?: string;
  readonly logLevel: LogLevel;
}

/** What a daemon is started with: plain data, so that one process can hand it to the next. */
export interface Order {
  /** What it was made from, to be made again. */
  readonly flags: RunFlags;
  readonly configuration: Configuration;
  readonly patterns: PatternTable;
  readonly data: string;
  readonly logLevel: LogLevel;
}

export interface Prepared extends Order {
  readonly log: Log;
  readonly shutdown: Shutdown;
  readonly notifier: Notifier;
  readonly say: Words;
  readonly clock: Clock;
  readonly keys: Pick<DaemonOptions, 'readerKey' | 'pseudonyms'>;
  readonly trust: Keyring;
}

/** Data folder, lock and keys: everything before the first part is opened; undefined: told why, and the exit code is set. */
export function prepare(order: Order, { hangupEnds = true } = {}): Prepared | undefined {
  const { configuration, data, logLevel } = order;
  const say = wording(configuration.language);
  const log = createLog({ level: logLevel, environment: process.env });
  // Journal and cursors hold pseudonyms: nobody else's to read, whatever the folder's own mode is.
  process.umask(0o077);
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const locked = lockData(data);
    if (!('lock' in locked)) {
      const holder = locked.holder ? say('run.holder', { ...locked.holder }) : say('run.holder-unknown');
      return refuse(EXIT.failed, say('run.in-use', { folder: data, holder }));
    }
    const { siteKeyFile } = configuration.privacy;
    const keys = {
      readerKey: readerKey(data),
      pseudonyms: pseudonyms(siteKey({ dataFolder: data, ...(siteKeyFile === undefined ? {} : { file: siteKeyFile }) })),
    };
    const trust = trustOf(configuration, log);
    const shutdown = installShutdown({ log, hangupEnds });
    shutdown.onClose('lock', () => locked.lock.release());
    log.info({ data, site: configuration.site, reader: configuration.reader }, 'starting');
    const notifier = systemdNotifier(process.env);
    return { ...order, log, shutdown, notifier, say, clock: systemClock(configuration.timezone), keys, trust };
  } catch (error) {
    if (error instanceof SecretError || error instanceof TrustError) return refuse(EXIT.configuration, error.message);
    const cause = error instanceof Error ? error.message : String(error);
    return refuse(EXIT.failed, say('run.folder-failed', { folder: data, cause }));
  }
}

export interface Started extends Daemon {
  /** As the command does. */
  readonly reload: () => Promise<Reload>;
}

/** Starts the daemon; undefined: it could not, which is logged, and everything opened so far is closed again. */
export async function start(prepared: Prepared, replay?: AttachedScanner): Promise<Started | undefined> {
  const { configuration, patterns, data, log, shutdown, clock, keys } = prepared;
  let lists: SignedLists | undefined;
  const reload = reloader(prepared, () => lists?.recheck());
  try {
    const seal = await sealOf(prepared);
    if (shutdown.signal.aborted) return undefined;
    const daemon = await startDaemon({
      configuration,
      patterns,
      dataFolder: data,
      log,
      ...keys,
      clock,
      trust: prepared.trust,
      openLists: (hooks) => (lists = listsOf(prepared, hooks)),
      seal,
      // A capture has no gate of its own whose buttons could mean anything.
      openInputs: (deps) => (replay ? [] : configuration.inputs.map((input) => ({ input: makeInput(input, deps), role: input }))),
      signal: shutdown.signal,
      onClose: (part, close) => shutdown.onClose(part, close),
      output: process.stdout,
      colour: (process.env['NO_COLOR'] ?? '') === '',
      ...(replay === undefined ? { reload } : { replay }),
    });
    return { ...daemon, reload };
  } catch (error) {
    shutdown.stop(error instanceof Error ? error : new Error('the daemon could not start'));
    return undefined;
  }
}

/** @throws TrustError for keys that can't be used; a certificate that can't be is told and left out */
function trustOf(configuration: Configuration, log: Log): Keyring {
  const trust = openTrust(configuration.trust);
  for (const { message } of trust.faults) log.warn({}, message);
  return trust;
}

function listsOf({ configuration, data, clock, trust, log }: Prepared, hooks: Parameters<DaemonOptions['openLists']>[0]) {
  return openLists(
    {
      dataFolder: data,
      folder: configuration.trust.lists,
      site: configuration.site,
      now: () => clock.read().wallMs,
      issuers: () => trust.issuerKeys(),
      roots: () => trust.ownKeys(),
    },
    {
      ...hooks,
      keys: (keys) => {
        const fault = trust.setListed(keys);
        if (fault === undefined) log.info({ keys: keys.length }, `the signed list keys adds ${keys.length} key(s)`);
        else log.error({ fault }, `the signed list keys is not used: ${fault}`);
      },
    },
  );
}

/** The library is loaded only where details are sealed. */
async function sealOf({ configuration, log }: Prepared): Promise<Seal | undefined> {
  const { details, detailsRecipientFile } = configuration.privacy;
  if (details !== 'sealed' || detailsRecipientFile === undefined) return undefined;
  const { sealTo } = await import('../system/sealing.ts');
  return await sealTo(detailsRecipientFile, (message) => log.error({}, message));
}

function refuse(code: number, ...lines: readonly string[]): undefined {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = code;
}
