// How the page looks in a state, wide and on a phone, light and dark.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { out } from '../../support/paths.mjs';

const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const schemes = /** @type {const} */ (['light', 'dark']);

/** A window of 1280 pixels at a zoom of 200%. */
const zoomed = { width: 640, height: 400 };

/** The narrowest and the widest window that the page is made for. */
const extremes = [320, 2560];

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @typedef {import('playwright-core').Page} Page */

/**
 * Looks at the page as it is now, wide and on a phone, light and dark, and zoomed with more contrast: axe-core has nothing to say,
 * nothing is wider than the window, and pictures are left in tests/out for people to look at, if NO_PICTURES is not set.
 * @param {Page} page
 * @param {string} state the pictures' name
 */
export async function look(page, state) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of schemes) {
      const name = `${state}-${size}-${colorScheme}`;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      if (!process.env.NO_PICTURES) await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
      await check(page, name);
    }
  }
  await page.setViewportSize(zoomed);
  await page.emulateMedia({ contrast: 'more' });
  await check(page, `${state}, zoomed and with more contrast`);
  await page.emulateMedia({ contrast: null });
  for (const width of extremes) {
    await page.setViewportSize({ width, height: 800 });
    await fits(page, `${state}, ${width} pixels wide`);
  }
}

/** @param {Page} page @param {string} name */
async function check(page, name) {
  const violations = await page.evaluate(async () =>
    (await /** @type {any} */ (globalThis).axe.run({ resultTypes: ['violations'] })).violations.map(
      (/** @type {import('axe-core').Result} */ { id, help, nodes }) => ({
        id,
        help,
        nodes: nodes.map((node) => node.html),
      }),
    ),
  );
  assert.deepEqual(violations, [], name);
  await fits(page, name);
}

/** @param {Page} page @param {string} name */
async function fits(page, name) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name}: ${overflow} pixels wider than the window`);
}
