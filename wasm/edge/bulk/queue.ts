// Sends messages within the limits of Queues.
import type { Bulk } from './config';
import { type Export, type Keys, keysPerMessage, type List } from './message';

/** 100 messages a call, and 256 KB: 20 keys of 1 KB are 20 KB, of which ten fit. */
const perCall = 10;

/** Sends all messages. Where it throws, some may have been sent: whoever calls it tries again, and duplicates do no harm. */
export const send = (bulk: Bulk, messages: (List | Keys | Export)[]) => sendBodies(bulk, messages);

/** The same for messages that came by the queue: those are within its limits. */
export async function sendBodies({ queue }: Bulk, bodies: unknown[]) {
  for (let i = 0; i < bodies.length; i += perCall) {
    await queue.sendBatch(bodies.slice(i, i + perCall).map((body) => ({ body })));
  }
}

/** The messages that ask for these keys. */
export function messagesOf(job: string, options: string, keys: string[], size = keysPerMessage): Keys[] {
  const messages: Keys[] = [];
  for (let i = 0; i < keys.length; i += size)
    messages.push({ kind: 'keys', job, options, keys: keys.slice(i, i + size) });
  return messages;
}
