// The gate's own side of the composition root: its buttons and contacts, opened and given to what knows their meaning. A file
// beside main.ts because that one is full.

import type { Clock, FaultReport, Journal } from './admission/ports.ts';
import { type Standing, suspensionOf } from './admission/standing.ts';
import type { Configuration } from './config/schema.ts';
import { GateEntrance } from './entrance/entrance.ts';
import type { EntranceOptions, RoledInput } from './entrance/part.ts';
import type { FaultBoard } from './system/fault-board.ts';
import type { Close } from './system/shutdown.ts';

type Opened = Pick<EntranceOptions, 'clock' | 'indicator' | 'repeats' | 'log'>;

export interface GateOptions extends Opened {
  readonly configuration: Configuration;
  readonly journal: Journal & { readonly orders: { readonly standing: Standing } };
  readonly board: FaultBoard;
  /** Opens the buttons and contacts; what of them is lost and regained goes to `report` as the part `input:ID`. */
  readonly openInputs: (deps: { readonly clock: Clock; readonly report: FaultReport }) => readonly RoledInput[];
  readonly onClose: (part: string, close: Close) => void;
}

/** How long a gate without a relay counts as opened: somebody opens it by hand. */
const NO_RELAY_MS = 3_000;

/** Nothing of it is served before `serve` is called. */
export function openEntrance(options: GateOptions): GateEntrance {
  const { configuration, board, clock } = options;
  const { indicator } = configuration;
  const relay = 'relay' in indicator ? indicator.relay : undefined;
  const { report } = board;
  const own = {
    gate: configuration.gate,
    pulseMs: relay?.pulseMs ?? NO_RELAY_MS,
    report,
    isLost: (input: string) => board.has(`input:${input}`),
    suspension: () => suspensionOf(options.journal.orders.standing),
  };
  const entrance = new GateEntrance({ ...options, ...own }, options.openInputs({ clock, report }));
  options.onClose('entrance', () => entrance.close());
  return entrance;
}
