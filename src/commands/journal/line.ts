// One event as one line for people: when, number, what in words. Whatever the bytes hold, a line stays a line: control
// characters are shown, not obeyed.

import { styleText } from 'node:util';

import type { EventContent, ScanData } from '../../admission/event.ts';
import { printable } from '../../config/path.ts';
import type { StoredEvent } from '../../journal/chain.ts';
import { isWordingKey, type Words } from '../../system/wording.ts';
import { entranceWords } from './entrance-words.ts';

/** `key` in words where there are any: events may be from a newer version. */
function wordsOr(say: Words, key: string, otherwise: string): string {
  return isWordingKey(key) ? say(key) : otherwise;
}

type Stored = EventContent & { readonly time: string };

/** The event's own local time, as the site's clock showed it. */
const localTime = (time: string): string => time.slice(0, 19).replace('T', ' ');

export function lineOf({ sequence, body }: StoredEvent, say: Words): string {
  try {
    const event = JSON.parse(body.toString()) as Stored;
    const what = event.type === 'gate.scan.v1' ? scanWords(event.data, say) : `· ${otherWords(event, say)}`;
    return `${printable(localTime(event.time))}  ${String(sequence).padStart(6)}  ${what}`;
  } catch {
    return `${String(sequence).padStart(27)}  ✗ ${say('journal.event.unreadable')}`;
  }
}

function scanWords({ verdict, reason, detail, direction, credential, scanner, warnings = [] }: ScanData, say: Words): string {
  const granted = verdict === 'granted';
  const shape = granted ? styleText('green', '✓', { stream: process.stdout }) : styleText('red', '✗', { stream: process.stdout });
  const head = granted ? say(direction === 'out' ? 'feedback.out' : 'feedback.in') : say('feedback.denied');
  const kind = wordsOr(say, `explain.kind.${credential.kind}`, credential.kind);
  const told = [
    `${head}, ${wordsOr(say, `reason.${reason}`, reason)}`,
    ...(detail === undefined ? [] : [wordsOr(say, `detail.${detail}`, detail)]),
    [kind, credential.label].filter((part) => part !== undefined).join(' '),
    ...warnings.map((warning) => wordsOr(say, `explain.warning.${warning}`, warning)),
    `[${scanner}]`,
  ];
  return `${shape} ${printable(told.join(' · '))}`;
}

function otherWords(event: Exclude<Stored, { type: 'gate.scan.v1' }>, say: Words): string {
  switch (event.type) {
    case 'gate.start.v1':
      return printable(say('journal.event.start', { version: event.data.version }));
    case 'gate.stop.v1':
      return printable(say('journal.event.stop', { reason: event.data.reason }));
    case 'gate.clock.v1':
      return printable(say('journal.event.clock', { wall: localTime(event.data.wall) }));
    case 'gate.fault.v1': {
      const { part, state, message = '' } = event.data;
      return printable(state === 'lost' ? say('journal.event.lost', { part, message }) : say('journal.event.regained', { part }));
    }
    case 'gate.seal.v1':
      return say('journal.event.seal', { from: Number(event.data.from), to: Number(event.data.to) });
    case 'gate.purge.v1':
      return say('journal.event.purge', { rows: event.data.rows, through: Number(event.data.through) });
    case 'gate.list.v1': {
      const { list, version = '?', outcome, reason = '' } = event.data;
      return printable(
        outcome === 'done'
          ? say('journal.event.list-done', { list, version })
          : say('journal.event.list-refused', { list, reason }),
      );
    }
    case 'gate.command.v1': {
      const { command, outcome, reason, unrecorded } = event.data;
      const more = unrecorded === undefined ? [] : [say('journal.event.unrecorded', { count: unrecorded })];
      return printable([say(`journal.event.command-${outcome}`, { command, reason }), ...more].join(' · '));
    }
    case 'gate.exit-request.v1':
    case 'gate.door.v1':
    case 'gate.tamper.v1':
    case 'gate.passage.v1':
      return entranceWords(event, say);
    default:
      return printable((event as { readonly type: string }).type);
  }
}
