// What the guard reads beside the lamp: which way, and why.

import type { Feedback } from '../admission/feedback.ts';
import type { Words } from '../system/wording.ts';

/** One line in the language of `say`, e.g. `VÀO - đã ghi nhận, mời qua`. */
export function feedbackWords(say: Words, { verdict, reason, direction, signal }: Feedback): string {
  const head = verdict === 'denied' ? say('feedback.denied') : say(direction === 'out' ? 'feedback.out' : 'feedback.in');
  const line = `${head} - ${say(`reason.${reason}`)}`;
  return signal === 'attention' ? `${line} - ${say('feedback.attention')}` : line;
}
