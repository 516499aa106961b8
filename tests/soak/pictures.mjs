// Pictures in a row, by the library.
import { countOpen, watch } from './watch.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./watch.mjs').Run} Run */

/**
 * @param {Page} page of an isolated site that has /blank.html and the library
 * @param {{origin: string, count: number, warm: number, until: () => boolean}} options until: tells when it is time to stop
 * @returns {Promise<Run>}
 */
export async function pictures(page, { origin, count, warm, until }) {
  await page.addInitScript(countOpen);
  await page.goto(`${origin}/blank.html`);
  await page.evaluate(async () => {
    const { load } = await import(/** @type {any} */ ('/mobilenet/mobilenet.js'));
    const net = await load();
    // Pictures that differ, so that nothing can be kept from one to the next.
    const photos = Array.from({ length: 8 }, (_, k) => {
      const data = Uint8ClampedArray.from({ length: 640 * 480 * 4 }, (_, i) =>
        i % 4 === 3 ? 255 : (i * (k + 3)) >> 7,
      );
      return new ImageData(data, 640, 480);
    });
    /** What each was seen as at first. @type {string[]} */
    const first = [];
    Object.assign(globalThis, {
      async classify(/** @type {number} */ count) {
        const times = [];
        for (let i = 0; i < count; i++) {
          const k = i % photos.length;
          const { predictions, timings } = await net.classify(photos[k]);
          first[k] ??= JSON.stringify(predictions);
          if (JSON.stringify(predictions) !== first[k])
            throw new Error(`picture ${k} was ${first[k]}, and is now another`);
          times.push(timings.total);
        }
        return times;
      },
    });
  });
  const classify = (/** @type {number} */ n) =>
    page.evaluate((n) => /** @type {Promise<number[]>} */ (/** @type {any} */ (globalThis).classify(n)), n);
  const sample = await watch(page);
  await classify(warm);
  const before = await sample();
  /** @type {number[]} */
  const times = [];
  while (times.length < count && !until()) times.push(...(await classify(Math.min(500, count - times.length))));
  return { name: 'pictures in a row', times, before, after: await sample(), errors: [] };
}
