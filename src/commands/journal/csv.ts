// Events as a table for a spreadsheet: RFC 4180 with a UTF-8 byte order mark, without which Excel garbles Vietnamese. No cell
// is ever a formula, whatever a label, a fault's message or a newer version's event holds.

import type { EventContent } from '../../admission/event.ts';
import type { StoredEvent } from '../../journal/chain.ts';

const COLUMNS = [
  'sequence',
  'time',
  'type',
  'gate',
  'scanner',
  'direction',
  'verdict',
  'reason',
  'kind',
  'holder',
  'label',
  'ref',
  'warnings',
  'clock',
  'detail',
] as const;
type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | undefined>>>;

/** A cell that begins so may be taken for a formula (OWASP, CSV injection); an apostrophe before it makes it text. */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** One cell, defused and quoted where it must be. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'number' || !FORMULA.test(value) ? String(value) : `'${value}`;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const CSV_HEAD = `\ufeff${COLUMNS.join(',')}\r\n`;

/** One event as a row; one that is not JSON keeps its number alone. */
export function csvRow({ sequence, body }: StoredEvent): string {
  const row = { sequence, ...cellsOf(body) };
  return `${COLUMNS.map((column) => cell(row[column])).join(',')}\r\n`;
}

function cellsOf(body: Buffer): Row {
  try {
    const event = JSON.parse(body.toString()) as EventContent & { readonly time: string };
    const common = { time: event.time, type: event.type, clock: event.data.clock.state };
    if (event.type === 'gate.passage.v1') {
      const { gate, direction, scan, ...others } = event.data;
      return { ...common, gate, direction, detail: detailOf({ ...others, ...(scan && { scan: scan.sequence }) }) };
    }
    if (event.type !== 'gate.scan.v1') return { ...common, detail: detailOf(event.data) };
    const { gate, scanner, direction, verdict, reason, credential, warnings = [] } = event.data;
    return { ...common, gate, scanner, direction, verdict, reason, ...credential, warnings: warnings.join(' ') };
  } catch {
    return { detail: 'not an event' };
  }
}

/** What an event that is no scan says, without keys and signatures. */
function detailOf(data: object): string {
  const told = Object.entries(data).filter(([key, value]) => key !== 'seal' && key !== 'hash' && typeof value !== 'object');
  return told.map(([key, value]) => `${key}=${String(value)}`).join('; ');
}
