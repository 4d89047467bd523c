// What npm's audit answers, judged: advisories of weight that nobody accepted with a reason and a date, and acceptances that ended.

export interface Accepted {
  /** GHSA-xxxx-xxxx-xxxx */
  readonly id: string;
  /** Why it does no harm here. */
  readonly reason: string;
  /** The day it ends, YYYY-MM-DD: somebody looks again. */
  readonly until: string;
}

/** `npm audit --json`, report version 2, as far as it is read. */
interface Report {
  readonly auditReportVersion?: number;
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (string | Advisory)[] }>>;
  readonly metadata?: { readonly dependencies?: { readonly total?: number } };
}

interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
}

export type Judgement =
  | { readonly asked: false; readonly why: string }
  | { readonly asked: true; readonly packages: number; readonly faults: string[]; readonly lesser: number };

const WEIGHTY = new Set(['high', 'critical']);

/** @param today YYYY-MM-DD */
export function judgeAdvisories(answer: string, accepted: readonly Accepted[], today: string): Judgement {
  const report = parse(answer);
  if (report?.auditReportVersion !== 2 || report.vulnerabilities === undefined)
    return { asked: false, why: report?.message ?? 'npm gave no report' };
  const found = new Map<string, Advisory>();
  for (const { via } of Object.values(report.vulnerabilities))
    for (const one of via) if (typeof one !== 'string') found.set(one.url.split('/').at(-1) ?? one.url, one);
  const faults: string[] = [];
  const standing = new Set(accepted.filter(({ until }) => until >= today).map(({ id }) => id));
  for (const [id, { name, title, severity }] of found)
    if (WEIGHTY.has(severity) && !standing.has(id)) faults.push(`${name}: ${severity}: ${title} (${id})`);
  for (const { id, reason, until } of accepted) {
    if (until < today) faults.push(`.ci/advisories.json: ${id} was accepted until ${until} (${reason}): look again`);
    else if (!found.has(id)) faults.push(`.ci/advisories.json: ${id} is no longer reported: remove it`);
  }
  const lesser = [...found.values()].filter(({ severity }) => !WEIGHTY.has(severity)).length;
  return { asked: true, packages: report.metadata?.dependencies?.total ?? 0, faults, lesser };
}

function parse(answer: string): Report | undefined {
  try {
    return JSON.parse(answer) as Report;
  } catch {
    return undefined;
  }
}
