// The Vietnamese citizen card (CCCD, chip card since 2021). Unsigned: it identifies, it does not authenticate.
//
//   id12 | old9 or empty | name | ddmmyyyy | Nam or Nữ | address | ddmmyyyy [ | further fields of the 2024 card ]
//   0      1               2      3 birth    4           5         6 issued    7.. never interpreted, never kept
//
// UTF-8, seven or more fields (observed on cards; the further fields' order is unpublished). Checked in this order:
// digits, not a national QR or an insurance card, length, controls, then each field. A cut string is `truncated`, never valid.

import { maskNumber } from '../mask.ts';
import { dayExists } from './calendar.ts';
import type { CodeText, Presented } from './credential.ts';
import { isHealthInsurance } from './health-insurance.ts';
import { isNationalQr } from './national-qr.ts';

const NUMBER = /^[0-9]{12}$/;
const OLD_NUMBER = /^(?:[0-9]{9})?$/;
const DATE = /^([0-9]{2})([0-9]{2})([0-9]{4})$/;
const CONTROL = /\p{Cc}/u;

const FIELDS = 7;
const DATE_LENGTH = 8;

/** Whether `ddmmyyyy` is a day of the Gregorian calendar. */
function dateExists(text: string): boolean {
  const [, day, month, year] = (DATE.exec(text) ?? []).map(Number);
  return day !== undefined && dayExists(day, month, year);
}

/** What is left of `Nữ` in a lossy text: whatever became of the vowel, no other letter of ASCII. */
const LOSSY_WOMAN = /^N[^A-Za-z]{0,6}$/u;

function sexIsKnown(sex: string, lossy: boolean): boolean {
  return sex === 'Nam' || sex === 'Nữ' || (lossy && LOSSY_WOMAN.test(sex));
}

/** Recognises by the twelve digits at the start; `undefined` for any other text. */
export function recogniseCccd({ text, lossy }: CodeText): Presented | undefined {
  const fields = text.normalize('NFC').split('|');
  const [number = '', old = '', name = '', born = '', sex = '', address = '', issued = ''] = fields;
  if (!NUMBER.test(number) || isNationalQr(fields) || isHealthInsurance(text)) return undefined;
  const cut = fields.length < FIELDS || (fields.length === FIELDS && issued.length < DATE_LENGTH);
  if (cut) return { kind: 'cccd', flaw: 'truncated' };
  const sound =
    !fields.slice(0, FIELDS).some((field) => CONTROL.test(field)) &&
    OLD_NUMBER.test(old) &&
    name !== '' &&
    dateExists(born) &&
    sexIsKnown(sex, lossy) &&
    dateExists(issued);
  if (!sound) return { kind: 'cccd', flaw: 'malformed' };
  return {
    kind: 'cccd',
    identifier: number,
    holder: 'unlisted',
    label: maskNumber(number, 6),
    warnings: lossy ? ['lossy-text'] : [],
    details: { name, number, born, sex, address, issued },
  };
}
