// A printable page of passes: HTML for A4, QR codes drawn in it as SVG. Guarantees: nothing in it runs or is fetched, and
// every text is escaped.

import type { Language, Words } from '../../system/wording.ts';
import type { PassOrder } from './order.ts';
import { svgOf, type Symbol } from './qr.ts';

export interface PrintedPass {
  readonly order: PassOrder;
  readonly symbol: Symbol;
  /** How the site's readers know it; absent: the site's key was not at hand. */
  readonly ref?: string;
}

export interface PageSetting {
  readonly say: Words;
  readonly language: Language;
  /** IANA name. */
  readonly timezone: string;
}

/** Two columns of cards; a card is never cut by a page's end. Colours are printed as they are for the quiet zone's sake. */
const STYLE = `
@page { size: A4; margin: 10mm }
* { box-sizing: border-box }
body { margin: 0; font: 10pt/1.35 "Noto Sans", "DejaVu Sans", "Segoe UI", Arial, sans-serif; color: #000; background: #fff }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm }
article { display: flex; gap: 3mm; align-items: center; border: 0.3mm dashed #888; padding: 2mm; min-height: 48mm;
  break-inside: avoid; overflow-wrap: anywhere; print-color-adjust: exact; -webkit-print-color-adjust: exact }
svg { flex: none }
h2 { margin: 0 0 1mm; font-size: 13pt; line-height: 1.2 }
p { margin: 0 }
.ref { margin-top: 1mm; font: 6.5pt monospace; color: #333 }
`;

/** The page's text, with a line feed at its end. */
export function pageOf(passes: readonly PrintedPass[], setting: PageSetting): string {
  const { language, say } = setting;
  const time = new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
    timeZone: setting.timezone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const when = (seconds: number) => time.format(seconds * 1000);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(say('pass.sheet.title', { count: passes.length }))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${passes.map((pass) => card(pass, say, when)).join('\n')}
</main>
</body>
</html>
`;
}

function card({ order, symbol, ref }: PrintedPass, say: Words, when: (seconds: number) => string): string {
  const lines = [
    say(`pass.kind.${order.kind}`),
    say('pass.sheet.valid', { from: when(order.from), until: when(order.until) }),
    order.gates.length === 0 ? say('pass.sheet.all-gates') : say('pass.sheet.gates', { gates: order.gates.join(', ') }),
    ...(order.once ? [say('pass.sheet.once')] : []),
  ];
  const body = lines.map((line) => `<p>${escaped(line)}</p>`).join('');
  const known = ref === undefined ? '' : `<p class="ref">${escaped(ref)}</p>`;
  return `<article>${svgOf(symbol)}<div><h2>${escaped(order.name)}</h2>${body}${known}</div></article>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
