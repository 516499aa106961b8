// The comparison of a photo's crops and models, with the real model and a small one beside it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import { visit } from '../support/browser.mjs';
import { synthetic } from '../support/models.mjs';
import { drop, modelSheet, notice, predictions, reached } from '../support/page.mjs';
import { models, peacock, sample } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

const own = synthetic('int8_keras')('int8_keras');
const small = readFileSync(own);
const digest = Buffer.from(await crypto.subtle.digest('SHA-256', small)).toString('hex');
/** @param {string} name */
const listed = (name) => ({
  name,
  file: `${name}.tflite`,
  alpha: 0.25,
  resolution: 96,
  classes: 10,
  type: 'int8',
  size: small.length,
  sha256: digest,
});
/** A site with a second model, and with one whose file is gone. */
const site = await plainSite({
  pages: {
    '/models/models.json': JSON.stringify([...models, listed('small'), { ...listed('gone'), alpha: 0.5 }]),
    '/models/small.tflite': small,
    '/models/small.tflite.gz': gzipSync(small),
  },
});
after(() => site.close());

/** Opens a photo and its comparison. @param {import('node:test').TestContext} t @param {string} path @param {Parameters<typeof visit>[2]} [options] */
async function compared(t, path, options, hash = '') {
  const page = await visit(t, `${site.url}${hash}`, options);
  await drop(page, path);
  await predictions(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('dialog', { name: 'Compare' }).waitFor();
  return page;
}

/** @param {Page} page @param {'A' | 'B'} name */
const side = (page, name) => page.locator('compare-side').and(page.getByRole('group', { name: `Side ${name}` }));

/** What a side answers, once it does. @param {Locator} side */
async function answers(side) {
  await side.and(side.page().locator(':not([data-waiting])')).getByRole('listitem').first().waitFor();
  return side.getByRole('listitem').evaluateAll((items) =>
    items.map((item) => {
      const { index, label, probability } = /** @type {HTMLElement} */ (item).dataset;
      return { index: Number(index), label, probability: Number(probability) };
    }),
  );
}

/** What the library answers. @param {Page} page @param {string} path @param {ClassifyOptions & { model?: string }} options */
const expected = (page, path, { model, ...options }) =>
  page.evaluate(
    async ({ library, model, options, base64 }) => {
      const { load } = await import(library);
      const net = await load({ model });
      const photo = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: 'image/jpeg' });
      const { predictions } = await net.classify(photo, options);
      await net.close();
      return predictions;
    },
    {
      library: `${site.url}mobilenet/mobilenet.js`,
      model,
      options,
      base64: readFileSync(path).toString('base64'),
    },
  );

/** Presses the label that stands for a radio button. @param {Locator} side @param {string} name */
const choose = (side, name) =>
  side
    .locator('label')
    .filter({ has: side.page().getByRole('radio', { name, exact: true }) })
    .click();

/** @param {Page} page */
const summary = (page) => page.locator('dialog .sum');

test('two crops beside each other, each with what the library answers for it; closing leaves the photo as it was', async (t) => {
  const page = await compared(t, peacock, {}, '#photo?crop=whole');
  const [a, b] = [side(page, 'A'), side(page, 'B')];
  assert.ok(await a.getByRole('radio', { name: 'Full photo' }).isChecked(), 'the page’s crop');
  assert.ok(await b.getByRole('radio', { name: 'Square' }).isChecked(), 'another one');
  const [whole, square] = [await answers(a), await answers(b)];
  assert.deepEqual(whole, await expected(page, peacock, { crop: 'whole' }));
  assert.deepEqual(square, await expected(page, peacock, { crop: 'square' }));
  const difference = Math.round(1000 * square[0].probability) - Math.round(1000 * whole[0].probability);
  const higher = `Same answer; ${difference > 0 ? 'B' : 'A'} is ${Math.abs(difference) / 10} points higher.`;
  await summary(page)
    .filter({ hasText: difference ? higher : 'Same answer, equally sure.' })
    .waitFor();
  const hint = page.getByRole('dialog').getByText('Select a result to see why.');
  await hint.waitFor();
  assert.equal(
    await page
      .locator('compare-view')
      .getByRole('img', { name: /peacock is/ })
      .count(),
    0,
    'a plain photo',
  );
  assert.equal(await page.locator('compare-side [aria-pressed=true]').count(), 0);
  await look(page, 'photo-compare');

  await choose(b, '2 passes');
  await summary(page).filter({ hasNotText: higher }).waitFor();
  assert.deepEqual(await answers(b), await expected(page, peacock, { views: 2 }));
  assert.ok(await b.getByRole('radio', { name: 'Square' }).isDisabled(), 'extra checks have crops of their own');

  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Compare');
  const former = (await predictions(page)).map(({ index, label, probability }) => ({ index, label, probability }));
  assert.deepEqual(former, whole);
  await reached(page, '#photo?crop=whole');

  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Compare');
});

