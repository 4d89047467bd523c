// A roster or a list of revoked codes from a table (CSV in UTF-8 with a header), as a school's office keeps it. An empty cell is
// a field that is not there; a day in `from` and `until` is whole, at the site.

import type { ListName } from '../../admission/ports.ts';
import { type CsvRecord, csvRecords } from '../csv-records.ts';
import { shown } from '../pass/order.ts';
import { passTime } from '../pass/times.ts';
import type { InputFault, InputReading } from './input.ts';

const COLUMNS: Readonly<
  Partial<Record<ListName, { readonly required: readonly string[]; readonly optional: readonly string[] }>>
> = {
  roster: { required: ['ref', 'holder', 'label'], optional: ['person', 'from', 'until', 'gates', 'hold'] },
  revoked: { required: ['ref'], optional: [] },
};

export function tableEntries(text: string, list: ListName, timezone: string): InputReading {
  const columns = COLUMNS[list];
  if (columns === undefined) return { ok: false, faults: [{ key: 'list.input.no-table', params: { list } }] };
  const { records, brokenAt } = csvRecords(text);
  const [header, ...rows] = records;
  if (brokenAt !== undefined) return { ok: false, faults: [{ line: brokenAt, key: 'list.input.quotes' }] };
  if (header === undefined) return { ok: false, faults: [{ line: 1, key: 'list.input.empty' }] };
  const names = header.cells.map((cell) => cell.trim().toLowerCase());
  const faults = [
    ...headerFaults(names, columns),
    ...rows
      .filter(({ cells }) => cells.length !== names.length)
      .map(({ line, cells }) => ({
        line,
        key: 'list.input.cells' as const,
        params: { found: cells.length, wanted: names.length },
      })),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const entries = rows.map((row) => entryOf(row, names, timezone));
  return { ok: true, input: { entries, frame: {}, lineOf: (index) => rows[index]?.line } };
}

/** A column that is not known may be a rule with a slip in its name: somebody would be let in whom it keeps out. */
function headerFaults(
  names: readonly string[],
  { required, optional }: { required: readonly string[]; optional: readonly string[] },
): InputFault[] {
  const known = [...required, ...optional];
  return [
    ...required
      .filter((name) => !names.includes(name))
      .map((found) => ({ line: 1, key: 'list.input.column-missing' as const, params: { found } })),
    ...names
      .filter((name, index) => !known.includes(name) || names.indexOf(name) !== index)
      .map((name) => ({ line: 1, key: 'list.input.column' as const, params: { found: shown(name), known: known.join(', ') } })),
  ];
}

function entryOf({ cells }: CsvRecord, names: readonly string[], timezone: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const cell = cells[index]?.trim().normalize('NFC') ?? '';
      return cell === '' ? [] : [[name, valueOf(name, cell, timezone)] as const];
    }),
  );
}

function valueOf(name: string, cell: string, timezone: string): unknown {
  if (name === 'gates') return cell.split(/[\s,;|]+/u).filter((gate) => gate !== '');
  if (name !== 'from' && name !== 'until') return cell;
  const seconds = /^\d{4}-\d{2}-\d{2}$/.test(cell) ? passTime(cell, name, timezone) : undefined;
  return seconds === undefined ? cell : new Date(seconds * 1000).toISOString();
}
