// What is watched in a long run: memory, and pictures that nobody closed.

/** @typedef {import('playwright-core').Page} Page */

/**
 * Bytes, but for the last.
 * @typedef {object} Sample
 * @property {number} script the page's JavaScript heap after a collection
 * @property {number} engine the engine's memory
 * @property {number} heap what the Go program's heap holds
 * @property {number} program all that the Go program has taken
 * @property {number} open ImageBitmaps and VideoFrames that are neither closed nor handed over, in the page and its worker
 */

/**
 * What a run has done, and what it took before and after.
 * @typedef {object} Run
 * @property {string} name
 * @property {number[]} times milliseconds, one a picture, in order
 * @property {Sample} before after the warm-up
 * @property {Sample} after
 * @property {string[]} errors
 */

/** Runs in the page or in the worker: from then on `openPictures()` counts what was made or came there and is still open. */
export function countOpen() {
  /** @type {Set<ImageBitmap | VideoFrame>} */
  const open = new Set();
  const isOpen = (/** @type {ImageBitmap | VideoFrame} */ picture) =>
    'width' in picture ? picture.width > 0 : picture.format !== null; // closed ones, and those that went elsewhere, have none
  const sweep = () => {
    for (const picture of open) if (!isOpen(picture)) open.delete(picture);
    return open.size;
  };
  /** @template {ImageBitmap | VideoFrame} T @param {T} picture */
  const add = (picture) => {
    if (open.size > 100) sweep();
    open.add(picture);
    return picture;
  };
  const make = /** @type {(...args: any[]) => Promise<ImageBitmap>} */ (globalThis.createImageBitmap);
  const Frame = globalThis.VideoFrame;
  Object.assign(globalThis, {
    openPictures: sweep,
    createImageBitmap: async (/** @type {any[]} */ ...given) => add(await make(...given)),
    VideoFrame: class extends Frame {
      /** @param {any} source @param {any} options */
      constructor(source, options) {
        super(source, options);
        add(this);
      }
    },
  });
  if (typeof document === 'object') return;
  addEventListener('message', ({ data }) => {
    const bitmap = data?.request?.picture?.bitmap;
    if (bitmap) add(bitmap);
  });
}

/** The network's worker; others are its threads, which never listen. @param {Page} page */
const workerOf = (page) => {
  const worker = page.workers().find((worker) => /\/worker-[^/]*\.js$/.test(worker.url()));
  if (!worker) throw new Error('the page has no network');
  return worker;
};

/**
 * Watches a page whose network is loaded. The page must have begun with countOpen.
 * @param {Page} page
 * @returns {Promise<() => Promise<Sample>>}
 */
export async function watch(page) {
  const worker = workerOf(page);
  await worker.evaluate(countOpen);
  const browser = await page.context().newCDPSession(page);
  return async () => {
    const [engine, heap, program] = await worker.evaluate(
      () =>
        /** @type {Promise<number[]>} */ (
          new Promise((resolve, reject) => {
            const take = (/** @type {unknown} */ error, /** @type {Iterable<number>} */ bytes) =>
              error ? reject(error) : resolve([...bytes]);
            /** @type {any} */ (globalThis).mobilenet.memory(take);
          })
        ),
    );
    const count = () => /** @type {any} */ (globalThis).openPictures();
    const open = (await page.evaluate(count)) + (await worker.evaluate(count));
    await browser.send('HeapProfiler.collectGarbage');
    const { usedSize } = await browser.send('Runtime.getHeapUsage');
    return { script: usedSize, engine, heap, program, open };
  };
}

/** How much each may grow before it counts: what lists of a few thousand numbers, or a garbage collection's timing, take. */
const slack = { script: 500e3, engine: 0, heap: 200e3, program: 1e6, open: 0 };

/** What has grown, in words; nothing where all is well. @param {Run} run */
export function complaints({ before, after, errors }) {
  const keys = /** @type {(keyof Sample)[]} */ (Object.keys(slack));
  const grown = keys.filter((key) => after[key] > before[key] + slack[key]);
  return [...grown.map((key) => `${key} grew from ${before[key]} to ${after[key]}`), ...errors];
}

/** The value below which so many hundredths of the values are. @param {number[]} values @param {number} hundredths */
export function percentile(values, hundredths) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * hundredths) / 100))] ?? Number.NaN;
}
