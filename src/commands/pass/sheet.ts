// `gate-reader pass sheet`: a page to print with a pass for every row of a table. All of it is made, or nothing.

import { readFileSync } from 'node:fs';

import { printable } from '../../config/path.ts';
import type { Language } from '../../system/wording.ts';
import { wording } from '../../system/wording.ts';
import { EXIT } from '../exit.ts';
import { print } from '../output.ts';
import { tell } from '../setting.ts';
import { type PrintedPass, pageOf } from './page.ts';
import { symbolOf } from './qr.ts';
import { isWritten, type SignedPass, type Signer, type SignerFlags, signerOf } from './signer.ts';
import { readTable, type Table, type TableRow } from './table.ts';

export interface SheetFlags extends SignerFlags {
  readonly csv: string;
  readonly out: string;
  /** Of the printed page. */
  readonly language?: Language;
  readonly json?: true;
}

export async function makeSheet(flags: SheetFlags): Promise<void> {
  const signer = signerOf(flags);
  if (!signer) return;
  const bytes = contentOf(flags.csv, signer);
  if (bytes === undefined) return;
  const table = readTable(bytes, flags.timezone);
  if (!table.ok) return tellRows(flags.csv, table.faults, signer);
  const made: { readonly line: number; readonly pass: SignedPass; readonly printed: PrintedPass }[] = [];
  const tooLong: RowFaults[number][] = [];
  for (const { line, order } of table.rows) {
    const pass = signer.sign(order);
    if ('code' in pass) made.push({ line, pass, printed: printedOf(order, pass) });
    else tooLong.push({ line, ...pass });
  }
  if (tooLong.length > 0) return tellRows(flags.csv, tooLong, signer);
  const language = flags.language ?? signer.language;
  const setting = { language, say: wording(language), timezone: flags.timezone };
  const page = pageOf(
    made.map(({ printed }) => printed),
    setting,
  );
  if (!isWritten(flags.out, page, signer.say)) return;
  tell(signer.say('pass.sheet.made', { count: made.length, file: flags.out }));
  if (!flags.json) return;
  const passes = made.map(({ line, pass: { code, cti, ref } }) => ({ line, code, cti: Buffer.from(cti).toString('hex'), ref }));
  await print(`${JSON.stringify({ file: flags.out, passes })}\n`);
}

function printedOf(order: TableRow['order'], { code, ref }: SignedPass): PrintedPass {
  return { order, symbol: symbolOf(code), ...(ref === null ? {} : { ref }) };
}

function contentOf(file: string, { say }: Signer): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    tell(say('pass.unreadable', { file, cause: error.message }));
    process.exitCode = EXIT.failed;
    return undefined;
  }
}

type RowFaults = Extract<Table, { ok: false }>['faults'];

/** `FILE:LINE: column: what is wrong`, every one of them; exit code 1. */
function tellRows(file: string, faults: RowFaults, { say }: Signer): void {
  const lines = faults.map(
    ({ line, field, key, params }) => `${printable(file)}:${line}: ${field === undefined ? '' : `${field}: `}${say(key, params)}`,
  );
  tell(...lines, say('pass.sheet.faults', { count: faults.length }));
  process.exitCode = EXIT.failed;
}
