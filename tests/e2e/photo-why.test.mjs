// What speaks for an answer, drawn over the photo. With the real model.
import assert from 'node:assert/strict';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { drop, predictions } from '../support/page.mjs';
import { peacock, sample } from '../support/paths.mjs';
import { answer, assertNear, choose, map, place, site, withLibrary } from './support/photo-panel.mjs';

test('asking what speaks for another answer decodes nothing and runs nothing', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  const answers = await predictions(page);
  const count = () => {
    const { mobilenet } = /** @type {any} */ (globalThis);
    Object.assign(globalThis, { done: { runs: 0, bitmaps: 0 } });
    const { done, createImageBitmap } = /** @type {any} */ (globalThis);
    globalThis.createImageBitmap = (/** @type {any[]} */ ...args) => {
      done.bitmaps++;
      return createImageBitmap.apply(globalThis, args);
    };
    for (const name of mobilenet ? ['classify', 'run', 'activations'] : []) {
      const f = mobilenet[name];
      mobilenet[name] = (/** @type {any} */ args, /** @type {any} */ callback) => {
        done.runs++;
        f(args, callback);
      };
    }
  };
  const [worker] = page.workers().filter((worker) => /worker-/.test(worker.url()));
  await worker.evaluate(count);
  await page.evaluate(count);
  for (const { index, label } of answers.slice(0, 3)) {
    await page.locator(`photo-panel li[data-index="${index}"]`).getByRole('button').click();
    await page.waitForFunction(
      (label) => document.querySelector('photo-stage heat-map canvas')?.getAttribute('aria-label')?.includes(label),
      label,
    );
  }
  const done = () => /** @type {any} */ (globalThis).done;
  assert.deepEqual(await worker.evaluate(done), { runs: 0, bitmaps: 0 });
  assert.deepEqual(await page.evaluate(done), { runs: 0, bitmaps: 0 });
});

test('what speaks for an answer: the library’s map, computed plainly, drawn at the crop', async (t) => {
  const page = await visit(t, site.url);
  const path = sample('lighthouse');
  await drop(page, path);
  const answers = await predictions(page);
  await withLibrary(page, path);
  await page.emulateMedia({ reducedMotion: 'reduce' });

  for (const [n, crop] of /** @type {const} */ ([
    [0, 'Centre'],
    [1, 'Centre'],
    [1, 'Square'],
    [1, 'Full photo'],
  ])) {
    await choose(page, crop);
    const option = { Centre: 'center', Square: 'square', 'Full photo': 'whole' }[crop];
    const index = answers[n].index;
    const button = page.locator(`photo-panel li[data-index="${index}"]`).getByRole('button');
    if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click();
    const { want, plain, box } = await page.evaluate(
      async ({ index, crop }) => {
        const { net, picture } =
          /** @type {{net: import('../../web/mobilenet/mobilenet.d.ts').MobileNet, picture: Blob}} */ (
            /** @type {unknown} */ (globalThis)
          );
        const { data, box } = await net.heatmap(picture, index, { crop: /** @type {any} */ (crop) });
        const last = net.layers.findIndex(({ name }) => name === 'pw13');
        const { shape, data: features } = await net.activations(picture, last, { crop: /** @type {any} */ (crop) });
        const { data: weights } = await net.weights(net.layers.length - 1);
        const channels = shape[2];
        const plain = Array.from({ length: shape[0] * shape[1] }, (_, i) => {
          let sum = 0;
          for (let c = 0; c < channels; c++) sum += features[i * channels + c] * weights[index * channels + c];
          return sum;
        });
        return { want: [...data], plain, box };
      },
      { index, crop: option },
    );
    const scale = Math.max(...want.map(Math.abs));
    assertNear(plain, want, 1e-4 * scale, 'the plain computation');

    // Each value is drawn in the middle of its cell: none where it is not above 0, strongest where it is highest.
    const highest = Math.max(...want);
    const expected = want.map((value) => {
      const rising = Math.min(1, Math.max(0, value / highest) / 0.7);
      return 0.8 * rising * rising * (3 - 2 * rising);
    });
    await page.waitForFunction(
      (label) => document.querySelector('photo-stage heat-map canvas')?.getAttribute('aria-label')?.includes(label),
      answers[n].label,
    );
    await page.waitForFunction((expected) => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('photo-stage heat-map canvas'));
      // A copy of it: who reads a canvas again and again is warned.
      const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
      if (!context) return false;
      context.drawImage(canvas, 0, 0);
      const cell = canvas.width / 7;
      const alphas = expected.map((_, i) => {
        const [x, y] = [(i % 7) + 0.5, Math.floor(i / 7) + 0.5];
        return context.getImageData(x * cell, y * cell, 1, 1).data[3] / 255;
      });
      return alphas.every((alpha, i) => Math.abs(alpha - expected[i]) < 0.05);
    }, expected);
    assertNear(
      await place(page, 'heat-map'),
      [box.x / 1024, box.y / 640, box.width / 1024, box.height / 640],
      0.003,
      'the map lies where the crop is',
    );
  }
  assert.ok(await page.getByText('Why “').isVisible());
  assert.match(await page.locator('photo-stage .legend').innerText(), /less\s+more/, 'there is a legend');
});

test('one answer at a time is asked about, by keyboard too, and none after the next picture', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, sample('lighthouse'));
  await predictions(page);
  assert.equal(await map(page).count(), 0);
  await answer(page, 0).focus();
  await page.keyboard.press('Enter');
  await map(page).waitFor();
  assert.match((await map(page).getAttribute('aria-label')) ?? '', /^What points most to beacon is /);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.getByRole('img', { name: /What points most to breakwater/ }).waitFor();
  assert.equal(await answer(page, 0).getAttribute('aria-pressed'), 'false');
  assert.equal(await answer(page, 1).getAttribute('aria-pressed'), 'true');
  await page.keyboard.press('Space');
  await map(page).waitFor({ state: 'hidden' });
  await answer(page, 0).click();
  await map(page).waitFor();
  await drop(page, peacock);
  await page.getByRole('listitem').filter({ hasText: 'peacock' }).waitFor();
  await map(page).waitFor({ state: 'hidden' });
});

for (const [width, height] of [
  [390, 844],
  [320, 568],
]) {
  test(`${width}×${height}: the photo stays in view above the answers, and choosing one moves nothing`, async (t) => {
    const page = await visit(t, site.url, { context: { viewport: { width, height } } });
    await drop(page, sample('lighthouse'));
    await predictions(page);
    const photo = page.locator('photo-stage .image');
    /** The tops of photo and answers in the window. */
    const tops = () =>
      page
        .locator('photo-stage .image, photo-panel .answer')
        .evaluateAll((all) => all.map((part) => part.getBoundingClientRect().top));
    const seen = async () => {
      const box = await photo.boundingBox();
      assert.ok(box && box.y >= 0 && box.y + box.height <= height, `the photo is at ${JSON.stringify(box)}`);
      return box.y + box.height;
    };
    for (const n of [4, 3]) {
      await answer(page, n).evaluate((element) => element.scrollIntoView({ block: 'end' }));
      const before = await tops();
      await answer(page, n).click();
      await map(page).waitFor();
      assert.deepEqual(await tops(), before);
      await seen();
    }
    // By keyboard, too, nothing is chosen behind the photo.
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await answer(page, 1).focus();
    await page.keyboard.press('Shift+Tab');
    assert.ok(await answer(page, 0).evaluate((element) => element === document.activeElement));
    const first = await answer(page, 0).boundingBox();
    assert.ok(first && first.y >= (await seen()), `the answer is at ${JSON.stringify(first)}`);
  });
}
