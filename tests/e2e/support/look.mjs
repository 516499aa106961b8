// How the page looks in a state, wide and on a phone, light and dark.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import axe from 'axe-core';
import { out } from './paths.mjs';

const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const schemes = /** @type {const} */ (['light', 'dark']);

/**
 * Looks at the page as it is now in all four ways: axe-core has nothing to say, nothing is wider than the window, and a picture
 * is left in tests/out for people to look at.
 * @param {import('playwright-core').Page} page
 * @param {string} state the picture's name
 */
export async function look(page, state) {
  await page.evaluate(axe.source);
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of schemes) {
      const name = `${state}-${size}-${colorScheme}`;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
      const { overflow, violations } = await page.evaluate(async () => ({
        overflow: document.documentElement.scrollWidth - innerWidth,
        violations: (await /** @type {any} */ (globalThis).axe.run()).violations.map(
          (/** @type {import('axe-core').Result} */ { id, help, nodes }) => ({
            id,
            help,
            nodes: nodes.map((node) => node.html),
          }),
        ),
      }));
      assert.deepEqual(violations, [], name);
      assert.ok(overflow <= 0, `${name}: ${overflow} pixels wider than the window`);
    }
  }
}
