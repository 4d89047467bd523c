// What every kind of output must do, whatever drives it: a grant, its relay pulse, a refusal, and what becomes of the relay when
// the daemon is killed in the middle of the pulse.

import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../fakes/eventually.ts';
import { cardOf } from '../fakes/people.ts';
import { type GuestKiosk, startKiosk, WAIT_MS } from './kiosk.ts';
import { type LevelWatch, watchLevels } from './levels.ts';

/** The configuration's `pulseMs`. */
export const PULSE_MS = 1500;
/** The emulated processor is shared by the daemon and the watch; what a pulse may be off by. */
const EARLY_MS = 100;
const LATE_MS = 1000;
/** A relay that is up so long after its daemon was killed stays up. */
const AFTER_KILL_MS = PULSE_MS + 2 * LATE_MS;

export interface OutputsPlan {
  /** The configuration key `indicator`. */
  readonly indicator: object;
  /** How to look at each output. */
  readonly levels: Readonly<Record<'green' | 'red' | 'buzzer' | 'relay', () => 0 | 1>>;
  /** What becomes of the relay when the daemon is killed in the middle of a pulse; without a word it comes down. */
  readonly killed?: 'comes down' | 'stays up';
}

/** Plays the whole of it; returns what was seen. @throws Error where an output did something else */
export async function playOutputs({ indicator, levels: looks, killed = 'comes down' }: OutputsPlan): Promise<string[]> {
  const levels = watchLevels(looks);
  try {
    const kiosk = await startKiosk({ scanners: [{ id: 'main', kind: 'stdin' }], indicator });
    const seen = [await grants(kiosk, levels), await refuses(kiosk, levels), await KILLED[killed](kiosk, levels)];
    const types = await kiosk.finish();
    const scans = types.filter((type) => type === 'gate.scan.v1').length;
    if (scans !== 3) throw new Error(`the journal holds ${scans} scans (${types.join(' ')}), wanted 3`);
    return seen;
  } finally {
    levels.stop();
  }
}

/** What rose, each once, sorted. */
function risen({ changes }: LevelWatch): string {
  return [...new Set(changes.flatMap(({ output, level }) => (level === 1 ? [output] : [])))].sort().join(' ');
}

function scan(kiosk: GuestKiosk, levels: LevelWatch, code: string): void {
  levels.clear();
  kiosk.daemon.process.stdin.write(`${code}\n`);
}

async function grants(kiosk: GuestKiosk, levels: LevelWatch): Promise<string> {
  scan(kiosk, levels, cardOf(1));
  const detail = (): string => `${JSON.stringify(levels.changes)}\n${kiosk.daemon.stderr.join('\n')}`;
  const upMs = await eventually('a relay pulse', () => levels.upMs('relay'), { deadlineMs: WAIT_MS, detail });
  if (upMs < PULSE_MS - EARLY_MS - levels.blindMs || upMs > PULSE_MS + LATE_MS + levels.blindMs) {
    throw new Error(`the relay was up for ${upMs} ms (seen every ${levels.blindMs} ms at worst), wanted ${PULSE_MS}`);
  }
  if (risen(levels) !== 'buzzer green relay') throw new Error(`a grant raised ${risen(levels)}, wanted buzzer green relay`);
  return `granted: ${risen(levels)}; relay up for ${Math.round(upMs)} ms of ${PULSE_MS}`;
}

async function refuses(kiosk: GuestKiosk, levels: LevelWatch): Promise<string> {
  scan(kiosk, levels, cardOf(1).slice(0, 20));
  await eventually('the red lamp up and down', () => levels.upMs('red'), { deadlineMs: WAIT_MS });
  const names = risen(levels);
  if (names.includes('relay')) throw new Error(`a refusal raised ${names}, wanted no relay`);
  return `refused: ${names}`;
}

/** Kills the daemon while the relay is up, and says how far into the pulse that was. @throws Error when it came too late */
async function killInPulse(kiosk: GuestKiosk, levels: LevelWatch): Promise<string> {
  scan(kiosk, levels, cardOf(2));
  const rise = await eventually(
    'the relay up',
    () => levels.changes.find(({ output, level }) => output === 'relay' && level === 1),
    { deadlineMs: WAIT_MS },
  );
  const gone = kiosk.kill();
  const sentMs = Math.round(performance.now() - rise.atMs);
  await gone;
  if (sentMs > PULSE_MS - EARLY_MS)
    throw new Error(`SIGKILL went out ${sentMs} ms after the relay rose, too late to see anything`);
  return `SIGKILL ${sentMs} ms into a pulse of ${PULSE_MS}`;
}

async function comesDown(kiosk: GuestKiosk, levels: LevelWatch): Promise<string> {
  const killed = await killInPulse(kiosk, levels);
  const upMs = await eventually('the relay down', () => levels.upMs('relay'), { deadlineMs: AFTER_KILL_MS }).catch(() => {
    throw new Error(`the relay of a daemon that was killed stayed up for ${AFTER_KILL_MS} ms and more`);
  });
  return `${killed}: relay down ${Math.round(upMs)} ms after it rose`;
}

async function staysUp(kiosk: GuestKiosk, levels: LevelWatch): Promise<string> {
  const killed = await killInPulse(kiosk, levels);
  await delay(AFTER_KILL_MS);
  if (levels.level('relay') === 0) throw new Error(`${killed}: the relay came down, and was known to stay up here`);
  return `${killed}: relay still up ${AFTER_KILL_MS} ms later`;
}

const KILLED = { 'comes down': comesDown, 'stays up': staysUp };
