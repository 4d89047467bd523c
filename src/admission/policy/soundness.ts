// Was the code whole? A cut or wrong code is refused with what is wrong with it.

import { isFlawed } from '../credentials/credential.ts';
import type { Rule } from './rule.ts';

export const soundCode: Rule = ({ presented }) => (isFlawed(presented) ? { deny: presented.flaw } : undefined);
