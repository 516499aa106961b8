// The worker in which classes of one's own are learned: it is kept for a while, ends when it shall, and nothing waits for it.
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import test, { after } from 'node:test';
import { librarySite } from '../support/library.mjs';
import { synthetic } from '../support/models.mjs';
import { withFault } from '../support/site.mjs';
import { failedRequest } from './support/faults.mjs';
import { teachingPage } from './support/teaching.mjs';

const made = synthetic('uint8_slim');
const site = await librarySite({ folders: { '/made/': dirname(made('uint8_slim')) } });
after(() => site.close());

/** Counts the workers of the page, and has its timeouts of 30 s end by hand. */
function watchWorkers() {
  const page = /** @type {any} */ (globalThis);
  page.workers = { started: 0, ended: 0 };
  page.waits = [];
  const { Worker, setTimeout } = page;
  const ended = new Set();
  page.Worker = class extends Worker {
    /** @param {unknown[]} given */
    constructor(...given) {
      super(...given);
      page.workers.started++;
    }
    terminate() {
      if (!ended.has(this)) page.workers.ended++;
      ended.add(this);
      super.terminate();
    }
  };
  page.setTimeout = (/** @type {() => void} */ f, /** @type {number} */ ms, /** @type {unknown[]} */ ...more) =>
    ms === 30_000 ? page.waits.push(f) : setTimeout(f, ms, ...more);
}

test('a worker is kept for the next call, and ended 30 s after the last', async (t) => {
  const page = await teachingPage(t, site, { before: watchWorkers });
  const counts = await page.evaluate(async () => {
    const { workers, waits } = /** @type {any} */ (globalThis);
    const net = await load({ model: '/made/uint8_slim.tflite' });
    const before = workers.started;
    const now = () => [workers.started - before, workers.ended];
    const examples = teaching.numbered(2, 4, 256);
    /** @type {number[][]} */
    const counts = [];
    for (let i = 0; i < 3; i++) await net.teach(examples);
    counts.push(now());
    waits.at(-1)(); // 30 s later
    counts.push(now());
    await net.teach(examples);
    counts.push(now());
    // Two at once take one each, of which one is kept.
    await Promise.all([net.teach(examples), net.teach(examples)]);
    counts.push(now());
    await net.save(await net.teach(examples));
    counts.push(now());
    await net.close();
    counts.push(now());
    return counts;
  });
  assert.deepEqual(counts, [
    [1, 0],
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3], // the one that writes a file
    [4, 5], // and the model's own
  ]);
});

test('an abort ends it, and another call starts anew; progress never goes back; a failed download can be tried again', async (t) => {
  const page = await teachingPage(t, site, { before: watchWorkers, expected: [failedRequest] });
  const mend = withFault(t, site, { path: /\/workshop-[^/]*\.wasm/, status: 500 });
  const net = await page.evaluateHandle(() => load({ model: '/made/uint8_slim.tflite' }));
  const refused = await net.evaluate((net) => teaching.said(net.teach(teaching.numbered(2, 4, 256))));
  assert.match(refused, /^download-failed: .*workshop-.*500/);
  mend();
  const seen = await net.evaluate(async (net) => {
    const { workers } = /** @type {any} */ (globalThis);
    const examples = teaching.numbered(8, 60, 256);
    const controller = new AbortController();
    /** @type {number[]} */
    const told = [];
    const aborted = teaching.said(
      net.teach(examples, {
        curve: true,
        signal: controller.signal,
        onProgress({ stage, done }) {
          if (stage === 'learn') told.push(done);
          if (done > 0.1) controller.abort();
        },
      }),
    );
    const first = await aborted;
    const ended = workers.ended;
    const early = await teaching.said(net.teach(examples, { signal: AbortSignal.abort() }));
    /** @type {string[]} */
    const stages = [];
    const again = net.teach(examples, { onProgress: ({ stage, done }) => stages.push(`${stage} ${done}`) });
    await again;
    return { first, told, ended, early, stages };
  });
  assert.match(seen.first, /^aborted: /);
  assert.match(seen.early, /^aborted: /);
  assert.equal(seen.ended, 2, 'of the call without a program, and of the aborted one');
  assert.ok(seen.told.length >= 2 && (seen.told.at(-1) ?? 1) < 0.5, `${seen.told}`);
  assert.equal(seen.stages[0], 'learn 0');
  assert.equal(seen.stages.at(-1), 'learn 1');
  const shares = seen.stages.map((text) => Number(text.split(' ')[1]));
  assert.ok(shares.length > 5 && shares.every((share, i) => i === 0 || share > (shares[i - 1] ?? 1)), `${shares}`);
});

test('pictures do not wait for what is learned, and an error of onProgress is the page’s own', async (t) => {
  const page = await teachingPage(t, site, { expected: [/mine/] });
  const { order, uncaught } = await page.evaluate(async () => {
    const net = await load({ model: '/made/uint8_slim.tflite' });
    /** @type {string[]} */
    const uncaught = [];
    addEventListener('error', ({ message }) => uncaught.push(message));
    /** @type {string[]} */
    const order = [];
    /** @type {(value?: unknown) => void} */
    let begun = () => {};
    const begins = new Promise((resolve) => {
      begun = resolve;
    });
    const learning = net
      .teach(teaching.numbered(10, 60, 256), {
        curve: true,
        onProgress({ done }) {
          if (done > 0) begun();
          if (done === 1) throw new Error('mine');
        },
      })
      .then(() => order.push('learned'));
    await begins;
    for (let i = 0; i < 5; i++) {
      await net.classify(teaching.picture(0, i));
      order.push('classified');
    }
    await learning;
    await new Promise((resolve) => setTimeout(resolve));
    return { order, uncaught };
  });
  assert.deepEqual(order, [...Array(5).fill('classified'), 'learned']);
  assert.match(`${uncaught}`, /^Uncaught Error: mine$/);
});
