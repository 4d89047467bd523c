// The words people read, in Vietnamese and English, from config/locales. Guarantees that every key has a text in both
// languages: a key that one file lacks does not compile, and a test compares keys and placeholders.

import en from '../../config/locales/en.json' with { type: 'json' };
import vi from '../../config/locales/vi.json' with { type: 'json' };

/** A language this program speaks. */
export type Language = 'vi' | 'en';

/** The name of one text, e.g. `config.fault.missing`. */
export type WordingKey = keyof typeof en;

/** What stands in a text's `{placeholders}`. */
export type WordingParams = Readonly<Record<string, string | number>>;

/** Gives the text of a key in one language with its placeholders filled in. */
export type Words = (key: WordingKey, params?: WordingParams) => string;

const TEXTS: Readonly<Record<Language, Readonly<Record<WordingKey, string>>>> = { vi, en };

/** The texts of a language. A placeholder that gets no value stays visible as `{name}`: better seen than silently empty. */
export function wording(language: Language): Words {
  const texts = TEXTS[language];
  return (key, params = {}) =>
    texts[key].replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => String(Object.hasOwn(params, name) ? params[name] : whole));
}

/** Whether a text is the name of a wording. */
export function isWordingKey(text: string): text is WordingKey {
  return Object.hasOwn(TEXTS.en, text);
}

/**
 * The language of whoever runs a command, before a configuration is known: `vi` where the locale begins with it, else `en`.
 * Order as in GNU gettext: LANGUAGE (a `:` list, ignored in the C locale), LC_ALL, LC_MESSAGES, LANG.
 */
export function systemLanguage(environment: NodeJS.ProcessEnv): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  const preferred = /^(C|POSIX)(\.|$)/.test(locale) ? '' : (environment['LANGUAGE'] ?? '').split(':')[0];
  return /^vi([_.@-]|$)/i.test(preferred || locale) ? 'vi' : 'en';
}
