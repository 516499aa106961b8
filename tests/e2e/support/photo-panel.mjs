// The photo panel as a person finds it, and the library beside it to compare with.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after } from 'node:test';
import { plainSite } from '../../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */

export const site = await plainSite();
after(() => site.close());

/** @param {Page} page @param {string} name */
export const radio = (page, name) => page.getByRole('radio', { name, exact: true });

/** Waits until this radio button is the checked one. @param {import('playwright-core').Page} page @param {string} name */
export const checked = (page, name) => radio(page, name).and(page.locator(':checked')).waitFor({ state: 'attached' });

/** Presses the label that stands for a radio button. @param {Page} page @param {string} name */
export const choose = (page, name) =>
  page
    .locator('label')
    .filter({ has: radio(page, name) })
    .click();

/** The button of the n-th answer. @param {Page} page @param {number} n */
export const answer = (page, n = 0) => page.getByRole('list', { name: 'Predictions' }).getByRole('button').nth(n);

/** @param {Page} page */
export const map = (page) => page.locator('photo-stage heat-map').getByRole('img');

/** Gives the page a network of its own beside the photo panel's, and a picture to ask it about. @param {Page} page @param {string} path */
export const withLibrary = (page, path) =>
  page.evaluate(
    async ({ library, base64 }) => {
      const { load } = await import(library);
      const picture = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
      Object.assign(globalThis, { net: await load(), picture });
    },
    { library: `${site.url}mobilenet/mobilenet.js`, base64: readFileSync(path).toString('base64') },
  );

/** A box of an element as shares of the picture's, both at one moment: the page may be gliding. @param {Page} page @param {string} selector */
export async function place(page, selector) {
  await page.locator(`photo-stage ${selector}`).waitFor();
  const [whole, part] = await page.locator('photo-stage').evaluate(
    (stage, selectors) =>
      selectors.map((selector) => {
        const element = stage.querySelector(selector);
        if (!element) throw new Error(`no ${selector} on the stage`);
        return element.getBoundingClientRect().toJSON();
      }),
    ['img', selector],
  );
  return [
    (part.x - whole.x) / whole.width,
    (part.y - whole.y) / whole.height,
    part.width / whole.width,
    part.height / whole.height,
  ];
}

/** @param {number[]} got @param {number[]} want @param {number} by */
export function assertNear(got, want, by, what = '') {
  assert.equal(got.length, want.length, what);
  for (const [i, value] of got.entries()) {
    assert.ok(Math.abs(value - want[i]) <= by, `${what} ${i}: ${got.join(' ')}, and not ${want.join(' ')}`);
  }
}
