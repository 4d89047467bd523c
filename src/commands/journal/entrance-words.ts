// What buttons, contacts and turn sensors said, in words.

import type { EventContent, PassageData } from '../../admission/event.ts';
import { printable } from '../../config/path.ts';
import type { Words } from '../../system/wording.ts';

type EntranceEvent = Extract<
  EventContent,
  { type: 'gate.exit-request.v1' | 'gate.door.v1' | 'gate.tamper.v1' | 'gate.passage.v1' }
>;

export function entranceWords(event: EntranceEvent, say: Words): string {
  const { unrecorded } = event.data;
  const more = unrecorded === undefined ? [] : [say('journal.event.unrecorded', { count: unrecorded })];
  return printable([wordsOf(event, say), ...more].join(' · '));
}

function wordsOf(event: EntranceEvent, say: Words): string {
  const { input } = event.data;
  switch (event.type) {
    case 'gate.exit-request.v1':
      return say('journal.event.exit-request', { input });
    case 'gate.door.v1':
      return say(`journal.event.door-${event.data.state}`, { input, seconds: event.data.openSeconds ?? '?' });
    case 'gate.tamper.v1':
      return say(`journal.event.tamper-${event.data.state}`, { input });
    case 'gate.passage.v1':
      return passageWords(event.data, say);
  }
}

function passageWords({ outcome, cause, scan, direction }: PassageData, say: Words): string {
  const way = direction === undefined ? '-' : say(direction === 'out' ? 'feedback.out' : 'feedback.in');
  const of = scan ? say('journal.cause.scan', { sequence: Number(scan.sequence) }) : cause && say(`journal.cause.${cause}`);
  return say(`journal.event.passage-${outcome}`, { way, cause: of ?? '-' });
}
