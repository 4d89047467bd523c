// The centre's commands, from what came over MQTT to what they do: proven, judged, recorded with the counter they use up in one
// transaction, then carried out and answered. A part of the composition root: it orders effects, as lane.ts does for a scan.

import {
  answerOf,
  type Claims,
  type CommandReason,
  type CommandRefusal,
  judgeCommand,
  misdirection,
  MOST_COMMAND_BYTES,
  type Order,
  readClaims,
} from './admission/command.ts';
import { clockData, type CommandData, type Spent } from './admission/event.ts';
import { noticeOf } from './admission/notice.ts';
import type { Indicator, Signers } from './admission/ports.ts';
import { type Standing, standingAfter } from './admission/standing.ts';
import type { Chronicled } from './chronicle.ts';
import type { GateEntrance } from './entrance/entrance.ts';
import { CountedLimit } from './system/counted-limit.ts';
import { takeApart, withoutEnd } from './system/jws.ts';
import type { CommandArrival, Reply } from './uplink/messages.ts';
import { BUILT_MS } from './version.ts';

/** What `reload` comes to: found good and ready to be begun, or why not. */
export type Reload =
  | { readonly ok: true; readonly begin: () => void }
  | { readonly ok: false; readonly reason: 'bad-configuration' | 'not-possible' };

export interface RemoteOptions extends Chronicled {
  readonly trust: Signers;
  /** Checks what would be read again; absent: this daemon can't. */
  readonly reload?: (() => Promise<Reload>) | undefined;
}

/** What commands do something with. */
interface Gate {
  readonly entrance: Pick<GateEntrance, 'opened' | 'suspensionChanged'>;
  readonly indicator: Pick<Indicator, 'announce'>;
}

/** The parts of the fault board that last until the centre says otherwise: what is ordered is told by gate.command.v1. */
const [LOCK, MAINTENANCE] = ['lock', 'maintenance'];
export const ORDERED_PARTS: ReadonlySet<string> = new Set([LOCK, MAINTENANCE]);
const LOCKED = 'the centre has locked the gate: scans let nobody through, the exit button does; the command unlock ends it';
const SERVICED =
  'the centre has put the reader into maintenance: scans are shown and open nothing; maintenance {"on":false} ends it';

type Opened = { readonly claims: Claims; readonly kid: string } | { readonly reason: CommandRefusal };

export class Remote {
  readonly #options: RemoteOptions;
  readonly #source: string;
  readonly #begun = Promise.withResolvers<Gate>();
  readonly #refusals: CountedLimit;
  /** One command after the other. */
  #tail: Promise<unknown> = this.#begun.promise;
  #closed = false;

