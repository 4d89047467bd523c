// A configuration loaded whole: defaults, freezing, every fault at once with its place.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatFault } from '../../src/config/fault.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { SMALL, configurationOf, faultsOf, folder, loadText, told } from './folder.ts';

describe('loadConfiguration of good files', () => {
  test('fills in every default of the contract', () => {
    expect(configurationOf(loadText(SMALL))).toEqual({
      site: 's',
      reader: 'r',
      gate: 'r',
      direction: 'both',
      timezone: 'Asia/Ho_Chi_Minh',
      language: 'vi',
      scanners: [{ id: 'a', kind: 'stdin', direction: 'both' }],
      indicator: { kind: 'terminal' },
      inputs: [],
      journal: { retentionDays: 30, onFailure: 'deny' },
      privacy: { details: 'none' },
      uplink: { listen: '127.0.0.1:1883', receipts: 'none' },
      trust: { commandAudience: 'optional' },
      admission: {
        accept: {
          pass: 'verify',
          token: 'roster',
          cccd: 'roster',
          'national-qr': 'refuse',
          'health-certificate': 'refuse',
          unknown: 'refuse',
        },
        repeatWindowSeconds: 10,
        antiPassback: 'warn',
        clock: 'warn',
        maxListAgeHours: { warn: 24, deny: 168 },
        clearance: 'deny',
        exitAllAt: '00:00',
      },
      console: 'off',
    });
  });

  test('gives a serial scanner its line settings, its suffix and the direction of the reader', () => {
    const text =
      'site: s\nreader: r\ndirection: out\nscanners:\n  - { id: a, kind: serial, path: /dev/ttyACM0, suffix: "\\r", prefix: "~" }\n' +
      '  - { id: b, kind: serial, path: /dev/ttyACM1, baudRate: 115200, dataBits: 7, parity: even, stopBits: 2, direction: in }\n';
    expect(configurationOf(loadText(text)).scanners).toEqual([
      {
        id: 'a',
        kind: 'serial',
        path: '/dev/ttyACM0',
        baudRate: 9600,
        dataBits: 8,
        parity: 'none',
        stopBits: 1,
        suffix: '\r',
        prefix: '~',
        direction: 'out',
      },
      {
        id: 'b',
        kind: 'serial',
        path: '/dev/ttyACM1',
        baudRate: 115200,
        dataBits: 7,
        parity: 'even',
        stopBits: 2,
        direction: 'in',
      },
    ]);
  });

  test('asks for receipts with a broker and not without one, and for what is written either way', () => {
    const receipts = (uplink: string) => configurationOf(loadText(`${SMALL}uplink: ${uplink}\n`)).uplink.receipts;
    expect([
      receipts('{ broker: mqtt://b }'),
      receipts('{}'),
      receipts('{ broker: "mqtts://[::1]:8883", receipts: none }'),
      receipts('{ receipts: required }'),
    ]).toEqual(['required', 'none', 'none', 'required']);
  });

  test('refuses a password that would go over the network unencrypted, and takes it with TLS or on this machine', () => {
    const codes = (broker: string): string[] => {
      const loaded = loadText(`${SMALL}uplink: { broker: "${broker}", username: u, passwordFile: p }\n`, {}, { p: 'secret' });
      return loaded.ok ? [] : loaded.faults.map(({ key, code }) => `${key} ${code}`);
    };
    for (const plain of ['mqtt://broker.example', 'mqtt://10.0.0.5:1883', 'mqtt://[fd00::1]', 'mqtt://127.0.0.1.example'])
      expect(codes(plain), plain).toEqual(['uplink.passwordFile config.fault.password-plain']);
    for (const sound of ['mqtts://broker.example', 'mqtt://127.0.0.1', 'mqtt://localhost:1884', 'mqtt://[::1]'])
      expect(codes(sound), sound).toEqual([]);
  });

  test('takes off and false alike for a console that is not wanted', () => {
    expect(configurationOf(loadText(`${SMALL}console: off\n`)).console).toBe('off');
    expect(configurationOf(loadText(`${SMALL}console: false\n`)).console).toBe('off');
  });

  test('freezes the configuration to its leaves', () => {
    const configuration = configurationOf(loadText(SMALL));
    for (const part of [configuration, configuration.scanners, configuration.scanners[0], configuration.admission.accept]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test('falls back on the embedded default, which records ID cards and opens no console', () => {
    const loaded = loadConfiguration({ environment: {} });
    const { site, reader, scanners, indicator, uplink, admission, console: web } = configurationOf(loaded);
    expect([site, reader, indicator.kind, admission.accept.cccd, web]).toEqual(['demo', 'demo', 'terminal', 'record', 'off']);
    expect(scanners).toEqual([{ id: 'stdin', kind: 'stdin', direction: 'both' }]);
    expect(uplink.broker).toBeUndefined();
    expect(loaded.ok && loaded.source).toEqual({ variables: [] });
  });

  test('follows an alias of a section', () => {
    const text = `${SMALL}privacy: &p { details: none }\n`;
    expect(configurationOf(loadText(text.replace('details: none', 'details: &d none'))).privacy.details).toBe('none');
    expect(configurationOf(loadText('site: &name s\nreader: *name\nscanners: [{ id: *name, kind: stdin }]\n')).reader).toBe('s');
  });
});

const WRONG = `site: Trường
gate: 12
direction: sideways
timezone: Mars/Olympus
language:
scaners: []
scanners:
  - { id: a, kind: serial, path: ttyUSB0, baud_rate: 9600, baudRate: 1.5 }
  - { id: a, kind: stdin, parity: none }
  - { id: b, kind: hid-pos, vendorId: 0x0c2e }
  - { id: c }
  - 5
  - { id: d, kind: laser }
indicator: { kind: onof, gpio: 17 }
journal: { retentionDays: -1, onFailure: maybe }
privacy: { details: sealed }
uplink:
  broker: mqtt://broker.example
  certFile: gate.yaml
  password: opensesame
  listen: 0.0.0.0:1883
trust: []
admission:
  accept: { pass: trust, unknown: record, national_qr: roster }
  repeatWindowSeconds: 3601
  maxListAgeHours: { warn: 200 }
  antiPassback: true
console: { lisen: 1 }
site: twice
`;

describe('loadConfiguration of wrong files', () => {
  test('tells all faults at once, sorted by position', () => {
    expect(told(loadText(WRONG))).toEqual([
      '1:1 reader fault.missing',
      '2:7 gate fault.want-text',
      '3:12 direction fault.choice',
      '4:11 timezone fault.timezone',
      '5:10 language fault.empty',
      '6:1 scaners fault.unknown-near',
      '8:34 scanners[0].path fault.device-path',
      '8:43 scanners[0].baud_rate fault.unknown-near',
      '8:70 scanners[0].baudRate fault.want-whole-number',
      '9:11 scanners[1].id fault.scanner-id-twice',
      '9:27 scanners[1].parity fault.unknown',
      '10:5 scanners[2] fault.hid-device',
      '11:5 scanners[3].kind fault.missing',
      '12:5 scanners[4] fault.want-map',
      '13:20 scanners[5].kind fault.choice',
      '14:20 indicator.kind fault.choice',
      '15:27 journal.retentionDays fault.too-small',
      '15:42 journal.onFailure fault.choice',
      '16:21 privacy.details fault.recipient-missing',
      '19:13 uplink.certFile fault.tls-pair',
      '19:13 uplink.certFile fault.tls-plain',
      '20:3 uplink.password fault.unknown-near',
      '21:11 uplink.listen fault.address-loopback',
      '22:8 trust fault.want-map',
      '24:19 admission.accept.pass fault.choice',
      '24:35 admission.accept.unknown fault.choice',
      '24:43 admission.accept.national_qr fault.unknown-near',
      '25:24 admission.repeatWindowSeconds fault.too-big',
      '26:28 admission.maxListAgeHours.warn fault.list-age-order',
      '27:17 admission.antiPassback fault.choice',
      '28:12 console.lisen fault.unknown-near',
      '29:1 site yaml.twice',
    ]);
  });

  test('never repeats a value that may be a password', () => {
    const secrets = [
      'uplink: { broker: "mqtt://user:opensesame@broker.example" }',
      'uplink: { broker: "user:opensesame@broker.example:1883" }',
      'uplink: { broker: "http://user:open/sesame@x", password: opensesame, passwordFile: [opensesame] }',
      'uplink: { keyFile: "-----BEGIN PRIVATE KEY-----\\nopensesame" }',
      'uplink: opensesame: x',
    ];
    for (const line of secrets) {
      const text = faultsOf(loadText(`${SMALL}${line}\n`))
        .map(formatFault)
        .join('\n');
      expect(text).not.toMatch(/open|sesame|BEGIN/);
    }
    expect(told(loadText(`${SMALL}${secrets[0]}\n`))).toEqual(['4:19 uplink.broker fault.broker-credentials']);
  });

  test('prints FILE:LINE:COLUMN: key: message on one line whatever the file holds', () => {
    const file = join(folder({ 'gate.yaml': `${SMALL}"a\\nb\\e[31m": 1\ngate: "\\e[31m\\n"\n` }), 'gate.yaml');
    const lines = faultsOf(loadConfiguration({ file, environment: {} })).map(formatFault);
    expect(lines).toEqual([
      `${file}:4:1: a\\u{a}b\\u{1b}[31m: is not a known key; known here: site, reader, gate, direction, timezone, language, scanners, indicator, inputs, journal, privacy, uplink, trust, admission, console`,
      `${file}:5:7: gate: found "\\u001b[31m\\n", wanted 1 to 40 characters of a-z, 0-9 and -`,
    ]);
  });

  test('says it in Vietnamese where the locale is Vietnamese', () => {
    const [fault] = faultsOf(loadText('reader: r\nscanners: [{ id: a, kind: stdin }]\n', { LANG: 'vi_VN.UTF-8' }));
    expect(fault?.message).toBe('còn thiếu; khóa này bắt buộc phải có');
  });

  test('says what an empty file and a list lack', () => {
    expect(told(loadText(''))).toEqual(['1:1 reader fault.missing', '1:1 scanners fault.missing', '1:1 site fault.missing']);
    expect(told(loadText('# nothing\n')).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'reader fault.missing',
      'scanners fault.missing',
      'site fault.missing',
    ]);
    expect(told(loadText('- a\n'))).toEqual(['1:1 yaml read.not-map']);
    expect(told(loadText('site: s\nreader: r\nscanners: []\n'))).toEqual(['3:11 scanners fault.empty-list']);
  });

  test('refuses two scanners on one device, and standard input read twice', () => {
    const serial = (id: string) => `  - { id: ${id}, kind: serial, path: /dev/ttyACM0 }\n`;
    const stdin = (id: string) => `  - { id: ${id}, kind: stdin }\n`;
    const text = `site: s\nreader: r\nscanners:\n${serial('a')}${stdin('b')}${serial('c')}${stdin('d')}`;
    expect(told(loadText(text))).toEqual([
      '6:34 scanners[2].path fault.scanner-device-twice',
      '7:20 scanners[3].kind fault.scanner-device-twice',
    ]);
  });

  test('refuses a HID scanner without a device, half an id, and two that mean the same one', () => {
    const hid = (id: string, keys: string) => `  - { id: ${id}, kind: hid-pos, ${keys} }\n`;
    const usb = 'vendorId: 0x0c2e, productId: 0x0b81';
    const scanners = [
      hid('a', 'direction: in'),
      hid('b', 'productId: 1'),
      hid('c', usb),
      hid('d', usb),
      hid('e', `${usb}, serialNumber: S1`),
    ];
    const same = [hid('f', 'serialNumber: S1'), hid('g', 'path: /dev/hidraw0'), hid('h', 'path: /dev/hidraw0')];
    expect(told(loadText(`site: s\nreader: r\nscanners:\n${[...scanners, ...same].join('')}`))).toEqual([
      '4:5 scanners[0] fault.hid-device',
      '5:5 scanners[1] fault.hid-device',
      '7:58 scanners[3].productId fault.scanner-device-twice',
      '9:43 scanners[5].serialNumber fault.scanner-device-twice',
      '11:35 scanners[7].path fault.scanner-device-twice',
    ]);
  });

  test.each([
    ['uplink: { broker: "http://x" }', 'uplink.broker fault.broker'],
    ['uplink: { broker: "mqtt://" }', 'uplink.broker fault.broker'],
    ['uplink: { broker: "mqtt://b/topic" }', 'uplink.broker fault.broker'],
    ['uplink: { broker: "mqtt://b:70000" }', 'uplink.broker fault.broker'],
    ['uplink: { listen: "127.0.0.1" }', 'uplink.listen fault.address'],
    ['uplink: { listen: "localhost:99999" }', 'uplink.listen fault.address'],
    ['uplink: { listen: "127.evil.example:1883" }', 'uplink.listen fault.address-loopback'],
    ['uplink: { username: "" }', 'uplink.username fault.too-short'],
    ['console: on', 'console fault.console'],
    ['console: { listen: 8080 }', 'console.listen fault.want-text'],
    ['console: { listen: x }', 'console.listen fault.address'],
    ['admission: { maxListAgeHours: { deny: 12 } }', 'admission.maxListAgeHours.deny fault.list-age-order'],
    ['admission: { exitAllAt: "24:00" }', 'admission.exitAllAt fault.time-of-day'],
    ['admission: { exitAllAt: 5 }', 'admission.exitAllAt fault.want-text'],
    ['admission: { capacity: 0 }', 'admission.capacity fault.too-small'],
    ['admission: { capacity: 1.5 }', 'admission.capacity fault.want-whole-number'],
    ['admission: { clearance: off }', 'admission.clearance fault.choice'],
    ['admission: { repeatWindowSeconds: .nan }', 'admission.repeatWindowSeconds fault.want-number'],
    ['journal: { retentionDays: 3651 }', 'journal.retentionDays fault.too-big'],
    ['gate: ""', 'gate fault.slug'],
    [`gate: ${'g'.repeat(41)}`, 'gate fault.slug'],
    ['__proto__: { site: x }', '__proto__ fault.unknown'],
    ['constructor: 1', 'constructor fault.unknown'],
  ])('refuses %s', (line, fault) => {
    expect(told(loadText(`${SMALL}${line}\n`)).map((text) => text.replace(/^\S+ /, ''))).toEqual([fault]);
  });
});