test('A is what the panel has, also where the crop was moved; B is another one in the centre', async (t) => {
  const photo = sample('lighthouse');
  const page = await visit(t, `${site.url}#photo?at=0,0.05`);
  await drop(page, photo);
  await predictions(page);
  await page.getByRole('slider', { name: /^Crop/ }).focus();
  for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => /at=/.test(location.hash));
  const moved = await page.locator('photo-stage .crop').evaluate((crop) => [crop.style.left, crop.style.top]);
  const [left, top] = moved.map((share) => Number.parseFloat(share) / 100);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('dialog', { name: 'Compare' }).waitFor();
  const frame = (/** @type {string} */ name) =>
    page
      .locator('compare-view')
      .getByRole('group', { name: `Side ${name}` })
      .locator('.crop')
      .evaluate((crop) => [crop.style.left, crop.style.top]);
  assert.deepEqual(await frame('A'), moved);
  const [a, b] = [side(page, 'A'), side(page, 'B')];
  const width = 560 / 1024;
  const want = await expected(page, photo, { crop: { left, top, width, height: 560 / 640 } });
  assert.deepEqual(await answers(a), want);
  assert.deepEqual(await answers(b), await expected(page, photo, { crop: 'square' }));

  // Choosing the chosen crop again puts it back, as in the panel.
  await choose(a, 'Centre');
  await page.waitForFunction(
    (left) => /** @type {HTMLElement} */ (document.querySelector('compare-view .crop')).style.left !== left,
    moved[0],
  );
  assert.deepEqual(await answers(a), await expected(page, photo, { crop: 'center' }));
});

test('a photo that cannot be shown beside itself is freed, which is said', async (t) => {
  const page = await visit(t, site.url, {
    before: () => {
      const urls = new Set();
      Object.assign(globalThis, { urls });
      const { createObjectURL: make, revokeObjectURL: free } = URL;
      URL.createObjectURL = (object) => {
        const url = make.call(URL, object);
        urls.add(url);
        return url;
      };
      URL.revokeObjectURL = (url) => {
        urls.delete(url);
        free.call(URL, url);
      };
    },
  });
  await drop(page, peacock);
  await predictions(page);
  const held = () => page.evaluate(() => /** @type {any} */ (globalThis).urls.size);
  const before = await held();
  await page.evaluate(() => {
    HTMLImageElement.prototype.decode = () => Promise.reject(new DOMException('no room', 'EncodingError'));
  });
  await page.getByRole('button', { name: 'Compare' }).click();
  await notice(page, /did not work/);
  assert.equal(await held(), before);
});

