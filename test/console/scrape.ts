// A strict reader of Prometheus' text format, written from its documentation: throws on whatever Prometheus would refuse or its
// conventions forbid. Shares no code with the writer.

export interface Scraped {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const SAMPLE = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/u;
const LABEL = /([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/gu;

export function scrape(text: string): Map<string, Scraped> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Scraped>();
  const seen = new Set<string>();
  let [name, help] = ['', ''];
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, of = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/u.exec(line) ?? [];
    if (keyword === 'HELP') [name, help] = [of, rest];
    else if (keyword === 'TYPE') {
      if (of !== name || families.has(of)) throw new Error(`TYPE without its HELP, or twice: ${line}`);
      if (!['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`no such type: ${line}`);
      if ((rest === 'counter') !== of.endsWith('_total')) throw new Error(`_total is for counters: ${line}`);
      families.set(of, { type: rest, help, samples: [] });
    } else {
      const sample = sampleOf(line);
      const key = line.slice(0, line.lastIndexOf(' '));
      if (seen.has(key)) throw new Error(`twice: ${key}`);
      seen.add(key);
      const family = families.get(name);
      const base = family?.type === 'histogram' ? sample.name.replace(/_(?:bucket|sum|count)$/u, '') : sample.name;
      if (family === undefined || base !== name) throw new Error(`a sample outside its family: ${line}`);
      families.set(name, { ...family, samples: [...family.samples, sample] });
    }
  }
  return families;
}

function sampleOf(line: string): Scraped['samples'][number] {
  const [, name = '', inner = '', number = ''] = SAMPLE.exec(line) ?? [];
  if (name === '') throw new Error(`no sample: ${line}`);
  const pairs = [...inner.matchAll(LABEL)];
  if (pairs.map(([whole]) => whole).join('') !== inner) throw new Error(`labels that cannot be read: ${line}`);
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
  if (Number.isNaN(value)) throw new Error(`no number: ${line}`);
  return { name, labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])), value };
}
