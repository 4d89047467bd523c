// The terminal as lamp and buzzer: exactly one line per scan on standard output, after the commit, unbuffered.
//
//   granted|denied <reason> <in|out|-> <kind> <label or ->
//
// On a terminal, a lamp, words in the guard's language and colour follow on the same line, and the bell rings as often
// as the active buzzer would; programs that read a pipe get the bare line. Colour is never the only sign. What is no answer to
// a scan is a line of words on a terminal, and nothing in a pipe.

import type { Writable } from 'node:stream';

import type { Feedback } from '../admission/feedback.ts';
import type { Notice } from '../admission/notice.ts';
import type { Indicator } from '../admission/ports.ts';
import type { PatternTable } from './patterns.ts';

export interface TerminalOptions {
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly patterns: PatternTable;
  /** The words for the guard, e.g. `VÀO - Mời qua`. */
  readonly words: (feedback: Feedback) => string;
  readonly noticeWords: (notice: Notice) => string;
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
  const { output, patterns, words, noticeWords, colour, report } = options;
  const interactive = output.isTTY === true;
  let lost: string | undefined;
  const changed = (message: string | undefined) => {
    if (message === lost) return;
    lost = message;
    report(message);
  };
  // Without a listener a closed pipe would end the daemon; the gate goes on without the terminal.
  output.on('error', (error: NodeJS.ErrnoException) => changed(`standard output: ${error.code ?? error.name}`));

  const bells = (row: PatternTable[keyof PatternTable]) => '\u0007'.repeat((row.active ?? []).filter(([on]) => on === 1).length);
  const dyed = (colours: string, text: string) => (colour ? `${colours} ${text} ${RESET}` : ` ${text}`);
  const decorated = (feedback: Feedback) => {
    const granted = feedback.verdict === 'granted';
    const sound = feedback.repeated ? patterns.repeat : patterns[feedback.signal];
    return `  ${dyed(granted ? GRANTED : DENIED, `${granted ? '●' : '■'} ${words(feedback)}`)}${bells(sound)}`;
  };
  const write = (line: string) => {
    if (output.destroyed || output.writableLength > MOST_UNREAD_BYTES) {
      changed('standard output: nobody reads it');
      return;
    }
    output.write(`${line}\n`);
    if (!output.errored) changed(undefined);
  };

  return {
    show(feedback) {
      write(`${feedbackLine(feedback)}${interactive ? decorated(feedback) : ''}`);
    },
    announce(notice) {
      if (!interactive) return;
      const text = `${notice.opens ? '●' : '▲'} ${noticeWords(notice)}`;
      write(`${dyed(notice.opens ? GRANTED : DENIED, text)}${bells(patterns[notice.signal])}`);
    },
    rest() {},
    async close() {},
  };
}
