/** @typedef {import('node:test').TestContext} TestContext */

/** What is to be done after each test. @type {WeakMap<TestContext, (() => unknown)[]>} */
const waiting = new WeakMap();

/**
 * Does this after the test, and before all that was asked for earlier: a page is closed before the server that it may still ask.
 * (What t.after is given is done in the order in which it was given.)
 * @param {TestContext} t
 * @param {() => unknown} undo
 */
export function cleanup(t, undo) {
  const former = waiting.get(t);
  if (former) {
    former.push(undo);
    return;
  }
  const all = [undo];
  waiting.set(t, all);
  t.after(async () => {
    /** @type {unknown[]} */
    const errors = [];
    for (let next = all.pop(); next; next = all.pop()) {
      try {
        await next();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join('\n'));
  });
}
