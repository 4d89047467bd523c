// Answers to commands on their way to whoever asked: MQTT 5 request and response (section 4.10). Guarantees: never more than a few
// wait, none is sent where this reader or another says or hears something else, none outlives its connection.
import type { Answer } from '../admission/command.ts';
import type { Link } from './link.ts';
import type { Reply } from './messages.ts';

const mostWaiting = 32;
const mostTopicBytes = 256;
const mostCorrelationBytes = 256;

/** Below `gates/v1/{site}/{reader}/` and below `lists/`: what is said there means something. */
const spoken = /^(?:gates\/v1\/[^/]*\/[^/]*\/(?:event|batch|state|health|receipt|command)|lists)(?:\/|$)/u;

/** Where to answer; undefined where nobody asked, or for a topic that no answer belongs on. */
export function replyTo(topic: string | undefined, correlationData: Uint8Array | undefined): Reply | undefined {
  if (topic === undefined || topic === '' || Buffer.byteLength(topic) > mostTopicBytes) return undefined;
  if (/[+#\p{C}\ufffd]/u.test(topic) || topic.startsWith('$') || spoken.test(topic)) return undefined;
  if (correlationData === undefined) return { topic };
  if (correlationData.byteLength > mostCorrelationBytes) return undefined;
  return { topic, correlationData: Uint8Array.from(correlationData) };
}

export class Answers {
  #waiting: { readonly reply: Reply; readonly answer: Answer }[] = [];
  readonly #sent = new Set<number>();

  add(reply: Reply, answer: Answer): void {
    if (this.#waiting.length < mostWaiting) this.#waiting.push({ reply, answer });
  }

  /** Sends the next one; false where none waits. */
  send(link: Pick<Link, 'publish'>): boolean {
    const next = this.#waiting.shift();
    if (next === undefined) return false;
    const { topic, correlationData } = next.reply;
    const correlated = correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) };
    this.#sent.add(link.publish(topic, JSON.stringify(next.answer), { contentType: 'application/json', ...correlated }));
    return true;
  }

  /** True if `id` was an answer's message. */
  acknowledged(id: number): boolean {
    return this.#sent.delete(id);
  }
}
