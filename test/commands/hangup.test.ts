// SIGHUP under a service manager: `systemctl reload` of a unit of Type=notify-reload, or of Type=notify with kill -HUP.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { publicJwk } from '../../src/system/secrets.ts';
import { eventually } from '../fakes/eventually.ts';
import { newKey } from '../fakes/issuer.ts';
import { makeKiosk } from '../fakes/kiosk.ts';
import { cardOf } from '../fakes/people.ts';
import { ServiceManager } from '../fakes/systemd.ts';

const EMBEDDED = { GATE_READER__UPLINK__LISTEN: '127.0.0.1:0' };

test('SIGHUP: reloads under the same process id, and the service manager hears the beginning and the end of each', {
  timeout: 60_000,
}, async () => {
  const kiosk = makeKiosk();
  onTestFinished(() => kiosk.remove());
  const path = join(kiosk.folder, 'notify');
  const manager = new ServiceManager(path);
  onTestFinished(() => manager.close());
  const issuers = join(kiosk.folder, 'trust.json');
  const own = JSON.parse(readFileSync(kiosk.configuration, 'utf8')) as object;
  const configure = (accept: string): void =>
    writeFileSync(kiosk.configuration, JSON.stringify({ ...own, trust: { issuers }, admission: { accept: { cccd: accept } } }));
  const trust = (): void => writeFileSync(issuers, JSON.stringify({ keys: [publicJwk(newKey())] }));
  trust();
  configure('record');
  const daemon = kiosk.start({ ...EMBEDDED, NOTIFY_SOCKET: path, WATCHDOG_USEC: '400000' });

  const heard: string[] = [];
  const hear = (): string[] => {
    for (let message = manager.next(); message !== undefined; message = manager.next()) heard.push(message);
    return heard;
  };
  /** What was said since the last look, up to the status after READY; beats of the watchdog aside, times as `N`. */
  const told = async (status: string): Promise<string[]> => {
    await eventually(`the status ${status}`, () => hear().some((message) => message.startsWith(`STATUS=${status}`)), {
      detail: () => [...heard, ...daemon.stderr].join('\n'),
    });
    const messages = heard.splice(0).filter((message) => message !== 'WATCHDOG=1');
    return messages.map((message) => message.replace(/\d{6,}$/u, 'N').replace(/^(STATUS=\w+).*/u, '$1'));
  };
  const hangup = (): void => void daemon.process.kill('SIGHUP');
  expect(await told('ready')).toEqual(['READY=1', 'STATUS=ready']);

  // Keys alone are read again in place.
  trust();
  hangup();
  const inPlace = ['RELOADING=1\nMONOTONIC_USEC=N', 'RELOADING=1\nMONOTONIC_USEC=N', 'READY=1', 'STATUS=ready'];
  expect(await told('ready')).toEqual(inPlace);
  expect(daemon.stdout.filter((line) => line.startsWith('ready '))).toHaveLength(1);

  // Nothing is taken, and systemctl is not left waiting.
  configure('perhaps');
  hangup();
  expect(await told('ready')).toEqual(['RELOADING=1\nMONOTONIC_USEC=N', 'READY=1', 'STATUS=ready']);
  await kiosk.scanner.write(`${cardOf(1)}\r`);
  await eventually('the old answer', () => daemon.feedback().length === 1);

  // Another configuration: the process becomes another daemon. STOPPING would have it killed.
  configure('refuse');
  hangup();
  expect(await told('ready')).toEqual([...inPlace.slice(0, 2), 'STATUS=starting', 'READY=1', 'STATUS=ready']);
  await eventually('beats', () => hear().filter((message) => message === 'WATCHDOG=1').length >= 3);
  await kiosk.scanner.write(`${cardOf(2)}\r`);
  await eventually('the new answer', () => daemon.feedback().length === 2);
  expect(daemon.feedback()).toEqual(['granted recorded in cccd ******000001', 'denied kind-refused - cccd ******000002']);

  // The daemon that it became hears it too, and ends as one does.
  trust();
  hangup();
  expect(await told('ready')).toEqual(inPlace);
  expect(await daemon.stop()).toBe(0);
  expect(hear().at(-1)).toBe('STOPPING=1');
});
