// What buttons, contacts and turn sensors said, as `journal tail` and the table tell it.

import { describe, expect, test } from 'vitest';

import { clockData, type EventContent, serialise } from '../../../src/admission/event.ts';
import { csvRow } from '../../../src/commands/journal/csv.ts';
import { lineOf } from '../../../src/commands/journal/line.ts';
import { wording } from '../../../src/system/wording.ts';
import { MORNING } from '../../admission/moment.ts';

const EPOCH = '0199f3a2-7c11-7d3a-9b52-3f0d6f2a91c4';
const at = { moment: MORNING } as const;
const common = { gate: 'cong-chinh', clock: clockData(MORNING) };
const scan = { epoch: EPOCH, sequence: '000000000012' };

function stored(content: EventContent) {
  const place = { id: EPOCH, source: '/gates/thcs-phung-cong/cong-chinh-1', epoch: EPOCH, sequence: 13, prevhash: '' };
  return { sequence: 13, body: Buffer.from(serialise(content, place)) };
}

const exit: EventContent = { ...at, type: 'gate.exit-request.v1', data: { ...common, input: 'exit', unrecorded: 4 } };
const forced: EventContent = { ...at, type: 'gate.door.v1', data: { ...common, input: 'door', state: 'forced' } };
const shut: EventContent = { ...at, type: 'gate.door.v1', data: { ...common, input: 'door', state: 'closed', openSeconds: 12 } };
const held: EventContent = { ...at, type: 'gate.door.v1', data: { ...common, input: 'door', state: 'held-open' } };
const cabinet: EventContent = {
  ...at,
  type: 'gate.tamper.v1',
  data: { ...common, input: 'cabinet', state: 'opened', initial: true },
};
const turn = { ...common, input: 'turn' } as const;
const passed: EventContent = {
  ...at,
  type: 'gate.passage.v1',
  data: { ...turn, outcome: 'passed', cause: 'exit-request', direction: 'out' },
};
const annulled: EventContent = {
  ...at,
  type: 'gate.passage.v1',
  data: { ...turn, outcome: 'annulled', cause: 'grant', scan, direction: 'in' },
};
const unauthorised: EventContent = { ...at, type: 'gate.passage.v1', data: { ...turn, outcome: 'unauthorised' } };

describe('lineOf', () => {
  test.each([
    [exit, '· exit button exit: the gate opened · 4 more before it, not written down'],
    [forced, '· ▲ door door was opened by force'],
    [held, '· ▲ door door stands open'],
    [shut, '· door door is shut again after 12 seconds'],
    [cabinet, '· ▲ cabinet cabinet was opened'],
    [passed, '· went through (OUT), exit button'],
    [annulled, '· did not go through (IN), scan 12: counts as not passed'],
    [unauthorised, '· ▲ somebody went through (-) and the gate had not opened'],
  ])('$type: %#', (content, words) => {
    expect(lineOf(stored(content), wording('en')).slice(29)).toBe(words);
    expect(lineOf(stored(content), wording('vi'))).not.toMatch(/✗|\{/);
  });
});

test('csvRow: gate and direction in their columns, the scan by its number', () => {
  expect(csvRow(stored(annulled)).split(',').slice(2)).toEqual([
    'gate.passage.v1',
    'cong-chinh',
    '',
    'in',
    ...Array.from({ length: 7 }, () => ''),
    'synchronised',
    'input=turn; outcome=annulled; cause=grant; scan=000000000012\r\n',
  ]);
});
