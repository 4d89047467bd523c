// The centre's commands at a gate with a real journal: what each does, what is refused, and that none works twice.

import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import type { Answer } from '../src/admission/command.ts';
import type { LaneDirection } from '../src/admission/ports.ts';
import { issuerKey } from '../src/trust/issuers.ts';
import type { CommandArrival } from '../src/uplink/messages.ts';
import type { openGate } from './entrance/gate.ts';
import { eventually } from './fakes/eventually.ts';
import { newKey } from './fakes/issuer.ts';
import { anyText } from './fakes/like.ts';
import { dataFolder, tamper } from './fakes/record.ts';
import { openRemote } from './fakes/remote.ts';

const done = (command: string) => expect.objectContaining({ command, outcome: 'done', reason: 'ok' }) as Answer;
const refused = (reason: string) => expect.objectContaining({ outcome: 'refused', reason }) as Answer;
const verdict = async (gate: { scan: ReturnType<typeof openGate>['scan'] }, code: number, looks: LaneDirection = 'in') => {
  const { verdict: said, reason, detail, opens } = await gate.scan(code, looks);
  return [said, reason, ...(detail ? [detail] : []), ...(opens ? ['opens'] : [])].join(' ');
};

test('open: recorded before the gate opens, for the relay’s own time or for so many seconds', async () => {
  const gate = openRemote();
  expect(await gate.order('open')).toEqual({ id: 'c-1', command: 'open', outcome: 'done', reason: 'ok' });
  expect(await gate.order('open', { args: { seconds: 20 } })).toEqual(done('open'));
  expect(gate.shown).toEqual(['command opens', 'command opens 20000 ms']);
  expect(gate.commands()[0]).toEqual({
    id: 'c-1',
    command: 'open',
    outcome: 'done',
    reason: 'ok',
    kid: issuerKey(gate.key).jwk.kid,
    clock: 0,
  });
});

test('a journal that can’t be written opens nothing, uses no counter up, and says so', async () => {
  const gate = openRemote();
  const jws = Buffer.from(gate.centre.sign('open'));
  tamper(gate.record.file, (database) =>
    database.exec('CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 1); END'),
  );
  expect(await gate.give({ jws })).toEqual(refused('journal-failed'));
  expect(gate.shown).toEqual([]);
  tamper(gate.record.file, (database) => database.exec('DROP TRIGGER full'));
  expect(await gate.give({ jws })).toEqual(done('open'));
});

test('lock: nobody passes but by the button inside, until unlock; also whoever was let through just before', async () => {
  const gate = openRemote();
  expect(await verdict(gate, 1)).toBe('granted recorded opens');
  await gate.order('lock');
  expect(await verdict(gate, 1)).toBe('denied blocked locked');
  expect(await verdict(gate, 2)).toBe('denied blocked locked');
  expect(gate.board.faults.map(({ part }) => part)).toEqual(['lock']);
  gate.shown.length = 0;
  await gate.inputs.exit.found(false);
  await gate.inputs.exit.press();
  await eventually('the exit', () => gate.shown.includes('exit-request opens'));
  expect(await gate.order('open')).toEqual(done('open'));
  await gate.order('unlock');
  expect(await verdict(gate, 2)).toBe('granted recorded opens');
  expect(gate.board.faults).toEqual([]);
});

test('lock and maintenance outlive a restart and a damaged journal', async () => {
  const folder = dataFolder();
  const gate = openRemote({ folder });
  await gate.order('lock');
  await gate.order('maintenance', { args: { on: true } });
  gate.record.journal.replace('page 7 is wrong');
  expect(gate.record.setAside).toHaveLength(1);
  expect(gate.record.journal.orders.standing).toEqual({ locked: true, maintenance: true });
  gate.record.journal.close();
  const again = openRemote({ folder, key: gate.key });
  expect(await verdict(again, 1)).toBe('denied blocked locked');
  expect(again.board.faults.map(({ part }) => part)).toEqual(['lock', 'maintenance']);
});

