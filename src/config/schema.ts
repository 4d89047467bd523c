// The configuration: every key, its default and its range, as the contract shows them. Holding a `Configuration` proves that all
// keys are known, all values in range and all defaults filled in; it is frozen to its leaves.

import * as z from 'zod';
import { listenFault } from './address.ts';
import { admissionRules, admissionSchema } from './admission.ts';
import type { Finding } from './finding.ts';
import { indicatorRules, indicatorSchema } from './indicators.ts';
import { inputRules, inputsSchema } from './inputs.ts';
import { valueAt } from './path.ts';
import { scannerRules, scannersSchema } from './scanners.ts';
import { checkedText, direction, filePath, slug } from './texts.ts';
import { uplinkRules, uplinkSchema } from './uplink.ts';

const journalSchema = z
  .strictObject({
    retentionDays: z.int().min(0).max(3650).default(30).describe('Whole days, 0-3650, that delivered events are kept'),
    onFailure: z
      .enum(['deny', 'grant'])
      .default('deny')
      .describe('What happens to people while the journal cannot be written: deny or grant'),
  })
  .prefault({})
  .meta({ title: 'Journal', description: 'The record on this reader' });

const privacySchema = z
  .strictObject({
    siteKeyFile: z
      .exactOptional(filePath())
      .describe('File of exactly 32 raw bytes, mode 0600, the same on every reader of the site; absent: made in the data folder'),
    details: z
      .enum(['none', 'sealed'])
      .default('none')
      .describe('What events hold beside a pseudonym and a masked label: none, or the details sealed to the recipient'),
    detailsRecipientFile: z
      .exactOptional(filePath())
      .describe('Public key (X25519 or P-256, JWK or PEM) to which details are sealed; goes with details: sealed'),
  })
  .prefault({})
  .meta({ title: 'Privacy', description: 'How people are kept unrecognisable' });

const trustSchema = z
  .strictObject({
    issuers: z.exactOptional(filePath()).describe('JWK Set (OKP, Ed25519) of the keys that may sign passes and lists'),
    lists: z.exactOptional(filePath()).describe('Folder of signed lists, {list}.jws'),
    healthCertificates: z.exactOptional(filePath()).describe('Folder of X.509 certificates that sign health certificates'),
    commandAudience: z
      .enum(['optional', 'required'])
      .default('optional')
      .describe(
        'Whether a command must name this reader (aud: /gates/SITE/READER). required is safer: one without it, heard on the topic of another reader, works here too',
      ),
  })
  .prefault({})
  .meta({ title: 'Trust', description: 'Whose signatures count' });

const consoleSchema = z
  .union(
    [
      z.literal('off'),
      z.literal(false),
      z.strictObject({
        listen: checkedText(listenFault).default('127.0.0.1:8080').describe('HOST:PORT of the web pages; they have no passwords'),
      }),
    ],
    { error: 'config.fault.console' },
  )
  .default('off')
  .meta({ title: 'Console', description: 'Web pages of this reader, read only: /metrics for Prometheus and /healthz; or off' });

function isTimezone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

export const configurationSchema = z
  .strictObject({
    site: slug().describe('The school or office: 1-40 of a-z, 0-9 and -'),
    reader: slug().describe('This kiosk, unique within its site: 1-40 of a-z, 0-9 and -'),
    gate: z
      .exactOptional(slug())
      .describe("The gate it stands at, where several readers may serve one; default: the reader's name"),
    direction: direction().default('both').describe("in, out, or both: the opposite of the holder's last passage"),
    timezone: checkedText((text) => (isTimezone(text) ? undefined : 'config.fault.timezone'))
      .default('Asia/Ho_Chi_Minh')
      .describe('IANA time zone of the site'),
    language: z.enum(['vi', 'en']).default('vi').describe("The guard's language: vi or en"),
    scanners: scannersSchema,
    indicator: indicatorSchema,
    inputs: inputsSchema,
    journal: journalSchema,
    privacy: privacySchema,
    uplink: uplinkSchema,
    trust: trustSchema,
    admission: admissionSchema,
    console: consoleSchema,
  })
  .meta({ title: 'gate-reader configuration', description: 'gate-reader.yaml: one reader at one gate' });

type Parsed = z.output<typeof configurationSchema>;

/** Sealing needs somebody to seal to. */
function privacyRules(root: unknown): Finding[] {
  const missing =
    valueAt(root, ['privacy', 'details']) === 'sealed' && valueAt(root, ['privacy', 'detailsRecipientFile']) === undefined;
  return missing ? [{ path: ['privacy', 'details'], code: 'config.fault.recipient-missing' }] : [];
}

/** What the shape of single keys cannot say: rules between keys. Works on raw values of any shape. */
export function ruleFindings(root: unknown): Finding[] {
  return [
    ...privacyRules(root),
    ...scannerRules(root),
    ...indicatorRules(root),
    ...inputRules(root),
    ...uplinkRules(root),
    ...admissionRules(root),
  ];
}

/** Fills in the defaults that depend on another key. */
function complete(parsed: Parsed) {
  const { site, reader, gate = reader, ...others } = parsed;
  return {
    site,
    reader,
    gate,
    ...others,
    scanners: parsed.scanners.map((scanner) => ({ ...scanner, direction: scanner.direction ?? parsed.direction })),
    uplink: {
      ...parsed.uplink,
      receipts: parsed.uplink.receipts ?? (parsed.uplink.broker === undefined ? ('none' as const) : ('required' as const)),
    },
    console: parsed.console === false ? ('off' as const) : parsed.console,
  };
}

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

export type Configuration = Frozen<ReturnType<typeof complete>>;

/** One scanner as configured; `kind` says which keys it has. */
export type ScannerConfiguration = Configuration['scanners'][number];

/** One button or contact as configured; `kind` says what it is wired to, `role` what it means. */
export type InputConfiguration = Configuration['inputs'][number];

function freeze<T>(value: T): Frozen<T> {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(Object.freeze(value))) freeze(inner);
  return value as Frozen<T>;
}

/** The finished configuration of parsed values: completed and frozen. */
export function configurationOf(parsed: Parsed): Configuration {
  return freeze(complete(parsed));
}
