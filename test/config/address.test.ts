// Addresses taken apart for whoever listens or connects.

import { expect, test } from 'vitest';
import { isLoopback, parseAddress } from '../../src/config/address.ts';
import { closest } from '../../src/config/suggestion.ts';

test('parseAddress gives host and port, IPv6 without its brackets', () => {
  expect(parseAddress('127.0.0.1:1883')).toEqual({ host: '127.0.0.1', port: 1883 });
  expect(parseAddress('[::1]:0')).toEqual({ host: '::1', port: 0 });
  for (const wrong of ['127.0.0.1', ':80', 'a:65536', '::1:80', 'a:-1', 'a b:1'])
    expect(parseAddress(wrong), wrong).toBeUndefined();
});

test('isLoopback knows this machine only', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].filter(isLoopback)).toHaveLength(4);
  expect(['0.0.0.0', '127.example.org', '::', '10.0.0.1'].filter(isLoopback)).toEqual([]);
});

test('closest finds what was meant and nothing that is far', () => {
  const known = ['site', 'scanners', 'baudRate', 'passwordFile', 'national-qr'];
  expect(['siet', 'scaners', 'baud_rate', 'password', 'NATIONAL_QR'].map((word) => closest(word, known))).toEqual([
    undefined,
    'scanners',
    'baudRate',
    'passwordFile',
    'national-qr',
  ]);
  expect(closest('x'.repeat(100_000), known)).toBeUndefined();
});
