// The pseudonyms of a site for commands that make credentials: by the site's key where there is one, never by a new one.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Pseudonyms } from '../admission/ports.ts';
import { pseudonyms, SecretError, siteKey } from '../system/secrets.ts';
import type { Setting } from './setting.ts';

export type SiteRefs =
  | { readonly ok: true; readonly ref: Pseudonyms['ref'] }
  /** `why`: a sentence for people. */
  | { readonly ok: false; readonly why: string };

/** How the readers of the setting's site will call who presents a credential. */
export function siteRefs({ configuration, dataFolder, say }: Setting): SiteRefs {
  const { siteKeyFile: file } = configuration.privacy;
  if (file === undefined && !existsSync(join(dataFolder, 'site.key'))) {
    return { ok: false, why: say('token.no-site-key', { folder: dataFolder }) };
  }
  try {
    const site = pseudonyms(siteKey({ dataFolder, ...(file === undefined ? {} : { file }) }));
    return { ok: true, ref: (kind, identifier) => site.ref(kind, identifier) };
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    return { ok: false, why: say('token.bad-site-key', { file: error.path, message: error.message }) };
  }
}
