// The whole way in, with signed passes and lists: keys and passes from the command line, lists over a real Mosquitto, codes on
// a pty, the daemon as a child process; and a search of everything it left behind for everything that is nobody's business.

import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compactDecrypt } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';

import { Centre, chainFault } from './fakes/centre.ts';
import { type Daemon, startDaemon, temporaryFolder } from './fakes/daemon.ts';
import { eventually } from './fakes/eventually.ts';
import { type Kiosk, makeKiosk, READER, SITE } from './fakes/kiosk.ts';
import { startMosquitto } from './fakes/mosquitto.ts';
import { cardNumber, cardOf } from './fakes/people.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const NAME = 'Nguyễn Thị Khách Mời';
const PUPIL = 'Lê Văn Học Trò';

async function run(...words: readonly string[]): Promise<string> {
  const child = startDaemon(words);
  const code = await child.exited();
  if (code !== 0) throw new Error(`${words.slice(0, 2).join(' ')} ended with ${code}: ${child.stderr.join('\n')}`);
  return child.stdout.join('\n');
}

/** What an authority has: a folder with its key, the trust file and the site's key. */
interface Authority {
  readonly folder: string;
  readonly key: string;
  readonly trust: string;
  readonly siteKey: string;
}

async function authority(): Promise<Authority> {
  const folder = temporaryFolder();
  cleanups.push(folder.remove);
  const [key, trust, siteKey] = ['issuer.key', 'trust.json', 'site.key'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  await run('key', 'new', '--out', key);
  writeFileSync(trust, await run('key', 'show', key, '--jwks'));
  writeFileSync(siteKey, Buffer.alloc(32, 7), { mode: 0o600 });
  return { folder: folder.path, key, trust, siteKey };
}

function kioskAt(broker: string, { trust, siteKey }: Authority, settings: object = {}, gate = 'cong-chinh'): Kiosk {
  const kiosk = makeKiosk({
    broker,
    settings: {
      gate,
      trust: { issuers: trust },
      privacy: { siteKeyFile: siteKey },
      admission: { accept: { cccd: 'record' }, repeatWindowSeconds: 0, antiPassback: 'off', ...settings },
    },
  });
  cleanups.push(() => kiosk.remove());
  return kiosk;
}

async function sign(home: Authority, list: string, entries: readonly object[], version: number): Promise<string> {
  const [input, output] = [join(home.folder, `${list}-${version}.json`), join(home.folder, `${list}-${version}.jws`)];
  writeFileSync(input, JSON.stringify(entries));
  await run(
    'list',
    'sign',
    '--key',
    home.key,
    '--list',
    list,
    '--site',
    SITE,
    '--version',
    String(version),
    input,
    '--out',
    output,
  );
  return readFileSync(output, 'utf8').trim();
}

async function publish(centre: Centre, list: string, jws: string): Promise<void> {
  await centre.client.publishAsync(`lists/v1/${SITE}/${list}`, jws, { qos: 1, retain: true });
}

const taken = (centre: Centre, list: string, outcome: string) =>
  eventually(`${list} ${outcome}`, () =>
    centre
      .events()
      .findLast(({ event }) => event.type === 'gate.list.v1' && event.data['list'] === list && event.data['outcome'] === outcome),
  );

let asked = 0;
async function scan(kiosk: Kiosk, daemon: Daemon, code: string): Promise<string> {
  const before = daemon.feedback().length;
  await kiosk.scanner.write(`${code}\r`);
  asked += 1;
  await eventually(`answer ${asked}`, () => daemon.feedback().length > before, { detail: () => daemon.stderr.join('\n') });
  return daemon.feedback().at(-1) ?? '';
}

async function issuePass(home: Authority, ...more: readonly string[]): Promise<{ code: string; ref: string | null }> {
  const words = [
    'pass',
    'issue',
    '--key',
    home.key,
    '--name',
    NAME,
    '--kind',
    'visitor',
    '--from',
    '2020-01-01',
    '--until',
    '2099-12-31',
  ];
  return JSON.parse(await run(...words, '--json', ...more)) as { code: string; ref: string | null };
}

describe('the whole way in', () => {
  test('passes, tokens, revocation, gates, age and two codes of one person; nothing personal is left anywhere', {
    timeout: 120_000,
  }, async () => {
    const home = await authority();
    const { url, kill, folder: brokerFolder } = await startMosquitto();
    cleanups.push(kill);
    const centre = await Centre.connect(url, { site: SITE, reader: READER, receipts: true });
    cleanups.push(() => centre.close());
    const kiosk = kioskAt(url, home);

    const pass = await issuePass(home, '--gate', 'cong-chinh', '--config', kiosk.configuration);
    const once = await issuePass(home, '--once');
    const { tokens } = JSON.parse(await run('token', 'new', '--count', '2', '--json', '--config', kiosk.configuration)) as {
      tokens: { token: string; ref: string }[];
    };
    const [first, second] = tokens as [{ token: string; ref: string }, { token: string; ref: string }];
    const label = 'L** V** H** T**';
    const roster = tokens.map(({ ref }) => ({ ref, holder: 'pupil', label, person: 'hoc-sinh-1' }));
    await publish(centre, 'roster', await sign(home, 'roster', roster, 1));

    const daemon = kiosk.start();
    await daemon.ready();
    await taken(centre, 'roster', 'done');
    expect(await scan(kiosk, daemon, pass.code)).toBe('granted ok in pass N**n T** K**h M**');
    expect(await scan(kiosk, daemon, pass.code)).toBe('granted ok out pass N**n T** K**h M**');
    expect(await scan(kiosk, daemon, once.code)).toMatch(/^granted ok in pass /);
    expect(await scan(kiosk, daemon, once.code)).toMatch(/^denied already-used - pass /);
    expect(await scan(kiosk, daemon, `${pass.code.slice(0, -3)}AAA`)).toMatch(/^denied (bad-signature|malformed) - pass -$/);
    expect(await scan(kiosk, daemon, first.token)).toBe(`granted ok in token ${label}`);
    expect(await scan(kiosk, daemon, second.token)).toBe(`granted ok out token ${label}`);
    expect(await scan(kiosk, daemon, cardOf(8))).toBe('granted recorded in cccd ******000008');

    await publish(centre, 'revoked', await sign(home, 'revoked', [{ ref: pass.ref }], 1));
    await taken(centre, 'revoked', 'done');
    expect(await scan(kiosk, daemon, pass.code)).toBe('denied revoked - pass N**n T** K**h M**');

    // An older list, one by nobody we trust, and one that is half delivered: refused, journalled, the old one stays.
    await publish(centre, 'roster', await sign(home, 'roster', [], 0));
    expect((await taken(centre, 'roster', 'refused')).event.data['reason']).toBe('not-newer');
    const stranger = await authority();
    await publish(centre, 'roster', await sign(stranger, 'roster', [], 9));
    await eventually('the stranger refused', () =>
      centre.events().some(({ event }) => event.data['reason'] === 'unknown-issuer'),
    );
    await publish(centre, 'roster', (await sign(home, 'roster', [], 10)).slice(0, -20));
    await eventually('the half refused', () =>
      centre
        .events()
        .some(
          ({ event }) => event.type === 'gate.list.v1' && ['bad-signature', 'malformed'].includes(String(event.data['reason'])),
        ),
    );
    expect(await scan(kiosk, daemon, first.token)).toMatch(/^granted ok in token /);
    expect(await daemon.stop()).toBe(0);
    expect(chainFault(centre.events())).toBeUndefined();

    const secrets = [NAME, 'Khách Mời', PUPIL, pass.code.slice(6, 40), first.token, second.token, cardNumber(8), 'Giả Định'];
    const files = [kiosk.data, brokerFolder].flatMap((folder) =>
      readdirSync(folder)
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile()),
    );
    expect(files.length).toBeGreaterThan(4);
    const left = [
      ...files.map((path) => [path, readFileSync(path).toString('utf8')] as const),
      ['log', daemon.stderr.join('\n')] as const,
      ['feedback', daemon.stdout.join('\n')] as const,
      ...centre.messages.map(({ topic, payload }) => [topic, payload] as const),
    ];
    const found = left.flatMap(([where, text]) =>
      secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`),
    );
    expect(found).toEqual([]);
  });

  test('the wrong gate and a list that is too old are denied, and say so', { timeout: 60_000 }, async () => {
    const home = await authority();
    const { url, kill } = await startMosquitto();
    cleanups.push(kill);
    const centre = await Centre.connect(url, { site: SITE, reader: READER, receipts: true });
    cleanups.push(() => centre.close());
    const kiosk = kioskAt(url, home, { maxListAgeHours: { warn: 0, deny: 0 } }, 'cong-sau');
    const { tokens } = JSON.parse(await run('token', 'new', '--json', '--config', kiosk.configuration)) as {
      tokens: { token: string; ref: string }[];
    };
    const [{ token, ref }] = tokens as [{ token: string; ref: string }];
    await publish(centre, 'roster', await sign(home, 'roster', [{ ref, holder: 'pupil', label: 'H** T**' }], 1));
    const pass = await issuePass(home, '--gate', 'cong-chinh');
    const daemon = kiosk.start();
    await daemon.ready();
    await taken(centre, 'roster', 'done');
    expect(await scan(kiosk, daemon, pass.code)).toMatch(/^denied wrong-gate - pass /);
    expect(await scan(kiosk, daemon, token)).toBe('denied list-too-old - token H** T**');
    expect(await daemon.stop()).toBe(0);
  });

  test('sealed details open with the authority’s key alone, and are not sent for a kind the site refuses', {
    timeout: 60_000,
  }, async () => {
    const home = await authority();
    const { publicKey, privateKey } = generateKeyPairSync('x25519');
    const recipient = join(home.folder, 'recipient.json');
    writeFileSync(recipient, JSON.stringify(publicKey.export({ format: 'jwk' })));
    const { url, kill } = await startMosquitto();
    cleanups.push(kill);
    const centre = await Centre.connect(url, { site: SITE, reader: READER, receipts: true });
    cleanups.push(() => centre.close());
    const kiosk = makeKiosk({
      broker: url,
      settings: {
        privacy: { siteKeyFile: home.siteKey, details: 'sealed', detailsRecipientFile: recipient },
        admission: { accept: { cccd: 'record', 'national-qr': 'refuse' } },
      },
    });
    cleanups.push(() => kiosk.remove());
    const daemon = kiosk.start();
    await daemon.ready();
    expect(await scan(kiosk, daemon, cardOf(3))).toBe('granted recorded in cccd ******000003');
    expect(await scan(kiosk, daemon, '001099000003|NGUYEN THI MAU|1999-01-01|0|qid|ext')).toMatch(
      /^denied kind-refused - national-qr /,
    );
    await eventually('both events', () => centre.scans().length === 2);
    expect(await daemon.stop()).toBe(0);
    const [card, refused] = centre.scans().map(({ event }) => event.data['sealed']);
    expect(refused).toBeUndefined();
    const { plaintext } = await compactDecrypt(String(card), privateKey);
    expect(JSON.parse(Buffer.from(plaintext).toString())).toMatchObject({ name: 'Nguyễn Thị Mẫu 3', number: cardNumber(3) });
    const traffic = centre.messages.map(({ payload }) => payload).join('\n');
    for (const secret of ['Nguyễn', 'NGUYEN', cardNumber(3), 'Giả Định']) expect(traffic).not.toContain(secret);
  });
});