test('a lock holds from the first scan that can be recorded, though the journal could not be read at the start', async () => {
  const folder = dataFolder();
  const gate = openRemote({ folder });
  await gate.order('lock');
  gate.record.journal.close();
  const { file } = gate.record;
  renameSync(file, `${file}.away`);
  mkdirSync(file);
  const again = openRemote({ folder, key: gate.key });
  expect(await verdict(again, 1)).toBe('denied journal-failed');
  again.board.report('journal', 'unable to open database file');
  rmdirSync(file);
  renameSync(`${file}.away`, file);
  expect(await verdict(again, 2)).toBe('denied blocked locked');
  again.board.report('journal', undefined);
  expect(again.board.faults.map(({ part }) => part)).toEqual(['lock']);
});

test('whoever was let through before the lock and has not gone yet is answered by it', async () => {
  const gate = openRemote();
  await gate.inputs.turn.found(false);
  expect(await verdict(gate, 1)).toBe('granted recorded opens');
  expect(await verdict(gate, 1)).toBe('granted repeat');
  await gate.order('lock');
  expect(await verdict(gate, 1)).toBe('denied blocked locked');
});

test('maintenance: scans are shown and recorded as denied, open is refused and does not come later', async () => {
  const gate = openRemote();
  await gate.order('maintenance', { args: { on: true } });
  expect(await verdict(gate, 1)).toBe('denied blocked maintenance');
  const open = Buffer.from(gate.centre.sign('open'));
  expect(await gate.give({ jws: open })).toEqual(refused('maintenance'));
  await gate.order('maintenance', { args: { on: false } });
  expect(await gate.give({ jws: open })).toEqual(refused('replayed'));
  expect(await verdict(gate, 1)).toBe('granted recorded opens');
  expect(gate.shown.filter((what) => what.startsWith('command'))).toEqual([]);
});

test('what was refused before its time is not carried out in its time', async () => {
  const gate = openRemote();
  const jws = Buffer.from(gate.centre.sign('open', { nbf: gate.record.clock.read().wallMs / 1000 + 10 }));
  expect(await gate.give({ jws })).toEqual(refused('not-yet-valid'));
  gate.record.clock.advance(20_000);
  expect(await gate.give({ jws })).toEqual(refused('replayed'));
  expect(gate.shown).toEqual([]);
});

test('identify shows itself; resend asks for what exists', async () => {
  const gate = openRemote();
  await gate.order('identify');
  expect(await gate.order('resend', { args: { from: 1, to: 9_999 } })).toEqual(done('resend'));
  expect(await gate.order('resend', { args: { from: 9_999, to: 9_999 } })).toEqual(refused('no-such-events'));
  expect(gate.shown).toEqual(['identify']);
  expect(gate.resent).toEqual([{ command: 'resend', from: 1, to: 9_999 }]);
});

test('reload begins after it was recorded and answered; one that is refused anyway checks nothing', async () => {
  const seen: string[] = [];
  let good = false;
  const gate = openRemote({
    reload: async () => {
      seen.push('checked');
      return good
        ? { ok: true, begin: () => seen.push(`begun after ${gate.answers.at(-1)?.reason}`) }
        : { ok: false, reason: 'bad-configuration' };
    },
  });
  expect(await gate.order('reload')).toEqual(refused('bad-configuration'));
  good = true;
  expect(await gate.order('reload')).toEqual(done('reload'));
  expect(await gate.order('reload', { counter: 1 })).toEqual(refused('replayed'));
  expect(seen).toEqual(['checked', 'checked', 'begun after ok']);
  expect(await openRemote().order('reload')).toEqual(refused('not-possible'));
});

