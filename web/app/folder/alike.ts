import { type Entry, isSeen, type Seen } from './entry.ts';

/** So many vectors take about a millisecond; then the page may do something else. */
const SLICE = 1000;

/**
 * How alike every entry is to a given one: the cosine of their embeddings, at most 1. Those that another model looked at cannot
 * be compared and are left out.
 */
export async function likenessTo(
  chosen: Seen,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<Map<Entry, number>> {
  const likeness = new Map<Entry, number>();
  for (const [i, entry] of entries.entries()) {
    if (i % SLICE === SLICE - 1) await turn();
    signal.throwIfAborted();
    if (!isSeen(entry) || entry.found.by.model !== chosen.found.by.model) continue;
    likeness.set(entry, entry === chosen ? 1 : cosine(chosen, entry));
  }
  return likeness;
}

function cosine({ found: a }: Seen, { found: b }: Seen): number {
  const { length } = a.embedding;
  let dot = 0;
  for (let i = 0; i < length; i++) dot += (a.embedding[i] as number) * (b.embedding[i] as number);
  return dot / (a.norm * b.norm || 1);
}

/** Lets the page's other work have its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
