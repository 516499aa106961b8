// The sheet of the model, as someone reads it who is no expert; and models that lack labels, or can give none.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { synthetic } from '../support/models.mjs';
import { drop, modelSheet, predictions, ready } from '../support/page.mjs';
import { dist, models, peacock } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());
const made = synthetic('uint8_embedding');
const folder = mkdtempSync(join(tmpdir(), 'depthwise-own-'));
after(() => rmSync(folder, { recursive: true, force: true }));
/** The page's own model, as a file of a person's. */
const unlabelled = join(folder, 'unlabelled.tflite');
copyFileSync(join(dist, 'models', models[0].file), unlabelled);

/** @param {Page} page @param {string} path */
async function give(page, path) {
  await modelSheet.open(page);
  await page.getByLabel('Choose a .tflite file').setInputFiles(path);
}

test('the only model by its name, its numbers below', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await modelSheet.open(page);
  const option = page.getByRole('radio', { name: 'MobileNetV1 · 1,000 things' });
  await option.waitFor();
  assert.match(
    (await page.locator('model-panel fieldset label').first().innerText()) ?? '',
    /^MobileNetV1 · 1,000 things\nα 1 · 224 × 224 · uint8/,
  );
  assert.ok(await page.getByText('Smaller models are faster').isHidden(), 'there is no smaller one');
  await look(page, 'model-one');
});

test('on a phone the headings stay at the top, and what is scrolled is behind them', async (t) => {
  const page = await visit(t, site.url, { context: { viewport: { width: 390, height: 568 } } });
  await ready(page);
  await modelSheet.open(page);
  await page.locator('model-sheet dt').first().waitFor();
  const sheet = page.locator('model-dialog dialog');
  for (const [top, heading] of /** @type {const} */ ([
    [150, 'Choose a model'],
    [10_000, 'In use'],
  ])) {
    await sheet.evaluate((sheet, top) => sheet.scrollTo(0, top), top);
    // Along the whole row of the button that closes there is nothing else but the heading.
    const found = await page.evaluate(() => {
      const close = /** @type {Element} */ (document.querySelector('model-dialog .close')).getBoundingClientRect();
      const at = [5, 60, 150, close.left - 4].map((x) => document.elementFromPoint(x, close.top + close.height / 2));
      return at.map((element) => element?.textContent?.trim());
    });
    assert.deepEqual(found, Array(4).fill(heading));
  }
});

test('a model without labels: ImageNet’s are offered below the numbers', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await give(page, unlabelled);
  await page.locator('model-sheet').getByText('none, the classes are numbered').waitFor();
  await modelSheet.close(page);
  await drop(page, peacock);
  assert.match((await predictions(page))[0].label, /^class 85$/);
  const offer = page.locator('photo-panel').getByRole('button', { name: 'Use ImageNet’s labels' });
  await look(page, 'photo-numbered');
  await offer.click();
  await page.locator('photo-panel li', { hasText: 'peacock' }).first().waitFor();
  assert.ok(await offer.isHidden());
  assert.ok(
    await page
      .locator('prediction-list button')
      .first()
      .evaluate((it) => it === document.activeElement),
  );
});

test('a model that gives no labels is asked about; used all the same, Photo says so once', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await predictions(page);
  await give(page, made('uint8_embedding'));
  const question = page.getByRole('dialog', { name: 'This model can’t label photos' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: /^Model: MobileNetV1/ }).waitFor();
  await page.locator('model-panel').getByRole('status').filter({ hasText: /ready/i }).waitFor();
  assert.equal((await predictions(page))[0].label, 'peacock');

  await page.getByLabel('Choose a .tflite file').setInputFiles(made('uint8_embedding'));
  await question.getByRole('button', { name: 'Use it' }).click();
  await page.locator('model-sheet').getByText('none, it gives embeddings only').waitFor();
  await modelSheet.close(page);
  await page.locator('photo-panel').getByText('This model can’t label photos').waitFor();
  await drop(page, peacock);
  await page.locator('photo-panel').getByText('This model can’t label photos').waitFor();
  assert.equal(await page.getByText('This model can’t label photos').filter({ visible: true }).count(), 1);
  await look(page, 'photo-nameless');
});