test('none works twice: not again, not after a restart, not from an older copy, not after the journal was set aside', async () => {
  const folder = dataFolder();
  const gate = openRemote({ folder });
  const before = readFileSync(gate.record.file);
  const jws = Buffer.from(gate.centre.sign('open'));
  expect(await gate.give({ jws })).toEqual(done('open'));
  expect(await gate.give({ jws })).toEqual(refused('replayed'));
  gate.record.journal.replace('page 7 is wrong');
  expect(await gate.give({ jws })).toEqual(refused('replayed'));
  gate.record.journal.close();
  const again = openRemote({ folder, key: gate.key });
  expect(await again.give({ jws })).toEqual(refused('replayed'));
  writeFileSync(gate.record.file, before);
  expect(await again.order('identify', { counter: 1 })).toEqual(refused('replayed'));
  again.record.journal.close();
  // Too damaged to go on with, sound enough to say what was used.
  const third = openRemote({ folder });
  await third.order('identify', { counter: 5 });
  third.record.journal.close();
  tamper(third.record.file, (database) => database.exec("UPDATE event SET body = x'7b7d' WHERE sequence = 1"));
  const last = openRemote({ folder, key: third.key });
  expect(last.record.setAside).toHaveLength(1);
  expect(await last.order('identify', { counter: 5 })).toEqual(refused('replayed'));
  expect(await last.order('identify', { counter: 6 })).toEqual(done('identify'));
});

test('what is not proven, not for this reader or not in its time does nothing, and is recorded with what is known of it', async () => {
  const gate = openRemote({ audience: 'required' });
  const { sign, claims } = gate.centre;
  const stranger = newKey();
  const [header = '', payload = '', signature = ''] = sign('open').split('.');
  const other = sign('lock').split('.')[1] ?? '';
  const cases: [string, Partial<CommandArrival>][] = [
    ['retained', { jws: Buffer.from(sign('open')), retained: true }],
    ['too-large', {}],
    ['malformed', { jws: Buffer.from('not a command') }],
    ['unsigned', { jws: Buffer.from(JSON.stringify(claims('open'))) }],
    ['unsigned', { jws: Buffer.from(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`) }],
    ['wrong-algorithm', { jws: Buffer.from(`${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${payload}.${signature}`) }],
    ['unknown-issuer', { jws: Buffer.from(sign('open', { key: stranger })) }],
    ['bad-signature', { jws: Buffer.from(`${header}.${other}.${signature}`) }],
    ['no-audience', { jws: Buffer.from(sign('open', { aud: undefined })) }],
    ['wrong-reader', { jws: Buffer.from(sign('open', { aud: '/gates/demo/demo-2' })) }],
  ];
  for (const [reason, arrival] of cases) expect(await gate.give(arrival), reason).toEqual(refused(reason));
  expect(gate.shown).toEqual([]);
  const unproven = { command: 'unknown', outcome: 'refused', clock: 0 };
  const proven = { id: anyText(), command: 'open', outcome: 'refused', kid: issuerKey(gate.key).jwk.kid, clock: 0 };
  expect(gate.commands()).toEqual(cases.map(([reason], at) => ({ ...(at < 8 ? unproven : proven), reason })));
});

test('one that names no reader works where the site does not ask for it', async () => {
  const gate = openRemote();
  expect(await gate.give({ jws: Buffer.from(gate.centre.sign('open', { aud: undefined })) })).toMatchObject({ outcome: 'done' });
  expect(gate.shown).toHaveLength(1);
});

test('beyond ten a minute refusals are counted in one event and not answered; what is proven works all the while', async () => {
  const gate = openRemote();
  for (let sent = 0; sent < 40; sent += 1) {
    gate.remote.take({ jws: Buffer.from('noise'), retained: false, reply: { topic: 'centre/answers' } });
  }
  gate.remote.dropped(9_960);
  expect(await gate.give({ jws: Buffer.from(gate.centre.sign('lock')) })).toBeDefined();
  await eventually('the lock', () => gate.answers.some(({ command }) => command === 'lock'));
  expect(gate.answers).toHaveLength(11);
  gate.close();
  expect(gate.commands().map((data) => data['reason'])).toEqual([...Array<string>(10).fill('malformed'), 'ok', 'too-many']);
  expect(gate.commands().at(-1)).toMatchObject({ unrecorded: 9_990 });
  gate.remote.take({ jws: Buffer.from(gate.centre.sign('unlock')), retained: false, reply: undefined });
  await new Promise((resolve) => setImmediate(resolve));
  expect(gate.record.journal.orders.standing.locked).toBe(true);
});
