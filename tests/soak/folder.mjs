// A folder of pictures, twice: what the first one leaves behind when it is put away must not grow by the second, which is larger.
import { countOpen, watch } from './watch.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./watch.mjs').Run} Run */

/** Collects what the page measures of each picture. Runs in the page. */
function collect() {
  const looks = { times: /** @type {number[]} */ ([]), parts: 0 };
  Object.assign(globalThis, { looks });
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (name.startsWith('depthwise: folder')) looks.parts += duration;
      if (name !== 'depthwise: folder network') continue; // the last part
      looks.times.push(looks.parts);
      looks.parts = 0;
    }
  }).observe({ type: 'measure' });
}

/**
 * Gives the panel JPEGs that exist in the page alone, of 640×480 pixels and forty kinds.
 * @param {Page} page @param {number} count
 */
const give = (page, count) =>
  page.evaluate(async (count) => {
    const canvas = new OffscreenCanvas(640, 480);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const photos = [];
    for (let kind = 0; kind < 40; kind++) {
      for (let x = 0; x < 16; x++) {
        for (let y = 0; y < 12; y++) {
          context.fillStyle = `hsl(${(x * 37 + y * 61 + kind * 89) % 360} 60% ${30 + ((x * y * (kind + 1)) % 50)}%)`;
          context.fillRect(40 * x, 40 * y, 40, 40);
        }
      }
      photos.push(await canvas.convertToBlob({ type: 'image/jpeg' }));
    }
    const data = new DataTransfer();
    for (let i = 0; i < count; i++)
      data.items.add(new File([photos[i % photos.length]], `${i}.jpg`, { type: 'image/jpeg' }));
    const input = /** @type {HTMLInputElement} */ (document.querySelector('#folder-files'));
    input.files = data.files;
    input.dispatchEvent(new Event('change'));
  }, count);

/**
 * @param {Page} page
 * @param {{url: string, count: number, warm: number, until: () => boolean}} options where it is time to stop, the rest is cancelled
 * @returns {Promise<Run>}
 */
export async function folder(page, { url, count, warm, until }) {
  await page.addInitScript(countOpen);
  await page.addInitScript(collect);
  await page.goto(`${url}#folder`);
  await page.locator('network-status[data-phase="ready"]').waitFor({ state: 'attached' });
  const sample = await watch(page);
  // A button is pressed if it is there, and not waited for: the folder may be done, or empty, in the same moment.
  const press = (/** @type {string} */ name) =>
    page.getByRole('button', { name }).evaluateAll((buttons) => {
      for (const button of buttons) /** @type {HTMLElement} */ (button).click();
    });
  const through = async (/** @type {number} */ n) => {
    await give(page, n); // from then on it is under way
    const done = page.locator('folder-progress[data-phase="idle"]');
    while (!(await done.count())) {
      if (until()) await press('Cancel');
      await page.evaluate(() => new Promise((next) => setTimeout(next, 200)));
    }
    const errors = await page.locator('folder-failures:not([hidden]) summary').allInnerTexts();
    await press('Start over');
    await page.locator('folder-panel[data-state="empty"]').waitFor();
    const times = await page.evaluate(() => /** @type {any} */ (globalThis).looks.times.splice(0));
    return { times: /** @type {number[]} */ (times), errors };
  };
  const { errors } = await through(warm);
  const before = await sample();
  const run = await through(count);
  return { name: 'folder', times: run.times, before, after: await sample(), errors: [...errors, ...run.errors] };
}
