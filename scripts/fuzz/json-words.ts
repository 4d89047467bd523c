// Pieces of JSON at which parsers go wrong.

export const JSON_WORDS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  'null',
  '1e999',
  '-0',
  '"__proto__":',
  '\\ud800',
  '\\u0000',
  '9007199254740993',
  '[['.repeat(50),
];
