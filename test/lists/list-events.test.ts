// What becomes of lists as events: one for each, and a flood of refusals in one.

import { describe, expect, test } from 'vitest';

import type { EventContent } from '../../src/admission/event.ts';
import { ListEvents } from '../../src/lists/list-events.ts';
import { setClock } from '../fakes/set-clock.ts';

function recording() {
  const clock = setClock('2026-11-21T06:45:00+07:00');
  const contents: EventContent[] = [];
  const events = new ListEvents(clock, (content) => contents.push(content));
  const data = () => contents.map(({ data: { clock: _clock, ...rest } }) => rest);
  return { clock, contents, events, data };
}

describe('ListEvents', () => {
  test('tells what was taken and what was refused, as gate.list.v1 with the time of the clock', () => {
    const { events, contents, data } = recording();
    events.taken('roster', 7);
    events.refused('revoked', { reason: 'not-newer', version: 3 });
    events.refused('unknown', { reason: 'wrong-list' });
    events.refused('roster', { reason: 'bad-entry', version: 8, index: 17, detail: 'label missing' });
    expect(data()).toEqual([
      { list: 'roster', version: 7, outcome: 'done' },
      { list: 'revoked', version: 3, outcome: 'refused', reason: 'not-newer' },
      { list: 'unknown', outcome: 'refused', reason: 'wrong-list' },
      { list: 'roster', version: 8, outcome: 'refused', reason: 'bad-entry:17' },
    ]);
    expect(contents.map(({ type, moment }) => [type, moment.text])).toEqual(
      contents.map(() => ['gate.list.v1', '2026-11-21T06:45:00.000+07:00']),
    );
  });

  test('counts refusals beyond ten a minute and tells them in one event, once the minute is over', () => {
    const { events, clock, data } = recording();
    const told = Array.from({ length: 25 }, () => events.refused('roster', { reason: 'malformed' }));
    expect(told.filter(Boolean)).toHaveLength(10);
    expect(data()).toHaveLength(10);
    events.taken('roster', 1);
    clock.advance(60_000);
    events.refused('roster', { reason: 'unsigned' });
    expect(data().slice(10)).toEqual([
      { list: 'roster', version: 1, outcome: 'done' },
      { list: 'unknown', outcome: 'refused', reason: 'too-many', unrecorded: 15 },
      { list: 'roster', outcome: 'refused', reason: 'unsigned' },
    ]);
    events.close();
    expect(data()).toHaveLength(13);
  });

  test('what was only counted is told at the end', () => {
    const { events, data } = recording();
    for (let index = 0; index < 12; index += 1) events.refused('roster', { reason: 'malformed' });
    events.close();
    expect(data().at(-1)).toEqual({ list: 'unknown', outcome: 'refused', reason: 'too-many', unrecorded: 2 });
  });
});
