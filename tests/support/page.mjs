// What a person does with the page, and what they read there; found by roles and labels, as a screen reader finds it.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeout } from './machine.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Drops files or folders in the middle of the window, as the browser does it for a person. @param {Page} page @param {string[]} paths */
export async function drop(page, ...paths) {
  const browser = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize() ?? { width: 800, height: 600 };
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop'])) {
    await browser.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
  }
  await browser.detach();
}

/** The control that picks a file. @param {Page} page */
export const fileInput = (page) => page.locator('photo-panel').getByLabel('Choose photos');

/** Waits for the answers, best first. @param {Page} page */
export async function predictions(page) {
  const items = page.getByRole('list', { name: 'Predictions' }).getByRole('listitem');
  await items
    .first()
    .waitFor()
    .catch(async () => {
      throw new Error(`no answers; the page says:\n${await page.locator('body').innerText()}`);
    });
  return items.evaluateAll((all) =>
    all.map((item) => {
      const { index, label = '', probability } = /** @type {HTMLElement} */ (item).dataset;
      return { index: Number(index), label, probability: Number(probability), text: item.textContent ?? '' };
    }),
  );
}

/** Waits for the answers to the peacock photo; nothing is said to be wrong beside them. @param {Page} page */
export async function assertPeacock(page) {
  const answers = await predictions(page);
  assert.equal(answers.length, 5);
  assert.equal(answers[0].label, 'peacock');
  assert.equal(answers[0].index, 85);
  assert.ok(answers[0].probability >= 0.9, `peacock at ${answers[0].probability}`);
  for (const { label, text } of answers) assert.match(text, new RegExp(`^${label}\\s.*%`));
  assert.equal(await page.getByRole('alert').filter({ hasText: /\S/ }).count(), 0, 'no alert says anything');
}

/** Waits for an alert that says this; returns all it says. @param {Page} page @param {RegExp} words */
export async function alert(page, words) {
  const found = page.getByRole('alert').filter({ hasText: words });
  await found.waitFor().catch(async () => {
    throw new Error(`no alert says ${words}; the page says:\n${await page.locator('body').innerText()}`);
  });
  return found.innerText();
}

/** Waits for a message at the page's edge that says this; returns all it says. @param {Page} page @param {RegExp} words */
export async function notice(page, words) {
  const found = page.locator('page-notices .notice').filter({ hasText: words });
  await found.waitFor().catch(async () => {
    throw new Error(`no message says ${words}; the page says:\n${await page.locator('body').innerText()}`);
  });
  return found.locator('p').innerText();
}

/** Opens and closes the sheet in which a model is chosen. */
export const modelSheet = {
  /** @param {Page} page */
  open: (page) => page.getByRole('button', { name: /^Model/ }).click(),
  /** @param {Page} page */
  close: (page) => page.getByRole('dialog').getByRole('button', { name: 'Close' }).click(),
};

/** Waits until the network is loaded. @param {Page} page */
export const ready = (page) => page.getByRole('status').filter({ hasText: /ready/i }).first().waitFor();

/**
 * What the page's status has under "Details", by its names: "Engine", "Threads", and after an answer the parts of its time.
 * @param {Page} page
 * @returns {Promise<Record<string, string>>}
 */
export const details = (page) =>
  page
    .locator('network-status')
    .first()
    .evaluate((status) =>
      Object.fromEntries(
        [...status.querySelectorAll('dl > div')].map((row) => [...row.children].map(({ textContent }) => textContent)),
      ),
    );

/** The page's address, from the page itself: `page.url()` learns of a new hash some time after it. @param {Page} page */
export const address = async (page) => new URL(await page.evaluate(() => location.href));

/** Waits until the page's address has this hash. @param {Page} page @param {string} hash */
export const reached = (page, hash) => page.waitForFunction((hash) => location.hash === hash, hash);

/**
 * Waits until a promise made in the page is of true. waitForFunction would take any promise for it.
 * @param {Page} page @param {() => Promise<boolean>} condition
 */
export async function eventually(page, condition) {
  for (const end = Date.now() + timeout; !(await page.evaluate(condition)); await sleep(50)) {
    if (Date.now() > end) throw new Error(`waited for ${condition}`);
  }
}