test('the divider follows the keyboard and the pointer, and shows one side left of it and the other right', async (t) => {
  const page = await compared(t, sample('lighthouse'));
  const divider = page.getByRole('slider', { name: 'Divider between A and B' });
  /** How far from the photo's left edge what is shown of A ends and that of B begins, and the divider stands. */
  const edges = () =>
    page.locator('compare-view').evaluate((view) => {
      const { left, width } = view.getBoundingClientRect();
      const line = view.querySelector('.divider')?.getBoundingClientRect();
      const [a, b] = [...view.querySelectorAll('.image')].map((layer) => getComputedStyle(layer).clipPath);
      return { a, b, line: Math.round((100 * ((line?.left ?? 0) + (line?.width ?? 0) / 2 - left)) / width) };
    });
  assert.equal((await edges()).line, 50);
  await divider.focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await divider.inputValue(), '49');
  assert.equal(await divider.getAttribute('aria-valuetext'), 'A 49%, B 51%');
  await page.keyboard.press('Home');
  assert.deepEqual(await edges(), { a: 'inset(0px 100% 0px 0px)', b: 'inset(0px 0px 0px 0%)', line: 0 });

  const box = await page.locator('compare-view').boundingBox();
  assert.ok(box);
  const at = (/** @type {number} */ share) => [box.x + share * box.width, box.y + box.height / 2];
  await page.mouse.move(at(0)[0], at(0)[1]);
  await page.mouse.down();
  await page.mouse.move(at(0.5)[0], at(0.5)[1]);
  await page.mouse.move(at(0.8)[0], at(0.8)[1]);
  await page.mouse.up();
  assert.deepEqual(await edges(), { a: 'inset(0px 20% 0px 0px)', b: 'inset(0px 0px 0px 80%)', line: 80 });
});

test('another answer’s heat map, on its side alone', async (t) => {
  const page = await compared(t, peacock);
  const a = side(page, 'A');
  const [, second] = await answers(a);
  /** @param {string} name */
  const map = (name) => page.locator('compare-view').getByRole('group', { name }).locator('heat-map');
  /** @param {import('playwright-core').Locator} side */
  const best = (side) => side.getByRole('listitem').first().getByRole('button');
  const legend = page.locator('dialog .legend');
  assert.ok(await legend.isHidden());
  const before = (await page.locator('compare-view').boundingBox())?.height;
  await answers(side(page, 'B'));
  await best(side(page, 'B')).click();
  await map('Side B')
    .getByRole('img', { name: /peacock/ })
    .waitFor();
  await map('Side A').waitFor({ state: 'hidden' });
  await legend.waitFor();
  await best(a).click();
  await map('Side A')
    .getByRole('img', { name: /peacock/ })
    .waitFor();
  await look(page, 'photo-compare-heat');
  await page.setViewportSize({ width: 1280, height: 720 });
  assert.equal((await page.locator('compare-view').boundingBox())?.height, before, 'nothing moves for the legend');
  const other = a.getByRole('listitem').nth(1).getByRole('button');
  await other.click();
  await map('Side A')
    .getByRole('img', { name: new RegExp(second.label ?? '') })
    .waitFor();
  await map('Side B')
    .getByRole('img', { name: /peacock/ })
    .waitFor();
  await other.click();
  await map('Side A').waitFor({ state: 'hidden' });
  assert.equal(await other.getAttribute('aria-pressed'), 'false');
  await best(side(page, 'B')).click();
  await legend.waitFor({ state: 'hidden' });
});

test('a second model is loaded when it is chosen, and freed with the comparison; answers that differ are marked', async (t) => {
  const page = await compared(t, peacock);
  const b = side(page, 'B');
  await answers(b);
  const before = page.workers().length;
  await b.getByLabel('Model').selectOption({ label: 'MobileNetV1 0.25 · 96' });
  await summary(page)
    .filter({ hasText: /Different answers: A says peacock, B says class/ })
    .waitFor();
  assert.deepEqual(await answers(b), await expected(page, peacock, { crop: 'square', model: 'small' }));
  assert.ok(page.workers().length > before, 'it has a worker of its own');
  assert.equal(await b.getByText('differs').count(), 1);
  assert.equal(await b.getByText('only in B').count(), 0, 'they have no answer in common');
  assert.equal(await side(page, 'A').getByText('differs').count(), 1);
  await look(page, 'photo-compare-models');

  const ended = async () => {
    while (page.workers().length > before) await page.workers().at(-1)?.waitForEvent('close');
  };
  await b.getByLabel('Model').selectOption({ index: 0 });
  await summary(page).filter({ hasText: 'Same answer' }).waitFor();
  await ended();
  await b.getByLabel('Model').selectOption({ index: 1 });
  await summary(page).filter({ hasText: 'Different' }).waitFor();
  await page.keyboard.press('Escape');
  await ended();
  await page.getByRole('button', { name: 'Compare' }).click();
  assert.equal((await answers(side(page, 'B')))[0].label, 'peacock', 'the page’s own model is still there');
});

