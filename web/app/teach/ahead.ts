/** How many are worked on before they are asked for. */
const AHEAD = 8;

/** What work makes of each item, in their order; some are worked on in advance. */
export async function* ahead<T, Result>(
  items: Iterable<T>,
  work: (item: T) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const coming: Promise<Result>[] = [];
  for (const item of items) {
    const next = work(item);
    next.catch(() => {}); // it is told where its turn comes
    if (coming.push(next) > AHEAD) yield (await coming.shift()) as Result;
  }
  for (const next of coming) yield await next;
}
