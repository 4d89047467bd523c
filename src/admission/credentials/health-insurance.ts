// The health insurance card (BHYT): recognised so that it is refused as what it is. Nothing of it is read or kept.
//
//   number | name, hex of UTF-8 | birth | sex | address, hex | … | $

import type { CodeText, Presented } from './credential.ts';

const CARD = /^[0-9A-Z]{10,15}\|(?:[0-9A-Fa-f]{2})+\|.*\$$/su;

/** Whether a text is laid out as the card's; no citizen card is: its second field is nine digits or empty. */
export const isHealthInsurance = (text: string): boolean => CARD.test(text);

/** No site can accept this kind, so its content is no question. */
export function recogniseHealthInsurance({ text }: CodeText): Presented | undefined {
  return isHealthInsurance(text) ? { kind: 'health-insurance', flaw: 'unrecognised' } : undefined;
}
