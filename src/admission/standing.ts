// What the centre ordered to last until it says otherwise: a gate that is locked, a kiosk that is being worked on.

import type { Order } from './command.ts';

export interface Standing {
  readonly locked: boolean;
  readonly maintenance: boolean;
}

/** Why scans let nobody through: `denied blocked` with this detail. */
export type Suspension = 'locked' | 'maintenance';

export const NORMAL: Standing = { locked: false, maintenance: false };

/** Of two reasons the lock is the one to be told: it is what a guard must know. */
export function suspensionOf({ locked, maintenance }: Standing): Suspension | undefined {
  if (locked) return 'locked';
  return maintenance ? 'maintenance' : undefined;
}

/** How it stands after an order; the same object where that changes nothing. */
export function standingAfter(standing: Standing, order: Order): Standing {
  const next = { ...standing, ...changeOf(order) };
  return next.locked === standing.locked && next.maintenance === standing.maintenance ? standing : next;
}

function changeOf(order: Order): Partial<Standing> {
  if (order.command === 'lock') return { locked: true };
  if (order.command === 'unlock') return { locked: false };
  return order.command === 'maintenance' ? { maintenance: order.on } : {};
}

/** The word for it in the reader's state. */
export const modeOf = (standing: Standing): 'normal' | Suspension => suspensionOf(standing) ?? 'normal';
