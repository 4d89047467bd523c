// Who went through: what a turn sensor takes back, what it leaves alone, and what the journal says of it all.

import { describe, expect, test } from 'vitest';

import type { Trust } from '../../src/admission/ports.ts';
import { makeIssuer } from '../fakes/issuer.ts';
import { askPast, dataFolder, openRecord, rowsOf, tamper } from '../fakes/record.ts';
import { openGate } from './gate.ts';

const TURN = { turn: { role: 'turn', withinSeconds: 8 } } as const;
const DAY = '2026-11-21';
/** When an annulment comes at the latest. */
const OVER_MS = 8_300;

const ready = async (setup: Omit<Parameters<typeof openGate>[0], 'inputs'> = {}) => {
  const gate = openGate({ inputs: { ...TURN, exit: { role: 'exit-request' } }, ...setup });
  await gate.inputs.turn.found(false);
  await gate.inputs.exit.found(false);
  return gate;
};

const inside = (gate: Awaited<ReturnType<typeof ready>>) => askPast(gate.record, (past) => past.inside(DAY));

describe('a granted scan', () => {
  test('is a passage once somebody went through: the scan by its number, and nothing of the person', async () => {
    const gate = await ready();
    await gate.scan(1);
    gate.pass(2_000);
    await gate.inputs.turn.press();
    gate.pass(60_000);
    const [scan, passage, ...more] = gate.events();
    expect(more).toEqual([]);
    expect(Object.keys(passage?.data ?? {})).toEqual(['gate', 'input', 'outcome', 'cause', 'scan', 'direction', 'clock']);
    expect(passage?.data).toMatchObject({
      input: 'turn',
      outcome: 'passed',
      cause: 'grant',
      scan: { epoch: gate.record.journal.epoch, sequence: scan?.sequence },
      direction: 'in',
    });
    expect(inside(gate)).toBe(1);
  });

  test('nobody went through: it is annulled, and the same person may scan again at once, the same way', async () => {
    const gate = await ready();
    await gate.scan(1);
    expect(await gate.scan(1)).toMatchObject({ reason: 'repeat', opens: false });
    gate.pass(OVER_MS);
    expect(gate.words()).toEqual(['passage turn annulled grant in scan 1']);
    expect(inside(gate)).toBe(0);
    expect(await gate.scan(1)).toMatchObject({ reason: 'recorded', direction: 'in', opens: true });
    await gate.inputs.turn.press();
    expect(inside(gate)).toBe(1);
  });

  test('while somebody is awaited their code opens nothing again, however short the repeat window is', async () => {
    const gate = await ready({ repeatWindowMs: 0 });
    await gate.scan(1);
    gate.pass(5_000);
    expect(await gate.scan(1)).toMatchObject({ reason: 'repeat', opens: false });
    await gate.inputs.turn.press();
    expect(await gate.scan(1)).toMatchObject({ reason: 'recorded', direction: 'out', opens: true });
  });

  test('a once-only pass is unused again after it was annulled, and used after somebody went through', async () => {
    const issuer = makeIssuer(dataFolder());
    const trust: Trust = {
      checkIssuer: () => 'valid',
      checkHealthSigner: () => 'unknown-key',
      inflate: () => undefined,
    };
    const gate = await ready({ trust, repeatWindowMs: 0, policy: { accept: { pass: 'verify' }, antiPassback: 'off' } });
    const { code } = issuer.pass({ once: true });
    const scan = async () => (await gate.scan(code, 'in')).reason;
    expect(await scan()).toBe('ok');
    gate.pass(OVER_MS);
    expect(await scan()).toBe('ok');
    await gate.inputs.turn.press();
    gate.pass(OVER_MS);
    expect(await scan()).toBe('already-used');
  });

  test('what was before it stands again: the last passage, and with it the direction', async () => {
    const gate = await ready();
    await gate.scan(1);
    await gate.inputs.turn.press();
    gate.pass(20_000);
    expect(await gate.scan(1)).toMatchObject({ direction: 'out' });
    gate.pass(OVER_MS);
    expect(inside(gate)).toBe(1);
    expect(await gate.scan(1)).toMatchObject({ direction: 'out' });
  });

  test('each of a rush is annulled for itself: presence is read back from there', async () => {
    const gate = await ready();
    for (let person = 1; person <= 25; person++) await gate.scan(person);
    gate.pass(OVER_MS);
    expect([gate.words().length, inside(gate)]).toEqual([25, 0]);
  });

  test('is undecided where the sensor is lost, or was, while somebody is awaited', async () => {
    const gate = await ready();
    await gate.scan(1);
    gate.lose('turn');
    gate.pass(OVER_MS);
    await gate.scan(2);
    gate.faults.clear();
    await gate.inputs.turn.found(false);
    gate.pass(OVER_MS);
    await gate.scan(3);
    await gate.inputs.turn.found(false);
    gate.pass(OVER_MS);
    expect([gate.words(), inside(gate)]).toEqual([[], 3]);
  });

  test('whose flush took long is awaited from when the gate opened, not from when the code was read', async () => {
    const gate = await ready({ flushMs: 20_000 });
    await gate.scan(1);
    gate.pass(2_000);
    await gate.inputs.turn.press();
    expect(gate.words()).toEqual(['passage turn passed grant in scan 1']);
  });

  test('goes through after the sensor came back: no alarm; stays away: undecided', async () => {
    const gate = await ready();
    await gate.scan(1);
    gate.lose('turn');
    await gate.scan(2);
    gate.faults.clear();
    await gate.inputs.turn.found(false);
    await gate.inputs.turn.press();
    gate.pass(OVER_MS);
    expect([gate.words(), inside(gate)]).toEqual([['passage turn passed grant in scan 1'], 2]);
    expect(gate.shown).not.toContain('unauthorised');
  });

  test('a sensor that saw nobody of twenty is taken for lost until it sees somebody', async () => {
    const gate = await ready();
    for (let person = 1; person <= 22; person++) {
      await gate.scan(person);
      gate.pass(OVER_MS);
    }
    expect([gate.words().length, [...gate.faults.keys()]]).toEqual([20, ['input:turn']]);
    await gate.scan(23);
    await gate.inputs.turn.press();
    expect([gate.words().at(-1), [...gate.faults.keys()]]).toEqual(['passage turn passed grant in scan 43', []]);
    await gate.scan(24);
    gate.pass(OVER_MS);
    expect([gate.words().at(-1), inside(gate)]).toEqual(['passage turn annulled grant in scan 45', 3]);
  });

  test('is undecided when the reader stops', async () => {
    const gate = await ready();
    await gate.scan(1);
    gate.entrance.close();
    gate.pass(60_000);
    expect(gate.words()).toEqual([]);
  });

  test('an annulment that the journal cannot take is recorded when it can', async () => {
    const gate = await ready();
    await gate.scan(1);
    tamper(gate.record.file, (database) => {
      database.exec("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(FAIL, 'full'); END");
    });
    gate.pass(20_000);
    expect([gate.words(), gate.logged.length > 1]).toEqual([[], true]);
    tamper(gate.record.file, (database) => database.exec('DROP TRIGGER full'));
    gate.pass(5_000);
    expect(gate.words()).toEqual(expect.arrayContaining(['passage turn annulled grant in scan 1']));
    expect(inside(gate)).toBe(0);
  });
});

