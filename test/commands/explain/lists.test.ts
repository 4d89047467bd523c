// `explain` with what an issuer signed: passes, and the four lists from the folder and from a daemon's data folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clockData } from '../../../src/admission/event.ts';
import type { ListName } from '../../../src/admission/ports.ts';
import type { Standing } from '../../../src/admission/standing.ts';
import { readList } from '../../../src/lists/read-list.ts';
import { ListWriter } from '../../../src/lists/store.ts';
import { publicJwk } from '../../../src/system/secrets.ts';
import { type Issuer, makeIssuer, newKey, SITE } from '../../fakes/issuer.ts';
import { cardNumber, cardOf } from '../../fakes/people.ts';
import { dataFolder, openRecord } from '../../fakes/record.ts';
import { runProgram } from '../program.ts';

const AT = '2026-11-20T08:00:00+07:00';
const TOKEN = 'GT1:0123456789ABCDEFGHJKMNPQRS';

/** What standard error says of a roster that is there and does not count. */
const ABSENT = /lists\/roster\.jws counts as absent; why: gate-reader list show .*roster\.jws\n/;

interface Answer {
  readonly verdict: string;
  readonly reason: string;
  readonly holder: string | null;
  readonly label: string | null;
  readonly ref: string | null;
  readonly warnings: readonly string[];
}

interface Asked {
  readonly words?: readonly string[];
  readonly config?: string;
  /** What standard error must say; default: nothing. */
  readonly told?: RegExp;
}

async function answers(
  issuer: Issuer,
  codes: readonly string[],
  { words = [], config, told = /^$/ }: Asked = {},
): Promise<Answer[]> {
  const all = ['explain', '-', '--config', config ?? issuer.config(), '--at', AT, '--direction', 'in', ...words];
  const { code, stdout, stderr } = await runProgram(all, { input: `${codes.join('\n')}\n` });
  expect({ code, lines: stdout.split('\n').length - 1 }).toEqual({ code: 0, lines: codes.length });
  expect(stderr).toMatch(told);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Answer);
}

const reasons = async (...asked: Parameters<typeof answers>) => (await answers(...asked)).map(({ reason }) => reason);

/** An issuer of an empty school, and the card of person 1 as a pupil of it. */
function school() {
  const issuer = makeIssuer(dataFolder());
  const pupil = { ref: issuer.ref('cccd', cardNumber(1)), holder: 'pupil', label: 'Lớp 6A, số 1' };
  return { issuer, pupil };
}

describe('explain of signed passes', () => {
  test('each gets the first reason that fails, however often it is asked', async () => {
    const { issuer } = school();
    const good = issuer.pass();
    const revoked = issuer.pass({ once: true });
    const once = issuer.pass({ once: true });
    issuer.publish('revoked', [{ ref: revoked.ref }]);
    const cases: readonly (readonly [string, string])[] = [
      [good.code, 'ok'],
      [issuer.pass({ gates: ['cong-chinh', 'cong-sau'] }).code, 'ok'],
      [issuer.pass({ gates: ['cong-sau'] }).code, 'wrong-gate'],
      [issuer.pass({ until: Date.parse(AT) / 1000 - 61 }).code, 'expired'],
      [issuer.pass({ until: Date.parse(AT) / 1000 - 60 }).code, 'ok'],
      [issuer.pass({ from: Date.parse(AT) / 1000 + 61 }).code, 'not-yet-valid'],
      [revoked.code, 'revoked'],
      [once.code, 'ok'],
      [once.code, 'ok'],
      [makeIssuer(dataFolder()).pass().code, 'unknown-issuer'],
      [`${good.code.slice(0, -3)}AAA`, 'bad-signature'],
    ];
    expect(
      await reasons(
        issuer,
        cases.map(([code]) => code),
      ),
    ).toEqual(cases.map(([, reason]) => reason));
  });

  test('shows the masked name, the kind of holder and the ref that the revoked list uses', async () => {
    const { issuer } = school();
    const { code, ref } = issuer.pass();
    expect(await answers(issuer, [code])).toEqual([
      { kind: 'pass', verdict: 'granted', reason: 'ok', holder: 'visitor', label: 'N**n V** M**', ref, warnings: [] },
    ]);
  });

  test('without trust no pass has a known issuer', async () => {
    const { issuer } = school();
    expect(await reasons(issuer, [issuer.pass().code], { config: issuer.config({ trust: {} }) })).toEqual(['unknown-issuer']);
  });

  test('an issuers file that is none is exit 78 with what to do', async () => {
    const { issuer } = school();
    const file = join(dataFolder(), 'trust.json');
    writeFileSync(file, '{"keys":[{"kty":"RSA"}]}');
    const { code, stdout, stderr } = await runProgram(['explain', 'x', '--config', issuer.config({ trust: { issuers: file } })]);
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toContain(file);
  });
});

