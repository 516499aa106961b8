// The camera panel, frame after frame.
import { countOpen, watch } from './watch.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./watch.mjs').Run} Run */

/** Collects what the page measures of each frame. Runs in the page. */
function collect() {
  const frames = { times: /** @type {number[]} */ ([]) };
  Object.assign(globalThis, { frames });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntriesByName('depthwise: frame')) frames.times.push(duration);
  }).observe({ type: 'measure' });
}

/**
 * @param {Page} page of a browser with a camera that films something
 * @param {{url: string, count: number, warm: number, until: () => boolean}} options
 * @returns {Promise<Run>}
 */
export async function camera(page, { url, count, warm, until }) {
  await page.addInitScript(countOpen);
  await page.addInitScript(collect);
  await page.goto(`${url}#camera`);
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await page.getByRole('list', { name: 'Predictions' }).getByRole('listitem').first().waitFor();
  const sample = await watch(page);
  /** Waits for so many frames and takes their times; the page does not keep them. @param {number} n */
  const frames = async (n) => {
    await page.waitForFunction((n) => /** @type {any} */ (globalThis).frames.times.length >= n, n, { polling: 100 });
    return page.evaluate(() => /** @type {number[]} */ (/** @type {any} */ (globalThis).frames.times.splice(0)));
  };
  /** Between two frames, when none is under way. */
  const still = async () => {
    await page.getByRole('button', { name: 'Freeze' }).click();
    await page.getByRole('button', { name: 'Save', disabled: false }).waitFor();
    const found = await sample();
    await page.getByRole('button', { name: 'Resume' }).click();
    return found;
  };
  await frames(warm);
  const before = await still();
  /** @type {number[]} */
  const times = [];
  while (times.length < count && !until()) times.push(...(await frames(Math.min(30, count - times.length))));
  const after = await still();
  await page.getByRole('button', { name: 'Stop' }).click();
  const alerts = page.getByRole('alert').filter({ hasText: /\S/ });
  return { name: 'camera', times, before, after, errors: await alerts.allInnerTexts() };
}