describe('other openings', () => {
  test('who leaves by the button is awaited without a scan', async () => {
    const gate = await ready();
    await gate.inputs.exit.press();
    await gate.inputs.turn.press();
    await gate.inputs.exit.press();
    gate.pass(3_000);
    await gate.inputs.exit.press();
    gate.pass(OVER_MS);
    expect(gate.words()).toEqual([
      'exit-request exit',
      'passage turn passed exit-request out',
      'exit-request exit',
      'passage turn annulled exit-request out',
    ]);
  });

  test('somebody for whom the gate had not opened: event and alarm, and no end of events where they are many', async () => {
    const gate = await ready();
    for (let turn = 0; turn < 30; turn++) await gate.inputs.turn.press();
    expect(gate.words()).toEqual(Array.from({ length: 10 }, () => 'passage turn unauthorised'));
    expect(gate.shown).toEqual(Array.from({ length: 30 }, () => 'unauthorised'));
  });

  test('a grant that could not be recorded is awaited too, and nothing is taken back', async () => {
    const gate = await ready({ onJournalFailure: 'grant' });
    tamper(gate.record.file, (database) => {
      database.exec("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(FAIL, 'full'); END");
    });
    expect(await gate.scan(1)).toMatchObject({ opens: true });
    tamper(gate.record.file, (database) => database.exec('DROP TRIGGER full'));
    await gate.inputs.turn.press();
    expect(gate.words()).toEqual(expect.arrayContaining(['passage turn passed grant']));
  });
});

describe('an order that holds the gate open', () => {
  const held = async (seconds: number) => {
    const gate = await ready();
    gate.entrance.opened({ cause: 'command', atMs: gate.now(), pulseMs: seconds * 1000 });
    return gate;
  };

  test('is for as many as go through meanwhile, and for nobody after it', async () => {
    const gate = await held(60);
    for (let person = 0; person < 4; person++) {
      gate.pass(14_000);
      await gate.inputs.turn.press();
    }
    expect(gate.words()).toEqual(Array.from({ length: 4 }, () => 'passage turn passed command'));
    gate.pass(7_000);
    await gate.inputs.turn.press();
    expect(gate.words().slice(4)).toEqual(['passage turn unauthorised']);
  });

  test('takes no passage from those who scan meanwhile', async () => {
    const gate = await held(60);
    await gate.scan(1);
    await gate.inputs.turn.press();
    await gate.inputs.turn.press();
    gate.pass(70_000);
    expect(gate.words()).toEqual(['passage turn passed grant in scan 1', 'passage turn passed command']);
  });

  test('that nobody used is annulled once, when it is over', async () => {
    const gate = await held(60);
    gate.pass(59_000);
    expect(gate.words()).toEqual([]);
    gate.pass(10_000);
    expect(gate.words()).toEqual(['passage turn annulled command']);
  });
});

describe('without a turn sensor', () => {
  test('a granted scan is a passage, as ever', async () => {
    const gate = openGate({ inputs: {} });
    await gate.scan(1);
    gate.pass(60_000);
    expect(rowsOf(gate.record.file)).toHaveLength(1);
  });
});

describe('after a restart', () => {
  test('presence is what it was: annulled scans are no passages, undecided ones are', async () => {
    const gate = await ready({ repeatWindowMs: 0 });
    await gate.scan(1);
    await gate.inputs.turn.press();
    await gate.scan(2);
    gate.pass(OVER_MS);
    await gate.scan(1);
    gate.pass(OVER_MS);
    await gate.scan(3);
    gate.record.journal.close();
    const again = openRecord({ folder: gate.record.folder });
    expect(askPast(again, (past) => past.inside(DAY))).toBe(2);
  });
});
