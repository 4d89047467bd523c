// What a button or contact is and how it is, in words for whoever stands before it.

import type { InputConfiguration } from '../../config/schema.ts';
import type { Words } from '../../system/wording.ts';

/** `door contact`, `direction button (in)`. */
export function roleWords(say: Words, input: InputConfiguration): string {
  const direction = 'direction' in input ? input.direction : undefined;
  const role = say(`input.role.${input.role}`);
  return direction === undefined ? role : `${role} (${say(`input.direction.${direction}`)})`;
}

/** `open`, `released`. */
export function stateWords(say: Words, { role }: Pick<InputConfiguration, 'role'>, active: boolean): string {
  return say(`input.state.${role}.${active ? 'active' : 'inactive'}`);
}
