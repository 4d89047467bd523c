// What a door's contact means: opened after an opening of the gate, or without one; left open. Pure: next(state, event) gives
// the next state and what there is to tell.
//
//             opening, then open                heldOpenMs
//   closed ───────────────────────> open ───────────────────> held open (told once, attention each heldOpenMs)
//     │  open without an opening     │ closed: nothing         │ closed: told
//     └──────────> open, forced (told) ──heldOpenMs──> held open, forced
//
// An opening while it is open lets the next person through: the held-open time begins anew, as at every busy gate.

/** How long after the relay's time a leaf may still be pushed open: contacts are debounced, people are slow. */
export const MARGIN_MS = 2_000;

export interface DoorTimes {
  readonly heldOpenMs: number;
  /** How long one opening holds the relay. */
  readonly pulseMs: number;
}

interface OpenDoor {
  /** When it was opened, or first seen open. */
  readonly sinceMs: number;
  readonly forced: boolean;
  readonly held: boolean;
  /** When it counts as held open, or is told of again. */
  readonly dueMs: number;
}

/** All times are monotonic milliseconds. */
export interface DoorState {
  /** Undefined: closed, or not known yet. */
  readonly open: OpenDoor | undefined;
  readonly relay: Relay;
}

/** The pulse that runs, or was the last one, and the one that follows it. */
interface Relay {
  readonly endsMs: number;
  /** How long the next one will be; 0: there is none. */
  readonly nextMs: number;
}

export type DoorEvent =
  /** `initial`: as it was found, nobody saw it come about. */
  | { readonly type: 'contact'; readonly open: boolean; readonly initial: boolean; readonly atMs: number }
  /** `pulseMs`: where it holds the relay longer or shorter than usual. */
  | { readonly type: 'opening'; readonly atMs: number; readonly pulseMs?: number }
  | { readonly type: 'time'; readonly atMs: number };

/** What there is to tell; `attention` is a door that was told of as held open and still is. */
export type DoorTold =
  | { readonly type: 'forced' | 'held-open' | 'attention' }
  | { readonly type: 'closed'; readonly openMs: number };

export interface DoorStep {
  readonly state: DoorState;
  readonly told: readonly DoorTold[];
}

export const UNSEEN_DOOR: DoorState = { open: undefined, relay: { endsMs: Number.NEGATIVE_INFINITY, nextMs: 0 } };

const silent = (state: DoorState): DoorStep => ({ state, told: [] });

export function nextDoor(state: DoorState, event: DoorEvent, times: DoorTimes): DoorStep {
  switch (event.type) {
    case 'opening':
      return silent(afterOpening(state, event.atMs, event.pulseMs ?? times.pulseMs, times));
    case 'time':
      return atTime(state, event.atMs, times);
    case 'contact':
      return event.open ? opened(state, event, times) : closed(state, event.atMs);
  }
}

/** Relays that the kernel times give an opening during a pulse a pulse of its own after it, one for all who come meanwhile. */
function pulsed({ endsMs, nextMs }: Relay, atMs: number, pulseMs: number): Relay {
  if (atMs < endsMs) return { endsMs, nextMs: Math.max(nextMs, pulseMs) };
  return atMs < endsMs + nextMs ? { endsMs: endsMs + nextMs, nextMs: pulseMs } : { endsMs: atMs + pulseMs, nextMs: 0 };
}

/** An opening that holds the gate for longer than usual leaves the door that much longer to be shut again. */
function heldOpenAtMs(relay: Relay, atMs: number, { heldOpenMs, pulseMs }: DoorTimes): number {
  return Math.max(atMs, relay.endsMs + relay.nextMs - pulseMs) + heldOpenMs;
}

function afterOpening(state: DoorState, atMs: number, holdMs: number, times: DoorTimes): DoorState {
  const relay = pulsed(state.relay, atMs, holdMs);
  const { open } = state;
  return { open: open && { ...open, dueMs: Math.max(open.dueMs, heldOpenAtMs(relay, atMs, times)) }, relay };
}

function opened(state: DoorState, event: Extract<DoorEvent, { type: 'contact' }>, times: DoorTimes): DoorStep {
  if (state.open) return silent(state);
  const { relay } = state;
  const forced = !event.initial && event.atMs > relay.endsMs + relay.nextMs + MARGIN_MS;
  const open = { sinceMs: event.atMs, forced, held: false, dueMs: heldOpenAtMs(relay, event.atMs, times) };
  return { state: { open, relay }, told: forced ? [{ type: 'forced' }] : [] };
}

function closed({ open, relay }: DoorState, atMs: number): DoorStep {
  const state = { open: undefined, relay };
  if (!open?.forced && !open?.held) return silent(state);
  return { state, told: [{ type: 'closed', openMs: Math.max(0, atMs - open.sinceMs) }] };
}

function atTime(state: DoorState, atMs: number, { heldOpenMs }: DoorTimes): DoorStep {
  const { open } = state;
  if (!open || atMs < open.dueMs) return silent(state);
  const next = { ...state, open: { ...open, held: true, dueMs: atMs + heldOpenMs } };
  return { state: next, told: [{ type: open.held ? 'attention' : 'held-open' }] };
}
