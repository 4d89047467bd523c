// The soak's curves as one SVG: panels below one another over the same days, each with its own unit. Drawn by hand, so that it
// needs nothing and shows everywhere.

export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
}

export interface Chart {
  readonly title: string;
  readonly notes: readonly string[];
  /** Days since the start, one for each value of every curve. */
  readonly days: readonly number[];
  readonly panels: readonly Panel[];
}

const [WIDTH, LEFT, RIGHT, PANEL, GAP, HEAD] = [960, 80, 24, 130, 56, 92] as const;
const INK = '#1d2939';

export function svgOf({ title, notes, days, panels }: Chart): string {
  const lastDay = Math.max(1, ...days);
  const height = HEAD + panels.length * (PANEL + GAP) + 24;
  const x = (day: number) => LEFT + (day / lastDay) * (WIDTH - LEFT - RIGHT);
  const parts = panels.map((panel, at) => panelOf(panel, { days, lastDay, top: HEAD + at * (PANEL + GAP), x }));
  const head = [
    text(LEFT, 24, title, 'font-size="20" font-weight="600"'),
    ...notes.map((note, at) => text(LEFT, 44 + at * 16, note)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13" fill="${INK}">
<title>${escaped(title)}</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${[...head, ...parts, text((LEFT + WIDTH - RIGHT) / 2, height - 10, 'school day', 'text-anchor="middle"')].join('\n')}
</svg>
`;
}

interface Frame {
  readonly days: readonly number[];
  readonly lastDay: number;
  readonly top: number;
  readonly x: (day: number) => number;
}

function panelOf({ title, unit, curves }: Panel, { days, lastDay, top, x }: Frame): string {
  const step = niceStep(Math.max(1e-9, ...curves.flatMap(({ values }) => values)) / 4);
  const most = step * Math.ceil(Math.max(1e-9, ...curves.flatMap(({ values }) => values)) / step);
  const y = (value: number) => top + PANEL - (value / most) * PANEL;
  const lines: string[] = [text(LEFT, top - 10, `${title}, ${unit}`, 'font-weight="600"')];
  for (let value = 0; value <= most * 1.0001; value += step) {
    lines.push(`<path d="M${LEFT} ${fixed(y(value))}H${WIDTH - RIGHT}" stroke="#e4e7ec"/>`);
    lines.push(text(LEFT - 8, y(value) + 4, Number(value.toPrecision(6)).toLocaleString('en-US'), 'text-anchor="end"'));
  }
  const every = Math.max(1, niceStep(lastDay / 10));
  for (let day = 0; day <= lastDay; day += every) {
    lines.push(`<path d="M${fixed(x(day))} ${top + PANEL}v5" stroke="${INK}"/>`);
    lines.push(text(x(day), top + PANEL + 19, String(day), 'text-anchor="middle"'));
  }
  lines.push(`<path d="M${LEFT} ${top}V${top + PANEL}H${WIDTH - RIGHT}" fill="none" stroke="${INK}"/>`);
  for (const [at, { name, colour, values }] of curves.entries()) {
    const points = values.map((value, index) => `${fixed(x(days[index] ?? 0))},${fixed(y(value))}`).join(' ');
    lines.push(`<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.8"/>`);
    const nameAt = WIDTH - RIGHT - (curves.length - at) * 190;
    lines.push(`<path d="M${nameAt} ${top - 14}h22" stroke="${colour}" stroke-width="3"/>`, text(nameAt + 28, top - 10, name));
  }
  return lines.join('\n');
}

/** The next of 1, 2, 5, 10 ... at or above `least`. */
function niceStep(least: number): number {
  const ten = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((factor) => factor * ten >= least) ?? 10) * ten;
}

const fixed = (value: number): string => value.toFixed(1);
const escaped = (plain: string): string => plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x: number, y: number, plain: string, more = ''): string =>
  `<text x="${fixed(x)}" y="${fixed(y)}" ${more}>${escaped(plain)}</text>`;
