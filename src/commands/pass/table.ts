// Many passes from a table: CSV (RFC 4180) in UTF-8 with a header, as spreadsheets write it - with or without a byte order
// mark, with commas, semicolons or tabs, with any line ends. Guarantees: every fault is told with its line, all at once.

import { type CsvRecord, csvRecords } from '../csv-records.ts';
import { type PassFault, type PassOrder, passOrder, shown } from './order.ts';

interface RowFault extends Omit<PassFault, 'field'> {
  /** Counted from 1, as editors do. */
  readonly line: number;
  readonly field?: string;
}

export interface TableRow {
  readonly line: number;
  readonly order: PassOrder;
}

export type Table =
  | { readonly ok: true; readonly rows: readonly TableRow[] }
  | { readonly ok: false; readonly faults: readonly RowFault[] };

const REQUIRED = ['name', 'kind', 'from', 'until'] as const;
const COLUMNS: readonly string[] = [...REQUIRED, 'gates', 'once'];
const ONCE: Readonly<Record<string, boolean>> = {
  '': false,
  no: false,
  false: false,
  '0': false,
  không: false,
  yes: true,
  true: true,
  '1': true,
  x: true,
  có: true,
};

/** The orders of a table, or everything that is wrong with it. */
export function readTable(bytes: Uint8Array, timezone: string): Table {
  const text = decode(bytes);
  if (text === undefined) return { ok: false, faults: [{ line: 1, key: 'pass.fault.encoding' }] };
  const { records, brokenAt } = csvRecords(text);
  const faults: RowFault[] = brokenAt === undefined ? [] : [{ line: brokenAt, key: 'pass.fault.quotes' }];
  const [header, ...rest] = records;
  if (header === undefined) return { ok: false, faults: [...faults, { line: 1, key: 'pass.fault.empty' }] };
  const columns = header.cells.map((cell) => cell.trim().toLowerCase());
  const wrong = [...faults, ...headerFaults(columns)];
  if (wrong.length > faults.length) return { ok: false, faults: wrong };
  const rows: TableRow[] = [];
  for (const record of rest) {
    const row = readRow(record, columns, timezone);
    if (Array.isArray(row)) wrong.push(...row);
    else rows.push(row);
  }
  if (rest.length === 0 && wrong.length === 0) wrong.push({ line: 1, key: 'pass.fault.empty' });
  if (wrong.length > 0) return { ok: false, faults: wrong.sort((a, b) => a.line - b.line) };
  return { ok: true, rows };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A column that is not known may be a gate list with a slip in its name: a pass for every gate would come of it. */
function headerFaults(columns: readonly string[]): RowFault[] {
  const known = COLUMNS.join(', ');
  return [
    ...REQUIRED.filter((name) => !columns.includes(name)).map((found) => ({
      line: 1,
      key: 'pass.fault.column-missing' as const,
      params: { found },
    })),
    ...columns
      .filter((name, index) => !COLUMNS.includes(name) || columns.indexOf(name) !== index)
      .map((name) => ({ line: 1, key: 'pass.fault.column' as const, params: { found: shown(name), known } })),
  ];
}

function readRow({ line, cells }: CsvRecord, columns: readonly string[], timezone: string): TableRow | RowFault[] {
  if (cells.length !== columns.length) {
    return [{ line, key: 'pass.fault.fields', params: { found: cells.length, wanted: columns.length } }];
  }
  const cell = (name: string) => cells[columns.indexOf(name)]?.trim() ?? '';
  const onceWord = cell('once').normalize('NFC').toLowerCase();
  const once = Object.hasOwn(ONCE, onceWord) ? ONCE[onceWord] : undefined;
  const gates = cell('gates')
    .split(/[\s,;|]+/u)
    .filter((gate) => gate !== '');
  const words = { name: cell('name'), kind: cell('kind').toLowerCase(), from: cell('from'), until: cell('until'), gates };
  const order = passOrder({ ...words, once: once ?? false }, timezone);
  const faults: RowFault[] = 'name' in order ? [] : order.map((fault) => ({ line, ...fault }));
  if (once === undefined) faults.push({ line, field: 'once', key: 'pass.fault.once', params: { found: shown(onceWord) } });
  return 'name' in order && faults.length === 0 ? { line, order } : faults;
}
