// `gate-reader pass issue`: one signed pass, as text on standard output, as a picture in the terminal or in a file.

import { print } from '../output.ts';
import { tell } from '../setting.ts';
import { type PassWords, passOrder } from './order.ts';
import { pngOf, type Symbol, symbolOf, terminalDrawing } from './qr.ts';
import { isWritten, type Signer, type SignerFlags, signerOf, tellFaults } from './signer.ts';

export interface IssueFlags extends SignerFlags, Omit<PassWords, 'gates' | 'once'> {
  readonly gate: readonly string[];
  readonly once?: true;
  readonly png?: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** Beyond this version cheap scanners and cameras begin to fail at a 3 cm print. */
const EASY_VERSION_MAX = 12;

export async function issuePass(flags: IssueFlags): Promise<void> {
  const signer = signerOf(flags);
  if (!signer) return;
  const order = passOrder({ ...flags, gates: flags.gate, once: flags.once ?? false }, flags.timezone);
  if (!('name' in order)) return tellFaults(order, signer.say);
  const pass = signer.sign(order);
  if (!('code' in pass)) return tellFaults([pass], signer.say);
  const symbol = symbolOf(pass.code);
  if (flags.png !== undefined && !isWritten(flags.png, pngOf(symbol), signer.say)) return;
  const { code, cti, ref } = pass;
  await print(flags.json ? `${JSON.stringify({ code, cti: Buffer.from(cti).toString('hex'), ref })}\n` : `${code}\n`);
  if (order.until * 1000 < Date.now()) tell(signer.say('pass.over'));
  if (flags.quiet || flags.json) return;
  draw(code, symbol, signer);
  if (ref !== null) tell(signer.say('pass.ref', { ref }));
}

function draw(code: string, symbol: Symbol, { say }: Signer): void {
  const { isTTY, columns } = process.stderr;
  const width = symbol.dark.length;
  if (isTTY && columns < width) tell(say('pass.qr.narrow', { columns, wanted: width }));
  else process.stderr.write(terminalDrawing(code, { colour: isTTY && process.env['NO_COLOR'] === undefined }));
  tell(say('pass.qr', { version: symbol.version, modules: symbol.modules }));
  if (symbol.version > EASY_VERSION_MAX) tell(say('pass.qr.dense'));
}
