// Prometheus' text format, version 0.0.4: families of samples in, one text out. Guarantees that whatever a label holds stays
// inside its quotes.
//
//   # HELP name what it means            `\` and line feeds escaped
//   # TYPE name counter|gauge|histogram
//   name{label="value",...} number       `\`, `"` and line feeds escaped in values
//   name_bucket{le="0.1"} n  name_bucket{le="+Inf"} n  name_sum s  name_count n       a histogram; n is cumulative
//
// prometheus.io/docs/instrumenting/exposition_formats

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

export interface Histogram {
  /** Upper bounds, the last one infinite, and for each how many observations were at most that. */
  readonly bounds: readonly number[];
  readonly upTo: readonly number[];
  readonly sum: number;
}

interface Described {
  /** `[a-z_]+` with its unit, and `_total` for a counter. */
  readonly name: string;
  readonly help: string;
}

export type Family = Described &
  (
    | { readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[] }
    | { readonly type: 'histogram'; readonly histogram: Histogram }
  );

/** The families in their order; one without samples is left out. */
export function exposition(families: readonly Family[]): string {
  return families.map(familyText).join('');
}

function familyText(family: Family): string {
  const { name, help, type } = family;
  const lines =
    family.type === 'histogram' ? histogramLines(name, family.histogram) : family.samples.map((one) => line(name, one));
  if (lines.length === 0) return '';
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function histogramLines(name: string, { bounds, upTo, sum }: Histogram): string[] {
  const buckets = bounds.map((bound, at) => line(`${name}_bucket`, { labels: { le: numberText(bound) }, value: upTo[at] ?? 0 }));
  return [...buckets, line(`${name}_sum`, { value: sum }), line(`${name}_count`, { value: upTo.at(-1) ?? 0 })];
}

function line(name: string, { labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}\n`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
