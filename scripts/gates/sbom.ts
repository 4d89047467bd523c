// Gate: a software bill of materials (CycloneDX, made by npm) that names every package a kiosk runs, each with a version and a
// licence that this project may ship. Written to the folder of the first argument, or node_modules/.cache/gate-reader.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { conclude, ROOT } from './gate.ts';
import { licenceFault } from './licences.ts';
import { lockedPackages, productionPackages } from './lock-file.ts';

interface Bill {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { name: string } };
  components: readonly {
    readonly 'bom-ref': string;
    readonly name: string;
    readonly version?: string;
    readonly licenses?: readonly {
      readonly license?: { readonly id?: string; readonly name?: string };
      readonly expression?: string;
    }[];
  }[];
  dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

// All of it, and what only development needs taken out here: npm's own --omit=dev takes out too much. A package that both want
// (zod, yaml, the serial port's driver) is missing then.
const { status, stdout, stderr } = spawnSync('npm', ['sbom', '--sbom-format=cyclonedx'], {
  cwd: ROOT,
  encoding: 'utf8',
  maxBuffer: 64 * 1_048_576,
});
if (status !== 0) throw new Error(`npm sbom (npm 10 or newer is wanted): ${stderr}`);
const bill = JSON.parse(stdout) as Bill;
// npm names it after the folder of the checkout.
bill.metadata.component.name = (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { name: string }).name;

const wanted = productionPackages();
bill.components = bill.components.filter(({ name, version }) => wanted.includes(`${name}@${version ?? ''}`));
const refs = new Set(bill.components.map((component) => component['bom-ref']));
const kept = (ref: string): boolean => refs.has(ref) || ref.startsWith('gate-reader@');
bill.dependencies = bill.dependencies
  .filter(({ ref }) => kept(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(kept) }));
const listed = new Map(bill.components.map((component) => [`${component.name}@${component.version ?? ''}`, component]));
const faults = wanted.filter((one) => !listed.has(one)).map((one) => `${one}: runs at a gate and is not in the bill\n`);
for (const [one, { version, licenses = [] }] of listed) {
  const given = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '');
  const fault = (version ?? '') === '' ? 'has no version' : licenceFault(given);
  if (fault !== undefined) faults.push(`${one}: ${fault}\n`);
}
if (bill.bomFormat !== 'CycloneDX') faults.push(`found a bill in the format ${bill.bomFormat}, wanted CycloneDX\n`);
for (const [path, { integrity }] of lockedPackages())
  if (!integrity?.startsWith('sha512-')) faults.push(`package-lock.json: ${path} is not pinned by a SHA-512\n`);

const folder = resolve(process.argv[2] ?? `${ROOT}node_modules/.cache/gate-reader`);
mkdirSync(folder, { recursive: true });
const file = join(folder, 'gate-reader.cdx.json');
writeFileSync(file, `${JSON.stringify(bill, undefined, 2)}\n`);
process.stdout.write(`bill of materials: ${file}\n`);
conclude('sbom', wanted.filter((one) => listed.has(one)).length, wanted.length, faults.join(''), 'packages, installed are');
