// The terminal as lamp and buzzer: exactly one line per scan on standard output, after the commit, unbuffered.
//
//   granted|denied <reason> <in|out|-> <kind> <label or ->
//
// On a terminal, a lamp, words in the guard's language and colour follow on the same line, and the bell rings as often
// as the active buzzer would; programs that read a pipe get the bare line. Colour is never the only sign.

import type { Writable } from 'node:stream';

import type { Feedback } from '../admission/feedback.ts';
import type { Indicator } from '../admission/ports.ts';
import type { PatternTable } from './patterns.ts';

export interface TerminalOptions {
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly patterns: PatternTable;
  /** The words for the guard, e.g. `VÀO - Mời qua`. */
  readonly words: (feedback: Feedback) => string;
  readonly colour: boolean;
  /** Called on the first line that could not be written and again when one can. */
  readonly report: (message: string | undefined) => void;
}

/** A reader of our output that stalls must cost a bounded amount of memory, never the gate. */
const MOST_UNREAD_BYTES = 1 << 20;

// A light green and a dark red that a colour-blind guard tells apart by brightness; black and white text on them.
const GRANTED = '\u001b[30;48;2;18;183;106m';
const DENIED = '\u001b[97;48;2;122;0;18m';
const RESET = '\u001b[0m';

/** The contract's line, without words and colour. */
function feedbackLine(feedback: Feedback): string {
  return `${feedback.verdict} ${feedback.reason} ${feedback.direction ?? '-'} ${feedback.kind} ${feedback.label ?? '-'}`;
}

export function terminalIndicator(options: TerminalOptions): Indicator {
  const { output, patterns, words, colour, report } = options;
  const interactive = output.isTTY === true;
  let lost: string | undefined;
  const changed = (message: string | undefined) => {
    if (message === lost) return;
    lost = message;
    report(message);
  };
  // Without a listener a closed pipe would end the daemon; the gate goes on without the terminal.
  output.on('error', (error: NodeJS.ErrnoException) => changed(`standard output: ${error.code ?? error.name}`));

  const decorated = (feedback: Feedback) => {
    const granted = feedback.verdict === 'granted';
    const pattern = patterns[feedback.signal];
    const sound = feedback.repeated ? patterns.repeat : pattern;
    const bells = (sound.active ?? []).filter(([on]) => on === 1).length;
    const shape = granted ? '●' : '■';
    const text = ` ${shape} ${words(feedback)} `;
    return `  ${colour ? `${granted ? GRANTED : DENIED}${text}${RESET}` : text.trimEnd()}${'\u0007'.repeat(bells)}`;
  };

  return {
    show(feedback) {
      if (output.destroyed || output.writableLength > MOST_UNREAD_BYTES) {
        changed('standard output: nobody reads it');
        return;
      }
      output.write(`${feedbackLine(feedback)}${interactive ? decorated(feedback) : ''}\n`);
      if (!output.errored) changed(undefined);
    },
    rest() {},
    async close() {},
  };
}