describe('explain of the roster', () => {
  test('holders on it, on their terms, and under its label', async () => {
    const { issuer, pupil } = school();
    const token = { ref: issuer.ref('token', TOKEN.slice(4)), holder: 'staff', label: 'Nhân viên 1' };
    const held = { ...pupil, ref: issuer.ref('cccd', cardNumber(2)), label: 'Lớp 6A, số 2', hold: 'Mời gặp bảo vệ' };
    const late = { ...pupil, ref: issuer.ref('cccd', cardNumber(3)), label: 'Lớp 6A, số 3', hours: { windows: [] } };
    issuer.publish('roster', [pupil, token, held, late]);
    const told = await answers(issuer, [cardOf(1), TOKEN, cardOf(2), cardOf(3), cardOf(4)]);
    expect(told.map(({ reason, holder, label }) => [reason, holder, label])).toEqual([
      ['ok', 'pupil', 'Lớp 6A, số 1'],
      ['ok', 'staff', 'Nhân viên 1'],
      ['blocked', 'pupil', 'Lớp 6A, số 2'],
      ['outside-hours', 'pupil', 'Lớp 6A, số 3'],
      ['not-on-roster', 'unlisted', '******000004'],
    ]);
  });

  test.each([
    ['at the edge of the first limit', '2026-11-21T06:00:00+07:00', 'ok', []],
    ['over the first limit', '2026-11-21T06:00:01+07:00', 'ok', ['list-too-old']],
    ['over the last limit', '2026-11-27T06:00:01+07:00', 'list-too-old', []],
    ['when it is over, whatever its age', '2027-06-01T00:00:00+07:00', 'not-on-roster', []],
    ['before it was issued', '2026-01-01T06:00:00+07:00', 'ok', []],
  ])('its age: %s', async (_, at, reason, warnings) => {
    const { issuer, pupil } = school();
    issuer.publish('roster', [pupil]);
    const told = /^$|counts as absent/;
    const [answer] = await answers(issuer, [cardOf(1)], { words: ['--at', at], told });
    expect(answer).toMatchObject({ reason, warnings });
    expect(answer?.label).toBe(reason === 'not-on-roster' ? '******000001' : 'Lớp 6A, số 1');
  });

  test('the policy for pupils holds where their own entry says nothing; --direction chooses the way', async () => {
    const { issuer, pupil } = school();
    issuer.publish('roster', [pupil]);
    issuer.publish('policy', [{ holder: 'pupil', escort: { by: ['P9'], before: '12:00' } }]);
    const out = (at: string) => reasons(issuer, [cardOf(1)], { words: ['--direction', 'out', '--at', at] });
    expect(await reasons(issuer, [cardOf(1)])).toEqual(['ok']);
    expect(await out('2026-11-20T11:59:00+07:00')).toEqual(['blocked']);
    expect(await out('2026-11-20T12:00:00+07:00')).toEqual(['ok']);
  });

  test.each<[string, (issuer: Issuer, pupil: object) => void]>([
    ['of another site', (issuer, pupil) => issuer.publish('roster', [pupil], { site: 'other' })],
    ['by a key nobody trusts', (issuer, pupil) => issuer.publish('roster', [pupil], { key: newKey() })],
    ['that is over', (issuer, pupil) => issuer.publish('roster', [pupil], { expires: '2026-11-20T07:59:00+07:00' })],
    ['with one wrong entry', (issuer, pupil) => issuer.publish('roster', [pupil, { ref: 'x' }])],
    ['under the name of another', (issuer) => writeFileSync(join(issuer.lists, 'roster.jws'), issuer.list('revoked', []))],
    ['that is plain JSON', (issuer) => writeFileSync(join(issuer.lists, 'roster.jws'), '{}')],
    ['that is a folder', (issuer) => mkdirSync(join(issuer.lists, 'roster.jws'))],
  ])('a list %s counts as absent, which is told', async (_, put) => {
    const { issuer, pupil } = school();
    put(issuer, pupil);
    expect(await reasons(issuer, [cardOf(1)], { told: ABSENT })).toEqual(['not-on-roster']);
  });

  test('a key of the signed keys list may sign the roster and passes', async () => {
    const { issuer, pupil } = school();
    const key = newKey();
    issuer.publish('roster', [pupil], { key });
    expect(await reasons(issuer, [cardOf(1)], { told: ABSENT })).toEqual(['not-on-roster']);
    issuer.publish('keys', [publicJwk(key)]);
    expect(await reasons(issuer, [cardOf(1), issuer.pass().code])).toEqual(['ok', 'ok']);
    issuer.publish('keys', [publicJwk(key)], { key });
    expect(await reasons(issuer, [cardOf(1)], { told: ABSENT })).toEqual(['not-on-roster']);
  });
});

