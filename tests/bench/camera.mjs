// What a heat map costs a camera's frame, in the page itself: node tests/bench/camera.mjs [--rounds 10] [--frames 60], after
// "make build". The heat map is switched on and off in turn, so that what else the machine does falls on both alike.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { camera, picture } from '../support/camera.mjs';
import { peacock, root } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, frames: { type: 'string', default: '60' } },
});

/** Collects how long the page takes over each frame: to classify it, and to draw what came of it. Runs in the page. */
function collect() {
  /** @type {Record<string, number[]>} */
  const times = { 'depthwise: frame': [], 'depthwise: draw': [] };
  Object.assign(globalThis, { times });
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) times[name]?.push(duration);
  }).observe({ type: 'measure' });
}

const site = await plainSite();
const browser = await chromium.launch({
  executablePath: execFileSync(join(root, 'tests/chromium')).toString().trim(),
  args: ['--no-sandbox', ...camera('bench', [picture(peacock)])],
});
const page = await browser.newPage();
await page.addInitScript(collect);
await page.goto(`${site.url}#camera`);
await page.getByRole('button', { name: 'Start the camera' }).click();
await page.getByRole('list', { name: 'Predictions' }).getByRole('listitem').first().waitFor();

/** Milliseconds of so many frames from now on. @param {number} count */
async function frames(count) {
  await page.evaluate(() => {
    for (const list of Object.values(/** @type {any} */ (globalThis).times)) list.length = 0;
  });
  await page.waitForFunction((n) => /** @type {any} */ (globalThis).times['depthwise: draw'].length >= n, count);
  return page.evaluate((n) => {
    const { 'depthwise: frame': frame, 'depthwise: draw': draw } = /** @type {any} */ (globalThis).times;
    return Array.from({ length: n }, (_, i) => ({ frame: frame[i], draw: draw[i] }));
  }, count);
}

const toggle = page.getByRole('switch', { name: 'Show heat map' });
/** @type {Record<'off' | 'on', {frame: number, draw: number}[]>} */
const taken = { off: [], on: [] };
const count = Number(values.frames);
await frames(count); // until the browser has compiled all
for (let round = 0; round < Number(values.rounds); round++) {
  for (const state of /** @type {const} */ (['off', 'on'])) {
    await toggle.setChecked(state === 'on');
    await frames(5);
    taken[state].push(...(await frames(count)));
  }
}
await browser.close();
site.close();

/** @param {number[]} times @param {number} share */
const quantile = (times, share) => times.sort((a, b) => a - b)[Math.floor(share * (times.length - 1))];

/** @type {[string, (times: {frame: number, draw: number}) => number][]} */
const parts = [
  ['classify', ({ frame }) => frame],
  ['draw', ({ draw }) => draw],
  ['together', ({ frame, draw }) => frame + draw],
];
for (const [part, of] of parts) {
  for (const [name, share] of /** @type {const} */ ([
    ['minimum', 0],
    ['5th percentile', 0.05],
    ['median', 0.5],
  ])) {
    const [off, on] = [taken.off, taken.on].map((frames) => quantile(frames.map(of), share));
    const more = (100 * (on / off - 1)).toFixed().padStart(3);
    console.log(
      `${part.padEnd(8)}  ${name.padEnd(14)}  off ${off.toFixed(1)} ms  on ${on.toFixed(1)} ms  ${more}% more`,
    );
  }
}
