// What buttons, contacts and turn sensors do at the gate: shown, opened, recorded, in order.

import { describe, expect, test } from 'vitest';

import { tamper as damage } from '../fakes/record.ts';
import { openGate } from './gate.ts';

describe('the exit button', () => {
  const inputs = { exit: { role: 'exit-request' } } as const;

  test('opens the gate, shows the way out, and is an event', async () => {
    const gate = openGate({ inputs });
    await gate.inputs.exit.found(false);
    await gate.inputs.exit.press();
    expect(gate.shown).toEqual(['exit-request opens']);
    expect(gate.events()).toMatchObject([
      { type: 'gate.exit-request.v1', data: { gate: 'cong-chinh', input: 'exit', clock: { state: 'synchronised' } } },
    ]);
  });

  test('held down at the start it opens nothing; held after a press it opens once', async () => {
    const gate = openGate({ inputs });
    await gate.inputs.exit.found(true);
    gate.pass(60_000);
    expect(gate.shown).toEqual([]);
    await gate.inputs.exit.set(false);
    await gate.inputs.exit.set(true);
    gate.pass(60_000);
    expect(gate.shown).toEqual(['exit-request opens']);
  });

  test('chattering it opens once for each pulse of the relay, and is counted beyond ten a minute', async () => {
    const gate = openGate({ inputs });
    await gate.inputs.exit.found(false);
    for (let press = 0; press < 120; press++) {
      await gate.inputs.exit.press();
      gate.pass(500);
    }
    expect(gate.shown).toHaveLength(20);
    expect(gate.words()).toEqual(Array.from({ length: 10 }, () => 'exit-request exit'));
    gate.pass(60_000);
    await gate.inputs.exit.press();
    expect(gate.words().at(-1)).toBe('exit-request exit unrecorded=10');
  });

  test('lets people out although the journal cannot be written, and says so', async () => {
    const gate = openGate({ inputs });
    await gate.inputs.exit.found(false);
    damage(gate.record.file, (database) => {
      database.exec("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(FAIL, 'full'); END");
    });
    await gate.inputs.exit.press();
    expect(gate.shown).toEqual(['exit-request opens']);
    expect(gate.logged).toEqual(['gate.exit-request.v1 was not recorded']);
    expect(gate.record.faults).toHaveLength(1);
  });
});

describe('direction buttons', () => {
  const inputs = {
    'go-in': { role: 'direction', direction: 'in', holdSeconds: 10 },
    'go-out': { role: 'direction', direction: 'out', holdSeconds: 10 },
  } as const;
  const ready = async (setup: Omit<Parameters<typeof openGate>[0], 'inputs'> = {}) => {
    const gate = openGate({ inputs, ...setup });
    await gate.inputs['go-in'].found(false);
    await gate.inputs['go-out'].found(false);
    return gate;
  };
  const way = async (scan: Promise<{ readonly direction?: string }>) => (await scan).direction;

  test('the next person goes that way, the one after by their own last passage', async () => {
    const gate = await ready();
    await gate.inputs['go-out'].press();
    expect([await way(gate.scan(1)), await way(gate.scan(2))]).toEqual(['out', 'in']);
    expect(gate.events().map(({ data }) => data['direction'])).toEqual(['out', 'in']);
  });

  test('holds until its time is over, which pressing again renews; the later press wins', async () => {
    const gate = await ready();
    await gate.inputs['go-out'].press();
    gate.pass(9_000);
    await gate.inputs['go-out'].press();
    gate.pass(9_999);
    expect(await way(gate.scan(1))).toBe('out');
    await gate.inputs['go-out'].press();
    gate.pass(10_000);
    expect(await way(gate.scan(2))).toBe('in');
    await gate.inputs['go-in'].press();
    await gate.inputs['go-out'].press();
    expect(await way(gate.scan(3))).toBe('out');
  });

  test('a denied code and a repeat do not use it up; on the denied one it is the direction', async () => {
    const gate = await ready();
    await gate.scan(1);
    await gate.inputs['go-out'].press();
    expect(await gate.scan('something else')).toMatchObject({ verdict: 'denied' });
    expect(await gate.scan(1)).toMatchObject({ reason: 'repeat' });
    expect(gate.events().at(-1)?.data).toMatchObject({ verdict: 'denied', direction: 'out' });
    expect(await way(gate.scan(2))).toBe('out');
  });

  test('a scanner with a fixed way neither follows it nor uses it up', async () => {
    const gate = await ready();
    await gate.inputs['go-out'].press();
    expect([await way(gate.scan(1, 'in')), await way(gate.scan(2))]).toEqual(['in', 'out']);
  });

  test('the same way twice is a passback, as at a scanner with that fixed way', async () => {
    const gate = await ready({ repeatWindowMs: 0, policy: { antiPassback: 'deny' } });
    await gate.scan(1);
    await gate.inputs['go-in'].press();
    expect(await gate.scan(1)).toMatchObject({ verdict: 'denied', reason: 'passback', direction: 'in' });
    await gate.inputs['go-out'].press();
    expect(await gate.scan(1)).toMatchObject({ verdict: 'granted', direction: 'out' });
  });
});

