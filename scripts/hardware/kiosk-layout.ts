// Where things stand on hardware/wiring.svg, and what its supply wires look like.

import { COLOUR } from './drawing.ts';

/** Edges of the columns. */
export const X = {
  bus: 204,
  contact: 204,
  a2: [300, 410],
  pi: [480, 680],
  a1: [780, 900],
  load: [995, 1130],
  f1: 1148,
  f2: 1168,
} as const;
const TOP = 290;
const STEP = 40;

/** The height of a row of terminals. */
export const at = (row: number) => TOP + STEP * row;

export const plus = { colour: COLOUR.plus, wide: 2.6 };
export const zero = { colour: COLOUR.ground, wide: 2.6 };
