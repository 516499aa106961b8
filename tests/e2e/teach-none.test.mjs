// A model that was taught to tell what it does not know, as the page's own: Photo and Folder say that they are not sure, however probable the
// best of its classes is. And a model of two classes leaves no room for five.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { drop, predictions } from '../support/page.mjs';
import { peacock, sample } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';
import { loaded } from './support/loaded.mjs';
import { within } from './support/teach-panel.mjs';

const site = await plainSite();
after(() => site.close());

/** A .tflite of two classes, of which the first is probable for all images, and none is known. @param {import('node:test').TestContext} t */
async function strangers(t) {
  const { net } = await loaded(t);
  const base64 = /** @type {string} */ (
    await net.evaluate(async (net) => {
      const size = 1024;
      const file = await net.save({
        labels: ['cup', 'mug'],
        counter: false,
        keep: 'own',
        weights: new Float32Array(2 * size),
        bias: Float32Array.of(2, 0),
        noneOfThese: { centre: new Float32Array(size), threshold: 1e6 },
        strength: 1,
        examples: [],
      });
      return await new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result).split(',')[1]);
        reader.readAsDataURL(file);
      });
    })
  );
  const path = within('strangers.tflite');
  writeFileSync(path, Buffer.from(base64, 'base64'));
  return path;
}

test('what is none of a taught model’s classes is not sure, in Photo and in Folder', async (t) => {
  const model = await strangers(t);
  const page = await visit(t, site.url);
  await drop(page, model);
  const sheet = page.getByRole('dialog');
  await sheet.getByText('strangers.tflite').first().waitFor();
  await sheet.getByRole('button', { name: 'Close' }).click();
  await drop(page, peacock);
  const [best] = await predictions(page);
  assert.equal(best.label, 'cup');
  assert.ok(best.probability > 0.8, `${best.probability}`);
  await page.getByText('Not sure.', { exact: true }).waitFor();
  const [verdict, first] = await Promise.all(
    [
      page.locator('.verdict').first(),
      page.getByRole('list', { name: 'Predictions' }).getByRole('listitem').first(),
    ].map((it) => it.evaluate((it) => it.getBoundingClientRect().toJSON())),
  );
  assert.ok(first.top - verdict.bottom < 100, `${first.top - verdict.bottom} px of nothing above the best answer`);

  await page.goto(`${site.url}#folder`);
  await drop(page, peacock, sample('lighthouse'));
  await page.locator('[data-unsure]').nth(1).waitFor();
});
