// The national personal QR code (Decision 1405/QĐ-BTTTT, 2021). Unsigned: it identifies, it does not authenticate.
//
//   document | NAME | YYYY-MM-DD | 0 or 1 | qid | ext
//   0          1      2            3        4     5
//
// Exactly six fields. The document is an identity card's or a passport's; a `*` masks a character of it, of the name or of
// the date (by default the document's first six, the day and the month). 0: declared by the holder, 1: for the holder. The
// qid is the platform's number; the cells of ext (`<` between them) are not interpreted and not kept.

import { maskNumber } from '../mask.ts';
import { dayExists } from './calendar.ts';
import type { CodeText, Presented } from './credential.ts';

const FIELDS = 6;
const DOCUMENT = /^[0-9A-Z*]{1,20}$/;
const DASHED_DATE = /^([0-9*]{4})-([0-9*]{2})-([0-9*]{2})$/;
const DECLARED = /^[01]$/;
const CONTROL = /\p{Cc}/u;

/** What tells this kind from a card's text: six fields, the third a dashed date. */
export function isNationalQr(fields: readonly string[]): boolean {
  return fields.length === FIELDS && DASHED_DATE.test(fields[2] ?? '');
}

const unmasked = (part: string): number | undefined => (part.includes('*') ? undefined : Number(part));

function dateCanBe(text: string): boolean {
  const [year, month, day] = (DASHED_DATE.exec(text) ?? []).slice(1).map(unmasked);
  return dayExists(day, month, year);
}

/** Recognises by the number of fields and the dashed date. */
export function recogniseNationalQr({ text, lossy }: CodeText): Presented | undefined {
  const fields = text.normalize('NFC').split('|', FIELDS + 1);
  if (!isNationalQr(fields)) return undefined;
  const [document = '', name = '', born = '', declared = ''] = fields;
  const sound =
    DOCUMENT.test(document) &&
    name !== '' &&
    !fields.some((field) => CONTROL.test(field)) &&
    dateCanBe(born) &&
    DECLARED.test(declared);
  if (!sound) return { kind: 'national-qr', flaw: 'malformed' };
  return {
    kind: 'national-qr',
    identifier: document,
    holder: 'unlisted',
    label: maskNumber(document, 3),
    warnings: lossy ? ['lossy-text'] : [],
    details: { name, number: document, born },
  };
}