  constructor(options: RemoteOptions) {
    const { site, reader } = options.configuration;
    this.#options = options;
    this.#source = `/gates/${site}/${reader}`;
    this.#refusals = new CountedLimit({
      most: 10,
      withinMs: 60_000,
      tell: (unrecorded) => this.#record({ ...answerOf(undefined, 'too-many'), unrecorded }),
    });
  }

  /** What came before waits until here. Closed before anything that it works on. */
  begin(gate: Gate): void {
    const { board, onClose } = this.#options;
    this.#stand(gate);
    // One that could not be opened at the start tells only now what the centre had ordered.
    board.onChange((part) => part === 'journal' && this.#stand(gate));
    onClose('commands', () => this.#close());
    this.#begun.resolve(gate);
  }

  take(arrival: CommandArrival): void {
    const { log } = this.#options;
    this.#tail = this.#tail.then(() => this.#obey(arrival)).catch((err: unknown) => log.error({ err }, 'a command failed'));
  }

  /** So many that nobody looked at. */
  dropped(count: number): void {
    if (!this.#closed) this.#refusals.leave(count);
  }

  #close(): void {
    this.#refusals.close();
    this.#closed = true;
  }

  async #obey(arrival: CommandArrival): Promise<void> {
    if (this.#closed) return;
    const { reply } = arrival;
    const opened = this.#open(arrival);
    if ('reason' in opened) return this.#refuse(opened.reason, { reply });
    const { claims, kid } = opened;
    const reload = claims.command === 'reload' ? await this.#reload(opened) : undefined;
    if (this.#closed) return;
    const { journal, clock, configuration } = this.#options;
    // It opens the file where it can be opened: what is judged by is what is on disk.
    if (!journal.writable()) return this.#refuse('journal-failed', { reply, claims, kid });
    const { standing } = journal.orders;
    const judged = judgeCommand(claims, {
      source: this.#source,
      audience: configuration.trust.commandAudience,
      moment: clock.describe(clock.read()),
      clock: configuration.admission.clock,
      builtMs: BUILT_MS,
      lastCounter: journal.orders.lastCounter(kid),
      trustedMs: journal.trustedMs,
      standing,
      sequence: journal.sequence,
    });
    if (!judged.ok && !judged.spends) return this.#refuse(judged.reason, { reply, claims, kid });
    const reason = judged.ok ? (reload?.ok === false ? reload.reason : 'ok') : judged.reason;
    const answer = answerOf(claims, reason);
    const next = judged.ok ? standingAfter(standing, judged.order) : standing;
    const beside = { spends: { kid, counter: claims.counter }, ...(next === standing ? {} : { stands: next }) };
    if (!this.#record({ ...answer, kid }, beside)) return this.#refuse('journal-failed', { reply, claims, kid });
    this.#tell(claims, reason, kid);
    if (judged.ok && reason === 'ok') this.#do(await this.#begun.promise, judged.order);
    if (reply) this.#options.uplink?.answer(reply, answer);
    if (judged.ok && reload?.ok === true) reload.begin();
  }

  /** Only what somebody trusted signed is looked at. */
  #open({ jws, retained }: CommandArrival): Opened {
    if (retained) return { reason: 'retained' };
    if (jws === undefined) return { reason: 'too-large' };
    const apart = takeApart(withoutEnd(jws), MOST_COMMAND_BYTES);
    if (!apart.ok) return { reason: apart.reason };
    const { kid, signed, signature, payload } = apart.envelope;
    const check = this.#options.trust.checkSigner(kid, signed, signature);
    if (check !== 'valid') return { reason: check === 'invalid' ? 'bad-signature' : 'unknown-issuer' };
    const claims = readClaims(payload);
    return claims ? { claims, kid } : { reason: 'malformed' };
  }

  /** A command that will be refused anyway reads no file. */
  async #reload({ claims, kid }: { readonly claims: Claims; readonly kid: string }): Promise<Reload> {
    const { reload, journal, configuration } = this.#options;
    const addressee = { source: this.#source, audience: configuration.trust.commandAudience };
    if (misdirection(claims.aud, addressee) !== undefined || claims.counter <= (journal.orders.lastCounter(kid) ?? -1)) {
      return { ok: false, reason: 'not-possible' };
    }
    return (await reload?.()) ?? { ok: false, reason: 'not-possible' };
  }

  #do(gate: Gate, order: Order): void {
    const { clock, uplink } = this.#options;
    switch (order.command) {
      case 'open': {
        const pulseMs = order.seconds === undefined ? undefined : order.seconds * 1000;
        const atMs = clock.read().monotonicMs;
        gate.entrance.opened({ cause: 'command', atMs, ...(pulseMs === undefined ? {} : { pulseMs }) });
        return gate.indicator.announce(noticeOf('command', pulseMs));
      }
      case 'identify':
        return gate.indicator.announce(noticeOf('identify'));
      case 'resend':
        return uplink?.resend(order);
      case 'reload':
        return undefined;
      case 'lock':
      case 'unlock':
      case 'maintenance':
        return this.#stand(gate);
    }
  }

  /** Has everybody know how it stands on disk. */
  #stand({ entrance }: Gate): void {
    const { board, journal } = this.#options;
    const { locked, maintenance } = journal.orders.standing;
    entrance.suspensionChanged();
    board.report('lock', locked ? LOCKED : undefined);
    board.report('maintenance', maintenance ? SERVICED : undefined);
  }

  /** Refusals that use nothing up: beyond ten a minute they are counted, and nobody is answered. */
  #refuse(
    reason: CommandRefusal,
    { reply, claims, kid }: { readonly reply: Reply | undefined; readonly claims?: Claims; readonly kid?: string },
  ): void {
    const { clock, uplink } = this.#options;
    if (!this.#refusals.admit(clock.read().monotonicMs)) return;
    const answer = answerOf(claims, reason);
    this.#tell(claims, reason, kid);
    if (reason !== 'journal-failed') this.#record({ ...answer, ...(kid === undefined ? {} : { kid }) });
    if (reply) uplink?.answer(reply, answer);
  }

  #tell(claims: Claims | undefined, reason: CommandReason, kid: string | undefined): void {
    const { log } = this.#options;
    const { id, command = 'unknown', args } = claims ?? {};
    if (reason === 'ok') log.info({ id, command, args, kid }, `the centre ordered: ${command}`);
    else log.warn({ id, command, kid, reason }, `an order of the centre was refused: ${command} (${reason})`);
  }

  #record(data: Omit<CommandData, 'clock'>, beside: { readonly spends?: Spent; readonly stands?: Standing } = {}): boolean {
    const { clock, journal } = this.#options;
    const moment = clock.describe(clock.read());
    const content = { moment, ...beside, type: 'gate.command.v1', data: { ...data, clock: clockData(moment) } } as const;
    return journal.append(content).ok;
  }
}