describe('the tamper contact', () => {
  const inputs = { cabinet: { role: 'tamper' } } as const;

  test('opened: one alarm, an event, a fault until it is shut', async () => {
    const gate = openGate({ inputs });
    await gate.inputs.cabinet.found(false);
    await gate.inputs.cabinet.set(true);
    expect(gate.shown).toEqual(['tamper']);
    expect([...gate.faults.keys()]).toEqual(['tamper:cabinet']);
    await gate.inputs.cabinet.set(false);
    expect([gate.shown, [...gate.faults.keys()]]).toEqual([['tamper'], []]);
    expect(gate.words()).toEqual(['tamper cabinet opened', 'tamper cabinet closed']);
  });

  test('found open at the start: fault and event, no alarm; found so again: nothing', async () => {
    const gate = openGate({ inputs });
    await gate.inputs.cabinet.found(true);
    await gate.inputs.cabinet.found(true);
    expect([...gate.faults.keys()]).toEqual(['tamper:cabinet']);
    expect(gate.shown).toEqual([]);
    expect(gate.words()).toEqual(['tamper cabinet opened initial=true']);
  });
});

describe('the door contact', () => {
  const inputs = { door: { role: 'door', heldOpenSeconds: 30 }, exit: { role: 'exit-request' } } as const;
  const ready = async () => {
    const gate = openGate({ inputs });
    await gate.inputs.door.found(false);
    await gate.inputs.exit.found(false);
    return gate;
  };

  test('opened for somebody who was let in or out and shut again is no event', async () => {
    const gate = await ready();
    await gate.scan(1);
    await gate.inputs.door.press();
    await gate.inputs.exit.press();
    gate.pass(4_000);
    await gate.inputs.door.press();
    expect(gate.words()).toEqual(['exit-request exit']);
    expect(gate.shown).toEqual(['granted recorded in opens', 'exit-request opens']);
  });

  test('a denied code and a repeat open it for nobody', async () => {
    const gate = await ready();
    await gate.scan('something else');
    await gate.inputs.door.press();
    expect(gate.words()).toEqual(['door door forced', 'door door closed openSeconds=0']);
  });

  test('opened by force: alarm at once, and how long it was open', async () => {
    const gate = await ready();
    await gate.inputs.door.set(true);
    expect(gate.shown).toEqual(['forced']);
    gate.pass(12_000);
    await gate.inputs.door.set(false);
    expect(gate.words()).toEqual(['door door forced', 'door door closed openSeconds=12']);
  });

  test('left open: told once, attention each time it is due, closed in the end', async () => {
    const gate = await ready();
    await gate.scan(1);
    await gate.inputs.door.set(true);
    gate.pass(95_000);
    await gate.inputs.door.set(false);
    expect(gate.shown.slice(1)).toEqual(['held-open', 'held-open', 'held-open']);
    expect(gate.words()).toEqual(['door door held-open', 'door door closed openSeconds=95']);
  });

  test('opened by who was let in after a flush that took long is no force', async () => {
    const gate = openGate({ inputs, flushMs: 20_000 });
    await gate.inputs.door.found(false);
    await gate.scan(1);
    gate.pass(2_000);
    await gate.inputs.door.press();
    expect(gate.words()).toEqual([]);
  });

  test('open for as long as an order holds the gate open: told only afterwards', async () => {
    const gate = await ready();
    gate.entrance.opened({ cause: 'command', atMs: gate.now(), pulseMs: 60_000 });
    await gate.inputs.door.set(true);
    gate.pass(86_000);
    expect(gate.words()).toEqual([]);
    gate.pass(2_000);
    expect(gate.words()).toEqual(['door door held-open']);
  });

  test('nothing is told of a contact that cannot be read', async () => {
    const gate = await ready();
    await gate.scan(1);
    await gate.inputs.door.set(true);
    gate.lose('door');
    gate.pass(95_000);
    expect(gate.words()).toEqual([]);
    gate.faults.clear();
    await gate.inputs.door.found(true);
    gate.pass(1);
    expect(gate.words()).toEqual(['door door held-open']);
  });
});
