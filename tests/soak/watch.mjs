// What is watched in a long run: memory, and pictures that nobody closed.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** @typedef {import('playwright-core').Page} Page */

/**
 * Bytes, but for the last.
 * @typedef {object} Sample
 * @property {number} page the page's JavaScript heap after a collection
 * @property {number} worker that of the network's worker
 * @property {number} buffers what ArrayBuffers hold in both, WebAssembly's memories among them
 * @property {number} engine the engine's memory
 * @property {number} heap what the Go program's heap holds
 * @property {number} program all that the Go program has taken
 * @property {number} processes what the browser's processes for pages and for drawing hold, but for the files that they are made of
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

/** What the parts of a sample are called in a report. */
export const names = {
  page: 'JavaScript heap of the page',
  worker: 'JavaScript heap of the worker',
  buffers: 'ArrayBuffers of both',
  engine: "engine's memory",
  heap: "Go program's heap",
  program: 'all of the Go program',
  processes: "browser's processes",
  open: 'open ImageBitmaps, VideoFrames',
};

/** Runs in the page or in the worker: from then on `openPictures()` counts what was made or came there and is still open. */
export function countOpen() {
  /** @type {Set<ImageBitmap | VideoFrame>} */
  const open = new Set();
  const isOpen = (/** @type {ImageBitmap | VideoFrame} */ picture) =>
    ('width' in picture ? picture.width : picture.codedWidth) > 0; // closed ones, and those that went elsewhere, have none
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
  addEventListener('message', (event) => {
    const data = /** @type {import('../../web/mobilenet/messages.ts').ToWorker} */ (event.data);
    if ('request' in data && 'image' in data.request && 'bitmap' in data.request.image) add(data.request.image.bitmap);
  });
}

/** The network's worker; its threads, of the same file and another name, never listen. @param {{url: string, title?: string}} target */
const isNetwork = ({ url, title }) => /\/worker-[^/]*\.js$/.test(url) && title !== 'mobilenet thread';

/**
 * Watches a page whose network is loaded. The page must have begun with countOpen.
 * @param {Page} page
 * @returns {Promise<() => Promise<Sample>>}
 */
export async function watch(page) {
  const worker = page.workers().find((worker) => isNetwork({ url: worker.url() }));
  if (!worker) throw new Error('the page has no network');
  await worker.evaluate(countOpen);
  const threads = [await page.context().newCDPSession(page), await attachToWorker(page)];
  const processes = await processesOf(page);
  return async () => {
    const { engine, heap, program } = await worker.evaluate(
      () =>
        /** @type {Promise<import('../../web/mobilenet/contract.ts').MemoryUse>} */ (
          new Promise((resolve, reject) => {
            const take = (/** @type {unknown} */ error, /** @type {any} */ use) =>
              error ? reject(error) : resolve(use);
            /** @type {any} */ (globalThis).mobilenet.memory({}, take);
          })
        ),
    );
    const count = () => /** @type {any} */ (globalThis).openPictures();
    const open = (await page.evaluate(count)) + (await worker.evaluate(count));
    // Of ArrayBuffers, what one collection has found is freed by the next.
    for (const thread of [...threads, ...threads]) await thread.send('HeapProfiler.collectGarbage');
    const [ours, workers] = await Promise.all(threads.map((thread) => thread.send('Runtime.getHeapUsage')));
    const buffers = ours.backingStorageSize + workers.backingStorageSize;
    return {
      page: ours.usedSize,
      worker: workers.usedSize,
      buffers,
      engine,
      heap,
      program,
      processes: await processes(),
      open,
    };
  };
}

/** @typedef {{usedSize: number, backingStorageSize: number}} HeapUsage */
/** @typedef {{send(method: 'HeapProfiler.collectGarbage' | 'Runtime.getHeapUsage'): Promise<HeapUsage>}} Thread */

/** The network's worker for Chromium's DevTools protocol, in which it is no page of its own. @param {Page} page @returns {Promise<Thread>} */
async function attachToWorker(page) {
  const browser = await page.context().newCDPSession(page);
  const session = new Promise((resolve) => {
    browser.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (isNetwork(targetInfo)) resolve(sessionId);
    });
  });
  await browser.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await session;
  /** @type {Map<number, (result: HeapUsage) => void>} */
  const asked = new Map();
  browser.on('Target.receivedMessageFromTarget', (event) => {
    const { id, result } = JSON.parse(event.message);
    if (event.sessionId === sessionId) asked.get(id)?.(result);
  });
  return {
    async send(method) {
      const id = asked.size;
      const result = new Promise((resolve) => asked.set(id, resolve));
      await browser.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
      return result;
    },
  };
}

/** Tells the memory of the browser's processes, as Linux counts it; 0 elsewhere. @param {Page} page */
async function processesOf(page) {
  const browser = await page.context().browser()?.newBrowserCDPSession();
  if (!browser) throw new Error('the page has no browser');
  const count = async () => {
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    const kb = processInfo
      .filter(({ id, type }) => (type === 'renderer' || type === 'GPU') && existsSync(`/proc/${id}`))
      .flatMap(({ id }) => readFileSync(`/proc/${id}/status`, 'utf8').match(/(?<=^Rss(Anon|Shmem):\s+)\d+/gm) ?? []);
    return 1024 * kb.map(Number).reduce((a, b) => a + b, 0);
  };
  return async () => {
    // Chromium keeps what it has drawn, hundreds of MB of a camera's frames, until somebody else wants the memory.
    for (let before = Number.POSITIVE_INFINITY; ; ) {
      await browser.send('Memory.simulatePressureNotification', { level: 'critical' });
      await setTimeout(500);
      const now = await count();
      if (now > 0.98 * before) return now;
      before = now;
    }
  };
}

/** How much each may grow before it counts: what lists of a few thousand numbers, or a garbage collection's timing, take. */
const slack = {
  page: 500e3,
  worker: 500e3,
  buffers: 1e6,
  engine: 0,
  heap: 200e3,
  program: 1e6,
  processes: 30e6,
  open: 0,
};

/** What the program takes to compile another network, for one thread, where a machine is so busy that a thread does not answer in time. */
const another = 2e6;

/** What has grown, in words; nothing where all is well. @param {Run} run */
export function complaints({ before, after, errors }) {
  const keys = /** @type {(keyof Sample)[]} */ (Object.keys(slack));
  const allowed = { ...slack, program: slack.program + (after.engine < before.engine ? another : 0) };
  const grown = keys.filter((key) => !(after[key] <= before[key] + allowed[key])); // nor may it be no number
  return [...grown.map((key) => `${names[key]}: grew from ${before[key]} to ${after[key]}`), ...errors];
}

/** The value below which so many hundredths of the values are. @param {number[]} values @param {number} hundredths */
export function percentile(values, hundredths) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * hundredths) / 100))] ?? Number.NaN;
}
