import { type Classified, type Entry, isClassified } from './entry.ts';

/** How many vectors are compared in one task: they take about a millisecond. */
const SLICE = 1000;

/**
 * The cosine similarity of each entry's embedding to that of the chosen one, at most 1. Entries classified by another model cannot
 * be compared and are left out.
 */
export async function similarityTo(
  chosen: Classified,
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<Map<Entry, number>> {
  const likeness = new Map<Entry, number>();
  for (const [i, entry] of entries.entries()) {
    if (i % SLICE === SLICE - 1) await nextTask();
    signal.throwIfAborted();
    if (!isClassified(entry) || entry.result.by.model !== chosen.result.by.model) continue;
    likeness.set(entry, entry === chosen ? 1 : cosine(chosen, entry));
  }
  return likeness;
}

function cosine({ result: a }: Classified, { result: b }: Classified): number {
  const { length } = a.embedding;
  let dot = 0;
  for (let i = 0; i < length; i++) dot += (a.embedding[i] as number) * (b.embedding[i] as number);
  return dot / (a.norm * b.norm || 1);
}

/** Yields to the page's other tasks. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
