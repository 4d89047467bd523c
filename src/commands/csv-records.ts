// Tables as spreadsheets write them: CSV (RFC 4180) with commas, semicolons or tabs and any line ends. Knows the line of every
// record; understands nothing of what the cells mean.

export interface CsvRecord {
  /** On which it begins, from 1, as editors count. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly records: readonly CsvRecord[];
  /** The line of the first quote that is never closed, or is followed by text; nothing after it is read. */
  readonly brokenAt?: number;
}

/** A quoted cell, a bare one, and what ends it; a quote that is never closed matches neither. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^"\r\n]*?))(DELIMITER|\r\n|\n|\r|$)/y;

/** Empty lines are no records. */
export function csvRecords(text: string): CsvTable {
  const cellForm = new RegExp(CELL.source.replace('DELIMITER', delimiterOf(text)), 'y');
  const records: CsvRecord[] = [];
  let [line, began, cells] = [1, 1, [] as string[]];
  while (cellForm.lastIndex < text.length || cells.length > 0) {
    const match = cellForm.exec(text);
    if (!match) return { records, brokenAt: line };
    const [whole, quoted, bare = '', end = ''] = match;
    cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    line += whole.match(/\r\n|\n|\r/gu)?.length ?? 0;
    if (end !== '' && !/[\r\n]/.test(end)) continue;
    if (cells.length > 1 || cells[0]?.trim() !== '') records.push({ line: began, cells });
    [cells, began] = [[], line];
    if (end === '') break;
  }
  return { records };
}

/** Spreadsheets use the list separator of their country: the header, whose names hold none, says which. */
function delimiterOf(text: string): string {
  const header = text.split(/[\r\n]/u, 1)[0] ?? '';
  return [';', '\t'].find((delimiter) => header.includes(delimiter)) ?? ',';
}
