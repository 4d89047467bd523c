// The words in two languages: the same keys and placeholders, in order, and the choice between them.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isWordingKey, systemLanguage, wording } from '../../src/system/wording.ts';

const texts = (language: string) =>
  JSON.parse(readFileSync(new URL(`../../config/locales/${language}.json`, import.meta.url), 'utf8')) as Record<string, string>;
const placeholders = (text: string) => [...text.matchAll(/\{[a-zA-Z]+\}/g)].map(([name]) => name).toSorted();

describe('config/locales', () => {
  test('has the same keys in both languages, sorted', () => {
    expect(Object.keys(texts('vi'))).toEqual(Object.keys(texts('en')));
    expect(Object.keys(texts('en'))).toEqual(Object.keys(texts('en')).toSorted());
  });

  test('has the same placeholders in both languages', () => {
    for (const [key, text] of Object.entries(texts('en'))) {
      expect(placeholders(texts('vi')[key] ?? '').filter(unique), key).toEqual(placeholders(text).filter(unique));
    }
  });

  test('is composed Unicode without an empty text', () => {
    for (const text of [...Object.values(texts('vi')), ...Object.values(texts('en'))]) {
      expect(text.trim()).not.toBe('');
      expect(text.normalize('NFC')).toBe(text);
    }
  });
});

const unique = (name: string, index: number, all: readonly string[]) => all.indexOf(name) === index;

describe('wording', () => {
  test('fills in placeholders once and leaves one without a value visible', () => {
    const words = wording('en');
    expect(words('config.fault.choice', { found: '{options}', options: 'a' })).toBe('found {options}, wanted one of: a');
    expect(words('config.fault.choice', { found: 1 })).toBe('found 1, wanted one of: {options}');
    expect(words('config.fault.choice', { found: '$&', options: '$1' })).toBe('found $&, wanted one of: $1');
  });

  test('speaks Vietnamese', () => {
    expect(wording('vi')('config.fault.want-number', { found: '"x"' })).toBe('đang là "x", cần một số');
  });

  test('knows its keys', () => {
    expect([isWordingKey('config.fault.choice'), isWordingKey('toString'), isWordingKey('')]).toEqual([true, false, false]);
  });
});

test.each([
  [{}, 'en'],
  [{ LANG: 'vi_VN.UTF-8' }, 'vi'],
  [{ LANG: 'vi' }, 'vi'],
  [{ LANG: 'en_GB.UTF-8', LC_ALL: 'vi_VN' }, 'vi'],
  [{ LANG: 'vi_VN.UTF-8', LC_ALL: 'C' }, 'en'],
  [{ LANG: 'vi_VN.UTF-8', LC_MESSAGES: 'en_US.UTF-8' }, 'en'],
  [{ LANG: 'en_GB.UTF-8', LANGUAGE: 'vi:en' }, 'vi'],
  [{ LANG: 'vi_VN.UTF-8', LANGUAGE: 'en:vi' }, 'en'],
  [{ LANG: 'C.UTF-8', LANGUAGE: 'vi' }, 'en'],
  [{ LANG: 'vim' }, 'en'],
])('systemLanguage of %j is %s', (environment, language) => {
  expect(systemLanguage(environment)).toBe(language);
});
