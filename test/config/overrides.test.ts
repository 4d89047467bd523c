// Environment variables over the file.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../src/config/load.ts';
import { variableSegment } from '../../src/config/overrides.ts';
import { SMALL, configurationOf, faultsOf, folder, loadText } from './folder.ts';

/** `FILE key code` of each fault. */
const blamed = (text: string, environment: NodeJS.ProcessEnv) =>
  faultsOf(loadText(text, environment)).map(
    ({ file, key, code }) => `${file.replace(/^.*\//, '')} ${key} ${code.replace(/^config\./, '')}`,
  );

describe('GATE_READER__ variables', () => {
  test('reach sections, camelCase keys, kebab-case kinds and entries of lists', () => {
    const configuration = configurationOf(
      loadText(SMALL, {
        GATE_READER__SITE: 'other',
        GATE_READER__UPLINK__BROKER: 'mqtt://127.0.0.1:1884',
        GATE_READER__ADMISSION__REPEAT_WINDOW_SECONDS: '0',
        GATE_READER__ADMISSION__ACCEPT__NATIONAL_QR: 'roster',
        GATE_READER__ADMISSION__MAX_LIST_AGE_HOURS: '{ warn: 1, deny: 2 }',
        GATE_READER__SCANNERS__0__DIRECTION: 'in',
        GATE_READER__SCANNERS__1__BAUD_RATE: '115200',
        GATE_READER__SCANNERS__1__ID: 'b',
        GATE_READER__SCANNERS__1__KIND: 'serial',
        GATE_READER__SCANNERS__1__PATH: '/dev/ttyACM0',
        GATE_READER__CONSOLE: 'off',
      }),
    );
    expect(configuration.site).toBe('other');
    expect(configuration.uplink).toMatchObject({ broker: 'mqtt://127.0.0.1:1884', receipts: 'required' });
    expect(configuration.admission).toMatchObject({ repeatWindowSeconds: 0, accept: { 'national-qr': 'roster' } });
    expect(configuration.admission.maxListAgeHours).toEqual({ warn: 1, deny: 2 });
    expect(configuration.scanners).toMatchObject([{ direction: 'in' }, { id: 'b', path: '/dev/ttyACM0', baudRate: 115200 }]);
    expect(configuration.console).toBe('off');
  });

  test('change the kind of a scanner whichever order their names have', () => {
    const variables = {
      GATE_READER__SCANNERS__0__BAUD_RATE: '19200',
      GATE_READER__SCANNERS__0__KIND: 'serial',
      GATE_READER__SCANNERS__0__PATH: '/dev/ttyACM0',
    };
    const loaded = loadConfiguration({ environment: variables });
    expect(configurationOf(loaded).scanners).toMatchObject([{ id: 'stdin', kind: 'serial', baudRate: 19200 }]);
    expect(loaded.ok && loaded.source).toEqual({ variables: Object.keys(variables) });
  });

  test('replace a whole section before a key inside it, whatever their order in the environment', () => {
    const variables = {
      GATE_READER__JOURNAL__ON_FAILURE: 'grant',
      GATE_READER__JOURNAL: '{ retentionDays: 1, onFailure: deny }',
    };
    expect(configurationOf(loadText(SMALL, variables)).journal).toEqual({ retentionDays: 1, onFailure: 'grant' });
  });

  test('are text where text is wanted, though YAML would read a number or an alias', () => {
    const variables = { GATE_READER__READER: '12', GATE_READER__UPLINK__USERNAME: '*star: [', GATE_READER__GATE: '"7"' };
    expect(configurationOf(loadText(SMALL, variables))).toMatchObject({
      reader: '12',
      gate: '7',
      uplink: { username: '*star: [' },
    });
  });

  test('take a key away with null and change nothing when empty', () => {
    const text = `${SMALL}uplink: { broker: mqtt://b }\n`;
    expect(configurationOf(loadText(text, { GATE_READER__UPLINK__BROKER: '' })).uplink.broker).toBe('mqtt://b');
    expect(configurationOf(loadText(text, { GATE_READER__UPLINK__BROKER: 'null' })).uplink).toEqual({
      listen: '127.0.0.1:1883',
      receipts: 'none',
    });
    expect(blamed(text, { GATE_READER__SITE: '~' })).toEqual(['GATE_READER__SITE site fault.missing']);
  });

  test('are at fault themselves when a name or a value is wrong', () => {
    expect(
      blamed(SMALL, {
        GATE_READER__: '1',
        GATE_READER__SITEE: 'x',
        GATE_READER__SITE__NAME: 'x',
        GATE_READER__UPLINK__PASSWORD: 'opensesame',
        GATE_READER__uplink__broker: 'mqtt://x',
        GATE_READER__SCANNERS__3__ID: 'x',
        GATE_READER__SCANNERS__X: 'x',
        GATE_READER__SCANNERS__1__ID: 'x',
        GATE_READER__JOURNAL: '{ retentionDays: 1',
        GATE_READER__JOURNAL__RETENTION_DAYS: 'many',
        GATE_READER__DIRECTION: 'up',
        GATE_READER__ADMISSION__MAX_LIST_AGE_HOURS__WARN: '400',
      }),
    ).toEqual([
      'GATE_READER__  fault.unknown',
      'GATE_READER__ADMISSION__MAX_LIST_AGE_HOURS__WARN admission.maxListAgeHours.warn fault.list-age-order',
      'GATE_READER__DIRECTION direction fault.choice',
      'GATE_READER__JOURNAL journal environment.yaml',
      'GATE_READER__JOURNAL__RETENTION_DAYS journal.retentionDays fault.want-number',
      'GATE_READER__SCANNERS__1__ID scanners[1].kind fault.missing',
      'GATE_READER__SCANNERS__3__ID scanners[3] environment.index',
      'GATE_READER__SCANNERS__X scanners.X environment.index',
      'GATE_READER__SITE__NAME site.NAME fault.unknown',
      'GATE_READER__SITEE SITEE fault.unknown-near',
      'GATE_READER__uplink__broker uplink fault.unknown-near',
      'GATE_READER__UPLINK__PASSWORD uplink.PASSWORD fault.unknown-near',
    ]);
  });

  test('come after the faults of the file', () => {
    expect(blamed(`${SMALL}foo: 1\n`, { GATE_READER__DIRECTION: 'up' })).toEqual([
      'gate.yaml foo fault.unknown',
      'GATE_READER__DIRECTION direction fault.choice',
    ]);
  });

  test('leave a file alone that has something else where their section should be', () => {
    expect(blamed(`${SMALL}uplink: 5\n`, { GATE_READER__UPLINK__BROKER: 'mqtt://b' })).toEqual([
      'gate.yaml uplink fault.want-map',
    ]);
  });

  test('name files relative to the working directory, the file names them relative to its own folder', () => {
    const path = folder({ 'gate.yaml': `${SMALL}uplink: { broker: mqtts://b, caFile: ca.pem }\n`, 'ca.pem': 'x' });
    const load = (environment: NodeJS.ProcessEnv) => loadConfiguration({ file: join(path, 'gate.yaml'), environment });
    expect(configurationOf(load({})).uplink.caFile).toBe(join(path, 'ca.pem'));
    expect(configurationOf(load({ GATE_READER__UPLINK__CA_FILE: 'package.json' })).uplink.caFile).toBe(
      join(process.cwd(), 'package.json'),
    );
  });
});

test('variableSegment writes keys as variables do', () => {
  expect(['repeatWindowSeconds', 'national-qr', 'caFile', 'site'].map(variableSegment)).toEqual([
    'REPEAT_WINDOW_SECONDS',
    'NATIONAL_QR',
    'CA_FILE',
    'SITE',
  ]);
});
