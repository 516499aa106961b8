// The panel that shows the inside of the network, as a person opens it and finds its parts.
import { after } from 'node:test';
import { visit } from '../../support/browser.mjs';
import { file, png } from '../../support/pictures.mjs';
import { plainSite } from '../../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */

export const site = await plainSite();
after(() => site.close());

export const url = `${site.url}#inside`;

/** Opens the panel and waits for its first layer. @param {import('node:test').TestContext} t @param {Parameters<typeof visit>[2] & { to?: string }} [options] */
export async function open(t, { to = url, ...options } = {}) {
  const page = await visit(t, to, options);
  await shows(page, 'pw1');
  return page;
}

/** Waits until a layer's maps are shown. @param {Page} page @param {string} name */
export const shows = (page, name) => page.locator(`layer-detail[data-shows="${name}"]`).waitFor();

/** A layer's entry. @param {Page} page @param {string} name */
export const row = (page, name) => page.locator(`layer-list li[data-layer="${name}"]`);

/** @param {Page} page @param {string} name */
export async function choose(page, name) {
  await row(page, name).locator('label.row').click();
  await shows(page, name);
}

/** Two greys, side by side. */
export const grey = file('grey.png', png(256, 256, { pixel: (x) => (x < 128 ? 60 : 200) }));
