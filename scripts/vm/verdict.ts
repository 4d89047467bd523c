// What the guest said, and whether it is enough: every check that was wanted must have run, passed and seen something, and the
// guest must have come to its end. Silence is a fault.

import * as z from 'zod';

const messageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start'), release: z.string(), node: z.string(), upS: z.number() }),
  z.strictObject({ kind: z.literal('passed'), check: z.string(), seconds: z.number(), seen: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('failed'), check: z.string(), seconds: z.number(), error: z.string() }),
  z.strictObject({ kind: z.literal('end'), checks: z.number() }),
]);

/** One line of the guest's report. */
export type GuestMessage = z.infer<typeof messageSchema>;

/** A line that is not this run's (`token` comes first in each) or is not whole is `undefined`. */
export function readMessage(line: string, token: string): GuestMessage | undefined {
  if (!line.startsWith(`${token} `)) return undefined;
  try {
    return messageSchema.parse(JSON.parse(line.slice(token.length + 1)));
  } catch {
    return undefined;
  }
}

/** What is wrong with a run; empty only when all that was wanted was seen. `release`: the kernel that was to boot. */
export function faultsOf(wanted: readonly string[], release: string, messages: readonly GuestMessage[]): string[] {
  if (wanted.length === 0) return ['no check was wanted'];
  const start = messages.find((message) => message.kind === 'start');
  if (start === undefined) return ['the guest never began its checks'];
  const faults = start.release === release ? [] : [`kernel ${start.release} ran, ${release} was wanted`];
  for (const check of wanted) faults.push(...checkFaults(check, messages));
  const end = messages.find((message) => message.kind === 'end');
  if (end === undefined) faults.push('the guest never came to the end of its checks');
  else if (end.checks !== wanted.length) faults.push(`the guest ran ${end.checks} checks, ${wanted.length} were wanted`);
  return faults;
}

function checkFaults(check: string, messages: readonly GuestMessage[]): string[] {
  const own = messages.filter((message) => 'check' in message && message.check === check);
  const [only] = own;
  if (only === undefined) return [`${check}: did not run`];
  if (own.length > 1) return [`${check}: reported ${own.length} times`];
  if (only.kind === 'failed') return [`${check}: ${only.error}`];
  return only.kind === 'passed' && only.seen.length > 0 ? [] : [`${check}: saw nothing`];
}
