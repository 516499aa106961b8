// HEIC photos, what iPhones write, in a browser that reads none: with the real model and the real decoder.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { blankPage, librarySite } from '../support/library.mjs';
import { alert, drop, predictions, ready } from '../support/page.mjs';
import { root } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { withFault } from '../support/site.mjs';
import { failedRequest } from './support/faults.mjs';
import { finished, options } from './support/folder.mjs';
import { site } from './support/photo-panel.mjs';
import { add, has } from './support/teach-panel.mjs';

/** Those of the tests of core/picture/heic, and what libheif's own program makes of them. */
const photos = join(root, 'core/picture/heic/testdata');
const heic = (/** @type {string} */ name) => join(photos, name);
const decoder = /\/(heif|heic-worker)-[^/]*\.(wasm|js)/;
const cut = file('cut.heic', readFileSync(heic('grid.heic')).subarray(0, -200));

const pages = await librarySite({ folders: { '/photos/': photos } });
after(() => pages.close());

test('a HEIC photo is decoded as libheif does it: upright, turned, of tiles, of 10 bits', async (t) => {
  const page = await blankPage(t, pages);
  const seen = await page.evaluate(async (origin) => {
    const net = await load();
    /** @param {Blob} blob */
    const pixels = async (blob) => {
      const bitmap = await createImageBitmap(blob);
      const { width, height } = bitmap;
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
        new OffscreenCanvas(width, height).getContext('2d')
      );
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, width, height);
    };
    const get = async (/** @type {string} */ name) => (await fetch(`${origin}/photos/${name}`)).blob();
    /** The largest difference of a HEIC from a PNG, of which `place` gives the pixel. */
    const compare = async (
      /** @type {string} */ name,
      /** @type {string} */ reference,
      place = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ _) => [x, y],
    ) => {
      const a = await pixels(await net.readable(await get(name)));
      const b = await pixels(await get(reference));
      let off = 0;
      for (let y = 0; y < a.height; y++)
        for (let x = 0; x < a.width; x++) {
          const [u = 0, v = 0] = place(x, y, b.height);
          for (let c = 0; c < 3; c++)
            off = Math.max(
              off,
              Math.abs(
                /** @type {number} */ (a.data[4 * (y * a.width + x) + c]) -
                  /** @type {number} */ (b.data[4 * (v * b.width + u) + c]),
              ),
            );
        }
      return { size: `${a.width}×${a.height}`, off };
    };
    const png = await get('upright.png');
    return {
      upright: await compare('upright.heic', 'upright.png'),
      deep: await compare('ten-bit.heic', 'ten-bit.png'),
      small: await compare('small.heic', 'small.png'),
      rotated: await compare('rotated.heic', 'upright.png', (x, y, height) => [y, height - 1 - x]),
      grid: await compare('grid.heic', 'tile.png', (x, y) => [x % 64, y % 64]),
      grey: await pixels(await net.readable(await get('grey.heic'))).then(
        ({ width, height, data }) =>
          `${width}×${height} ${data.every((v, i) => i % 4 === 3 || v === data[i - (i % 4)])}`,
      ),
      untouched: (await net.readable(png)) === png,
      broken: await net
        .readable((await get('grid.heic')).slice(0, 600))
        .catch((error) => `${error.code}: ${error.message}`),
    };
  }, pages.origin);
  const { untouched, broken, grey, ...compared } = seen;
  assert.deepEqual(
    Object.values(compared).map(({ size }) => size),
    ['160×112', '160×112', '50×38', '112×160', '150×100'],
  );
  for (const [name, { off }] of Object.entries(compared)) assert.ok(off <= 2, `${name} is off by ${off}`);
  assert.equal(grey, '512×512 true', 'a picture without chroma is read, and is grey');
  assert.ok(untouched, 'others are left as they are');
  assert.match(`${broken}`, /^broken-image: This HEIC is damaged/);
});

test('a HEIC photo gives the answers of the same picture as PNG, from a file, an address and a blob that lies about its type', async (t) => {
  const page = await blankPage(t, pages);
  const earlier = pages.requests.length;
  const seen = await page.evaluate(async (origin) => {
    const net = await load();
    const top = async (/** @type {Blob | string} */ source) =>
      (await net.classify(source)).predictions[0]?.probability ?? 0;
    const [heic, png] = await Promise.all(['small.heic', 'small.png'].map((name) => `${origin}/photos/${name}`));
    const blob = await (await fetch(`${heic}`)).blob();
    const answers = [await top(`${heic}`), await top(blob), await top(new Blob([blob], { type: 'image/jpeg' }))];
    return { answers, png: await top(`${png}`) };
  }, pages.origin);
  for (const answer of seen.answers)
    assert.ok(Math.abs(answer - seen.png) < 0.02, `${answer} where ${seen.png} is expected`);
  const fetched = pages.requests.slice(earlier).filter((path) => decoder.test(path));
  assert.equal(new Set(fetched).size, fetched.length, 'the decoder is fetched once');
});

test('Photo opens HEIC photos, and says of a broken one that it is', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, cut);
  assert.match(await alert(page, /is a HEIC photo/), /cut\.heic” is a HEIC photo that can’t be opened.*damaged/s);
  for (const name of ['rotated.heic', 'grid.heic', 'ten-bit.heic']) {
    await drop(page, heic(name));
    await predictions(page);
    await page.locator(`photo-stage img[alt*="${name}"]`).waitFor();
  }
  const [width, height] = await page
    .locator('photo-stage img')
    .evaluate((/** @type {HTMLImageElement} */ { naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]);
  assert.deepEqual([width, height], [160, 112]);
});

test('Folder opens HEIC photos, and says of a broken one that it is', async (t) => {
  const page = await visit(t, `${site.url}#folder`);
  await page.locator('#folder-files').setInputFiles([heic('rotated.heic'), heic('grid.heic'), cut]);
  await finished(page);
  await page.locator('summary', { hasText: '1 file could not be read' }).click();
  await page.getByText('is a HEIC photo that is damaged').waitFor();
  assert.equal(await options(page).count(), 2);
});

test('Teach takes HEIC photos', async (t) => {
  const page = await visit(t, `${site.url}#teach`);
  await add(page, 'Class 1', [heic('rotated.heic'), heic('small.heic')]);
  await has(page, 'Class 1', 2);
});

test('where the decoder cannot be had, the page says so, and reads the photo once it can', async (t) => {
  const page = await visit(t, site.url, { expected: [failedRequest] });
  await ready(page);
  const mend = withFault(t, site, { path: /\/heif-[^/]*\.wasm/, status: 500 });
  await drop(page, heic('grid.heic'));
  assert.match(await alert(page, /is a HEIC photo/), /could not be downloaded.*online/s);
  mend();
  await drop(page, heic('grid.heic'));
  await predictions(page);
});
