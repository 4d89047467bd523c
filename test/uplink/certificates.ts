// A certificate authority for one test, made with the openssl command: server and client certificates, in a folder of their own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Certificates {
  readonly folder: string;
  /** Makes `{name}.crt` and `{name}.key`; `san` such as `IP:127.0.0.1`. */
  issue(name: string, san: string): { certFile: string; keyFile: string };
  readonly caFile: string;
}

export function certificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string): string => join(folder, name);
  const openssl = (...given: string[]): void => void execFileSync('openssl', given, { stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', at('ca.key'), '-out', at('ca.crt'), '-subj', '/CN=test ca', '-days', '1');
  return {
    folder,
    caFile: at('ca.crt'),
    issue(name, san) {
      const [key, request, certificate] = [at(`${name}.key`), at(`${name}.csr`), at(`${name}.crt`)];
      writeFileSync(at(`${name}.ext`), `subjectAltName=${san}\n`);
      openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
      const ca = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1'];
      openssl('x509', '-req', '-in', request, ...ca, '-out', certificate, '-extfile', at(`${name}.ext`));
      return { certFile: certificate, keyFile: key };
    },
  };
}
