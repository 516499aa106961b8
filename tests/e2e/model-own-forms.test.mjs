// Models of one's own in the forms that people have, on the page: inputs that are not square or grey, labels inside, pixel ranges, and
// why a file is refused.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { cameras } from '../support/camera.mjs';
import { synthetic } from '../support/models.mjs';
import { alert, drop, modelSheet, predictions, ready } from '../support/page.mjs';
import { peacock, shared } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */

const made = synthetic('uint8_wide', 'int8_tall', 'float32_grey_wide', 'int8_two_dense', 'float32_keras');
const cases = join(shared, 'cases', 'models');
const skip = existsSync(cases) ? false : `no folder ${cases}`;
const site = await plainSite();
after(() => site.close());

/**
 * Opens the page with a model of one's own, its sheet open.
 * @param {import('node:test').TestContext} t
 * @param {string} path
 * @param {Parameters<typeof visit>[2]} [options]
 */
async function withOwn(t, path, options = {}) {
  const page = await visit(t, site.url, options);
  await ready(page);
  await give(page, path);
  await page.locator('model-sheet dd', { hasText: path.slice(path.lastIndexOf('/') + 1) }).waitFor();
  return page;
}

/** @param {Page} page @param {string} path */
async function give(page, path) {
  await modelSheet.open(page);
  await page.getByLabel('Choose a .tflite file').setInputFiles(path);
}

/** What the sheet says. @param {Page} page @returns {Promise<Record<string, string>>} */
const sheet = (page) =>
  page
    .locator('model-sheet dl > div')
    .evaluateAll((rows) =>
      Object.fromEntries(rows.map((row) => [row.children[0].textContent ?? '', row.children[1].textContent ?? ''])),
    );

/** The places of elements on the page. @param {Page} page @param {...string} selectors */
const boxes = (page, ...selectors) =>
  page.evaluate(
    (selectors) =>
      selectors.map((selector) => {
        const { x, y, width, height } = /** @type {Element} */ (
          document.querySelector(selector)
        ).getBoundingClientRect();
        return [x, y, width, height].map(Math.round);
      }),
    selectors,
  );

test('a wide model: the corners have its shape, and the heat map lies within them', async (t) => {
  const page = await withOwn(t, made('uint8_wide'));
  assert.equal((await sheet(page)).Input, '96 × 40 pixels');
  await modelSheet.close(page);
  await drop(page, peacock);
  await predictions(page);
  await page.locator('photo-panel prediction-list button').first().click();
  await page.locator('photo-panel heat-map:not([hidden])').waitFor();
  const [image, corners, heat] = await boxes(page, 'photo-stage img', 'photo-stage .crop', 'photo-stage heat-map');
  const [, , width, height] = corners;
  assert.ok(Math.abs(width / height - 96 / 40) < 0.03, `${width} × ${height} of ${image}`);
  assert.ok(width > 0.8 * image[2] && width < image[2]);
  for (const [i, at] of heat.entries()) assert.ok(Math.abs(at - corners[i]) <= 1, `${heat}, ${corners}`);
  await look(page, 'photo-wide');
});

test('a wide model and the camera: the corners have its shape, and the heat map lies within them', async (t) => {
  const page = await withOwn(t, made('uint8_wide'), { switches: cameras(1) });
  await modelSheet.close(page);
  await page.getByRole('link', { name: 'Camera', exact: true }).click();
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await page.getByRole('switch', { name: 'Show heat map' }).check();
  await page.locator('camera-stage heat-map:not([hidden])').waitFor();
  const [corners, heat] = await boxes(page, 'camera-stage .crop', 'camera-stage heat-map');
  const [, , width, height] = corners;
  assert.ok(Math.abs(width / height - 96 / 40) < 0.03, `${width} × ${height}`);
  for (const i of [1, 2, 3]) assert.ok(Math.abs(heat[i] - corners[i]) <= 1, `${heat}, ${corners}`); // seen in a mirror
});

test('a tall model: Inside shows what it sees and its maps in its shape', async (t) => {
  const page = await withOwn(t, made('int8_tall'));
  await modelSheet.close(page);
  await page.goto(`${site.url}#inside`);
  await page.locator('layer-detail[data-shows="pw1"]').waitFor();
  const [seen, map] = await boxes(page, 'map-zoom > figure:first-child canvas', 'map-zoom [role=application] canvas');
  for (const [, , width, height] of [seen, map])
    assert.ok(Math.abs(width / height - 33 / 96) < 0.01, `${seen}, ${map}`);
  await look(page, 'inside-tall');
});