describe('explain --data', () => {
  /** A daemon's data folder that took this list over. */
  function taken(issuer: Issuer, entries: readonly object[], version: number, list: ListName = 'roster'): string {
    const folder = dataFolder();
    const nowMs = Date.parse(AT);
    const issuers = [publicJwk(issuer.key)];
    const reading = readList(Buffer.from(issuer.list(list, entries, { version })), { list, site: SITE, issuers, nowMs });
    if (!reading.ok) throw new Error(reading.refusal.reason);
    const writer = new ListWriter(folder);
    writer.replace(reading.list, { ...reading.list, sha256: 'test' }, nowMs);
    writer.close();
    return folder;
  }

  test('of the folder’s list and the daemon’s copy the higher version counts', async () => {
    const { issuer, pupil } = school();
    const words = ['--data', taken(issuer, [pupil], 2)];
    expect(await reasons(issuer, [cardOf(1)], { words })).toEqual(['ok']);
    issuer.publish('roster', [], { version: 1 });
    expect(await reasons(issuer, [cardOf(1)], { words })).toEqual(['ok']);
    expect(await reasons(issuer, [cardOf(1)])).toEqual(['not-on-roster']);
    issuer.publish('roster', [], { version: 3 });
    expect(await reasons(issuer, [cardOf(1)], { words })).toEqual(['not-on-roster']);
  });

  test('a key that the daemon took over may sign what is in the folder, until the list of keys is over', async () => {
    const { issuer, pupil } = school();
    const key = newKey();
    issuer.publish('roster', [pupil], { key, expires: '2036-01-01T00:00:00Z' });
    const words = ['--data', taken(issuer, [publicJwk(key)], 1, 'keys')];
    expect(await reasons(issuer, [cardOf(1)], { words })).toEqual(['ok']);
    const later = [...words, '--at', '2027-07-01T00:00:00Z'];
    expect(await reasons(issuer, [cardOf(1)], { words: later, told: ABSENT })).toEqual(['not-on-roster']);
  });

  test('a copy that is over counts as absent, and one of another site', async () => {
    const { issuer, pupil } = school();
    const words = ['--data', taken(issuer, [pupil], 2)];
    expect(await reasons(issuer, [cardOf(1)], { words: [...words, '--at', '2027-07-01T00:00:00Z'] })).toEqual(['not-on-roster']);
    expect(await reasons(issuer, [cardOf(1)], { words, config: issuer.config({ site: 'other' }) })).toEqual(['not-on-roster']);
  });
});

test('explain in words says which cause of a block it is, and the message, without control characters', async () => {
  const { issuer, pupil } = school();
  issuer.publish('roster', [{ ...pupil, hold: 'Mời gặp bảo vệ' }]);
  const config = issuer.config({ language: 'vi' });
  const { stdout } = await runProgram(['explain', cardOf(1), '--config', config, '--at', AT]);
  expect(stdout).toContain('Đây là: thẻ căn cước, Lớp 6A, số 1\n');
  expect(stdout).toContain('Cụ thể: đang bị tạm giữ\nNhắn bảo vệ: Mời gặp bảo vệ\n');
});

describe('explain beside a reader that the centre has locked', () => {
  test('answers as if it were not, and says on standard error that it is; without --data it knows nothing of it', async () => {
    const { issuer } = school();
    const { code } = issuer.pass();
    const record = openRecord();
    const order = (standing: Standing) => {
      const moment = record.clock.describe(record.clock.read());
      const data = { command: 'lock', outcome: 'done', reason: 'ok', clock: clockData(moment) } as const;
      record.journal.append({ moment, type: 'gate.command.v1', stands: standing, data });
    };
    const words = ['--data', record.folder];
    order({ locked: true, maintenance: false });
    expect(await reasons(issuer, [code], { words, told: /^The centre has locked this gate: .*\n$/ })).toEqual(['ok']);
    expect(await reasons(issuer, [code])).toEqual(['ok']);
    order({ locked: false, maintenance: true });
    expect(await reasons(issuer, [code], { words, told: /into maintenance/ })).toEqual(['ok']);
    order({ locked: false, maintenance: false });
    expect(await reasons(issuer, [code], { words })).toEqual(['ok']);
  });
});
