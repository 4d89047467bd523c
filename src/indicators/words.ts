// What the guard reads beside the lamp: which way, why, and what the issuer of a hold wants the guard to know.

import type { Feedback } from '../admission/feedback.ts';
import type { Words } from '../system/wording.ts';

/** A longer message would push the verdict off a small display; the issuer's tool says so, this holds whatever was signed. */
const MOST_MESSAGE_CHARACTERS = 120;

/** Controls, format and private characters, and line ends, which a terminal or display might obey. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** One line in the language of `say`, e.g. `VÀO - đã ghi nhận, mời qua`. */
export function feedbackWords(say: Words, { verdict, reason, direction, signal, detail, message }: Feedback): string {
  const head = verdict === 'denied' ? say('feedback.denied') : say(direction === 'out' ? 'feedback.out' : 'feedback.in');
  const parts = [head, say(`reason.${reason}`)];
  if (detail !== undefined) parts.push(say(`detail.${detail}`));
  if (message !== undefined) parts.push(shownMessage(message));
  if (signal === 'attention') parts.push(say('feedback.attention'));
  return parts.filter((part) => part !== '').join(' - ');
}

function shownMessage(message: string): string {
  const characters = Array.from(message.replaceAll(UNPRINTABLE, ' ').trim());
  return characters.length <= MOST_MESSAGE_CHARACTERS
    ? characters.join('')
    : `${characters.slice(0, MOST_MESSAGE_CHARACTERS - 1).join('')}…`;
}