test('a model that sees grey: so does Inside, with kernels of one colour', async (t) => {
  const page = await withOwn(t, made('float32_grey_wide'));
  const facts = await sheet(page);
  assert.equal(facts.Input, '64 × 40 pixels, grey');
  assert.equal(facts.Blocks, '13 depthwise separable convolutions');
  await modelSheet.close(page);
  await page.goto(`${site.url}#inside?layer=conv`);
  await page.locator('layer-detail[data-shows="conv"]').waitFor();
  const colours = await page
    .locator('map-zoom > figure:first-child canvas')
    .evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      let most = 0;
      for (let i = 0; i < data.length; i += 4)
        most = Math.max(most, Math.abs(data[i] - data[i + 1]), Math.abs(data[i] - data[i + 2]));
      return most;
    });
  assert.ok(colours <= 2, `colours differ by ${colours}`);
  await page.getByText('Kernels', { exact: true }).click();
  await page.locator('map-zoom .readout[data-at="1 1"]').waitFor();
  assert.equal((await page.locator('map-zoom .readout').getAttribute('data-value'))?.split(' ').length, 1);
  await look(page, 'inside-grey');
});

test('dense layers before the classifier are not called classifiers', async (t) => {
  const page = await withOwn(t, made('int8_two_dense'));
  await modelSheet.close(page);
  await page.goto(`${site.url}#inside?layer=dense1`);
  await page.locator('layer-detail[data-shows="dense1"]').waitFor();
  assert.match(await page.locator('layer-detail').innerText(), /dense1\s+dense\s+Each of the 17 outputs weighs all/);
});

test('labels, title and licence in the file', { skip }, async (t) => {
  const page = await withOwn(t, join(cases, 'v1_0.75_192_uint8_metadata_labels.tflite'));
  const facts = await sheet(page);
  assert.equal(facts.Labels, 'in the file');
  assert.match(facts.Title, /MobileNet/);
  assert.match(facts.Licence, /Apache/);
  assert.equal(facts['Not used'], undefined);
  assert.ok(await page.getByRole('button', { name: 'Use ImageNet’s labels' }).isHidden());
  await modelSheet.close(page);
  await drop(page, peacock);
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('what a float model answers at each usual pixel range, and the choice of one', { skip }, async (t) => {
  const page = await withOwn(t, join(cases, 'v1_0.25_96_float_vww_pixels_0_to_1.tflite'));
  await page.getByText('its file does not say the range').waitFor();
  await page.getByRole('button', { name: 'Try each one on “peacock”' }).click();
  const row = (/** @type {RegExp} */ name) => page.locator('model-normalize label').filter({ hasText: name });
  for (const range of [/^−1 to 1/, /^0 to 1/, /^0 to 255/, /^ImageNet’s/]) {
    await row(range)
      .filter({ hasText: /class [01] >?\d+\.\d%$/ })
      .waitFor();
  }
  const [signed, unit] = await Promise.all([/^−1 to 1/, /^0 to 1/].map((range) => row(range).innerText()));
  assert.notEqual(signed.match(/[\d.]+%/)?.[0], unit.match(/[\d.]+%/)?.[0]);
  await look(page, 'model-ranges');

  await page.getByRole('radio', { name: /^0 to 1/ }).check();
  await page.getByRole('button', { name: 'Use this range' }).click();
  await page.getByText('now uses this range').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Deviation' }).inputValue(), '255');
  await modelSheet.close(page);
  await drop(page, peacock);
  assert.ok((await predictions(page))[0].text.includes(unit.match(/[\d.]+%/)?.[0] ?? 'none'));
});

test('a trial of pixel ranges can be stopped', async (t) => {
  const page = await withOwn(t, made('float32_keras'));
  await page.getByRole('button', { name: /^Try each one/ }).click();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: /^Try each one/ }).waitFor();
  for (const answer of await page.locator('model-normalize label .answer').allInnerTexts()) assert.equal(answer, '');
});

/** @type {[string, RegExp][]} */
const refused = [
  ['refuse_edgetpu', /compiled for the Edge TPU.*without _edgetpu/],
  ['refuse_ethos_u', /Ethos-U/],
  ['refuse_git_lfs_pointer', /pointer of Git LFS.*git lfs pull/],
  ['refuse_text_file', /text file, not a model|web page, not a model/],
  ['refuse_v3_small_int8', /MobileNetV3/],
  ['refuse_mcunet', /MCUNet/],
  ['refuse_deeplab_v2_backbone', /DeepLab/],
];
test('refused files are told what they are', { skip }, async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await modelSheet.open(page);
  for (const [name, why] of refused) {
    await page.getByLabel('Choose a .tflite file').setInputFiles(join(cases, `${name}.tflite`));
    const said = await alert(page, why);
    t.diagnostic(said.replace(/\s+/g, ' '));
    assert.match(said, new RegExp(`“${name}.tflite” can’t run here`));
    assert.match(said, /still in use/);
    assert.doesNotMatch(said, /operator \d/); // that is under “Details”
    assert.ok(await page.locator('.refusal .reason').isVisible());
  }
  await look(page, 'model-refused-edgetpu');
});
