// A gate that a centre orders about: a real journal, the real entrance, and a centre that signs for it.

import type { Answer } from '../../src/admission/command.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { type Reload, Remote } from '../../src/remote.ts';
import { FaultBoard } from '../../src/system/fault-board.ts';
import { Vitals } from '../../src/system/vitals.ts';
import { issuerKey } from '../../src/trust/issuers.ts';
import { openTrust } from '../../src/trust/keyring.ts';
import type { CommandArrival } from '../../src/uplink/messages.ts';
import type { Uplink } from '../../src/uplink/uplink.ts';
import { openGate } from '../entrance/gate.ts';
import { type CommandOrder, commander } from './command.ts';
import { eventually } from './eventually.ts';
import { newKey } from './issuer.ts';
import { dataFolder } from './record.ts';

const SOURCE = '/gates/demo/demo';
const ROLES = { exit: { role: 'exit-request' }, turn: { role: 'turn', withinSeconds: 60 } } as const;

interface Setup {
  readonly folder?: string;
  readonly key?: ReturnType<typeof newKey>;
  readonly reload?: () => Promise<Reload>;
  readonly audience?: 'optional' | 'required';
}

/** A gate with the embedded default's configuration, and a centre that signs. */
export function openRemote({ folder = dataFolder(), key = newKey(), reload, audience = 'optional' }: Setup = {}) {
  const gate = openGate({ inputs: ROLES, folder });
  const { record } = gate;
  const loaded = loadConfiguration({ environment: {} });
  if (!loaded.ok) throw new Error('the embedded default has faults');
  const told: { answers: Answer[]; resent: object[] } = { answers: [], resent: [] };
  const uplink: Partial<Uplink> = {
    answer: (_, answer) => told.answers.push(answer),
    resend: (range) => told.resent.push(range),
  };
  const board = new FaultBoard();
  const tell = () => undefined;
  const closers: (() => unknown)[] = [];
  const remote = new Remote({
    configuration: {
      ...loaded.configuration,
      trust: { ...loaded.configuration.trust, commandAudience: audience },
    },
    dataFolder: record.folder,
    readerKey: newKey(),
    clock: record.clock,
    log: { debug: tell, info: tell, warn: tell, error: tell },
    board,
    vitals: new Vitals(),
    journal: record.journal,
    uplink: uplink as Uplink,
    onClose: (_, close) => closers.push(() => close(2_000)),
    trust: openTrust({ extraIssuers: [issuerKey(key)] }),
    ...(reload ? { reload } : {}),
  });
  remote.begin({ entrance: gate.entrance, indicator: gate.indicator });
  const centre = commander(SOURCE, () => record.clock.read().wallMs, key);
  let sent = 0;
  const give = async (arrival: Partial<CommandArrival>): Promise<Answer | undefined> => {
    const before = told.answers.length;
    remote.take({ jws: undefined, retained: false, reply: { topic: 'centre/answers' }, ...arrival });
    sent += 1;
    return await eventually(`answer ${sent}`, () => told.answers[before]);
  };
  return {
    ...gate,
    ...told,
    remote,
    board,
    centre,
    key,
    give,
    close: () => closers.forEach((close) => close()),
    order: (command: string, more: CommandOrder = {}) => give({ jws: Buffer.from(centre.sign(command, more)) }),
    /** What the journal says of commands. */
    commands: () => gate.events().flatMap(({ type, data }) => (type === 'gate.command.v1' ? [withoutClock(data)] : [])),
  };
}

const withoutClock = (data: Readonly<Record<string, unknown>>): Record<string, unknown> => ({ ...data, clock: 0 });
