// The Vietnamese citizen card (CCCD, chip card since 2021). Unsigned: it identifies, it does not authenticate.
//
//   id12 | old9 or empty | name | ddmmyyyy | Nam or Nữ | address | ddmmyyyy [ | further fields of the 2024 card ]
//   0      1               2      3 birth    4           5         6 issued    7.. never interpreted, never kept
//
// UTF-8, seven or more fields (observed on cards; the further fields' order is unpublished). Checked in this order:
// digits, not a national QR, length, controls, then each field. A cut string is `truncated`, never valid.

import { maskNumber } from '../mask.ts';
import type { CodeText, Presented } from './credential.ts';

const NUMBER = /^[0-9]{12}$/;
const OLD_NUMBER = /^(?:[0-9]{9})?$/;
const DATE = /^([0-9]{2})([0-9]{2})([0-9]{4})$/;
const CONTROL = /\p{Cc}/u;
/** Third of six fields in a national personal QR (Decision 1405/QĐ-BTTTT), masks allowed: that kind is not ours. */
const DASHED_DATE = /^[0-9*]{4}-[0-9*]{2}-[0-9*]{2}$/;

const FIELDS = 7;
const DATE_LENGTH = 8;

function daysIn(month: number, year: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Whether `ddmmyyyy` is a day of the Gregorian calendar. */
function dateExists(text: string): boolean {
  const [, day, month, year] = (DATE.exec(text) ?? []).map(Number);
  if (day === undefined || month === undefined || year === undefined) return false;
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month, year);
}

function sexIsKnown(sex: string, lossy: boolean): boolean {
  return sex === 'Nam' || sex === 'Nữ' || (lossy && /^N[^\u0000-\u007f]/.test(sex));
}

/** Recognises by the twelve digits at the start; `undefined` for any other text. */
export function recogniseCccd({ text, lossy }: CodeText): Presented | undefined {
  const fields = text.normalize('NFC').split('|');
  const [number = '', old = '', name = '', born = '', sex = '', , issued = ''] = fields;
  if (!NUMBER.test(number)) return undefined;
  if (fields.length === 6 && DASHED_DATE.test(name)) return undefined;
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
  };
}
