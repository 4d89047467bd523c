// Judges codes in a process with nothing else in it, in turns with bare verifications of the same passes' signatures; tells
// its parent each one's time. Arguments: the folder with lists.db and site.key, the file of a JudgeTask.

import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { explainCode } from '../../src/commands/explain/explanation.ts';
import { admissionSchema } from '../../src/config/admission.ts';
import { openLists } from '../../src/lists/lists.ts';
import { systemClock } from '../../src/system/clock.ts';
import { pseudonyms, siteKey } from '../../src/system/secrets.ts';
import { openTrust } from '../../src/trust/keyring.ts';
import { BUILT_MS } from '../../src/version.ts';
import { GATE, SITE } from './daemon.ts';
import type { JudgeTask, JudgeTimes } from './judge.ts';

const [dataFolder = '', file = ''] = process.argv.slice(2);
const { accept, issuers, healthCertificates, bare, codes, rounds, warmUpRounds } = JSON.parse(
  readFileSync(file, 'utf8'),
) as JudgeTask;

const trust = openTrust({ issuers, healthCertificates });
const nothing = (): undefined => undefined;
const hooks = { taken: nothing, refused: nothing, keys: nothing, askAgain: nothing, setAside: nothing, fault: nothing };
const lists = openLists(
  { dataFolder, site: SITE, now: () => Date.now(), issuers: () => trust.issuerKeys(), roots: () => trust.ownKeys() },
  hooks,
);
const clock = systemClock('Asia/Ho_Chi_Minh');
const circumstances = {
  policy: admissionSchema.parse({ accept }),
  gate: GATE,
  direction: 'in' as const,
  moment: { ...clock.describe(clock.read()), state: 'synchronised' as const },
  trust,
  lists,
  builtMs: BUILT_MS,
  pseudonyms: pseudonyms(siteKey({ dataFolder })),
};

/** One step of each: all that is measured, by name. */
const steps = new Map<string, { readonly expected: string; readonly turns: readonly (() => string)[] }>();
const issuer = createPublicKey({ key: bare.jwk, format: 'jwk' });
steps.set('bare', {
  expected: 'true',
  turns: bare.signed.map(({ message, signature }) => {
    const [signed, by] = [Buffer.from(message, 'base64'), Buffer.from(signature, 'base64')];
    return () => String(verify(null, signed, issuer, by));
  }),
});
for (const { kind, expected, texts } of codes) {
  const turns = texts.map((text) => {
    const bytes = new Uint8Array(Buffer.from(text));
    return () => {
      const { verdict, reason } = explainCode({ bytes }, circumstances);
      return `${verdict} ${reason}`;
    };
  });
  steps.set(kind, { expected, turns });
}

const times: JudgeTimes = {};
for (let round = 0; round < warmUpRounds + rounds; round += 1) {
  for (const [name, { expected, turns }] of steps) {
    const taken = (times[name] ??= []);
    // Each round the next share of the codes; none comes twice before all came once.
    const share = Math.ceil(turns.length / rounds);
    for (const turn of turns.slice((round % rounds) * share, ((round % rounds) + 1) * share)) {
      const startedMs = performance.now();
      const answer = turn();
      const ms = performance.now() - startedMs;
      if (answer !== expected) throw new Error(`${name}: judged ${answer}, wanted ${expected}`);
      if (round >= warmUpRounds) taken.push(ms * 1000);
    }
  }
}
await lists.close();
process.send?.(times);