test('a model that fails says so on its side, and the other side stays', async (t) => {
  const page = await compared(t, peacock, { expected: [/Failed to load resource/] });
  const b = side(page, 'B');
  await answers(b);
  await b.getByLabel('Model').selectOption({ label: 'MobileNetV1 0.5 · 96' });
  await b.getByRole('alert').filter({ hasText: 'The model is missing' }).waitFor();
  await summary(page).filter({ hasText: 'B has no answer to compare.' }).waitFor();
  assert.equal((await answers(side(page, 'A')))[0].label, 'peacock');
  assert.equal(await b.getByRole('listitem').count(), 0);
  await look(page, 'photo-compare-failed');
  await b.getByRole('button', { name: 'Try again' }).click();
  await b.getByRole('alert').filter({ hasText: 'The model is missing' }).waitFor();
  await b.getByLabel('Model').selectOption({ index: 0 });
  assert.equal((await answers(b))[0].label, 'peacock');
});

test('the person’s own model is one of them; the one in use is what both sides begin with', async (t) => {
  const page = await visit(t, `${site.url}#model`);
  await page.getByLabel('Choose a .tflite file').setInputFiles(own);
  await page.locator('model-sheet').getByText('int8_keras.tflite').waitFor();
  await modelSheet.close(page);
  await drop(page, peacock);
  await predictions(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  const [a, b] = [side(page, 'A'), side(page, 'B')];
  for (const one of [a, b]) {
    await one.getByRole('option', { name: 'int8_keras.tflite', selected: true }).waitFor({ state: 'attached' });
    assert.match((await answers(one))[0].label ?? '', /^class/);
  }
  const before = page.workers().length;
  await b.getByLabel('Model').selectOption({ index: 0 });
  await summary(page)
    .filter({ hasText: /B says peacock/ })
    .waitFor();
  assert.ok(page.workers().length > before);
  await b.getByLabel('Model').selectOption({ label: 'int8_keras.tflite' });
  await summary(page)
    .filter({ hasNotText: /peacock/ })
    .waitFor();
  assert.match((await answers(b))[0].label ?? '', /^class/);
});

test('another photo closes the comparison, and so does leaving the panel', async (t) => {
  const page = await compared(t, peacock);
  await drop(page, sample('lighthouse'));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('photo-panel li[data-label="beacon"]').first().waitFor();
  await page.getByRole('button', { name: 'Compare' }).click();
  assert.equal((await answers(side(page, 'A')))[0].label, 'beacon');
  await page.evaluate(() => {
    location.hash = '#about';
  });
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('what the model is not sure of has one mark and one legend, in the comparison as in What it costs', async (t) => {
  const page = await compared(t, file('grey.png', png(64, 64, { pixel: () => 128 })));
  /** @param {Locator} label */
  const mark = (label) => label.evaluate((it) => getComputedStyle(it, '::after').content);
  for (const side of ['A', 'B']) {
    const group = page.getByRole('group', { name: `Side ${side}` });
    await group.locator('.unsure-legend').waitFor();
    assert.equal(await mark(group.locator('li .label').first()), '" ?"');
  }
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'How it works' }).click();
  await page.getByRole('link', { name: 'What it costs' }).click();
  const trial = page.locator('cost-trial');
  await trial.getByRole('button', { name: 'Try it at 128 pixels' }).waitFor();
  assert.ok(await trial.locator('.unsure-legend').isHidden());
  await trial.getByRole('button', { name: 'Try it at 128 pixels' }).click();
  await trial.locator('.unsure-legend').waitFor();
  assert.equal(await mark(trial.locator('[data-unsure] .label')), '" ?"');
  const looks = await page
    .locator('.unsure-legend:visible')
    .evaluateAll((all) => all.map((it) => `${getComputedStyle(it, '::before').content} ${it.textContent?.trim()}`));
  assert.deepEqual(looks, ['"?" The model is not sure.']);
});
