// Every format of photo that a browser reads or does not, and which way up it stands. With the real model.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { alert, drop, predictions, ready } from '../support/page.mjs';
import { peacock, root } from '../support/paths.mjs';
import { bmp, file, gif, png, withOrientation } from '../support/pictures.mjs';
import { site } from './support/photo-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Photos of a Go module that the tests of core/picture use too. */
const photos = join(
  execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'github.com/bep/imagemeta'], {
    cwd: root,
    encoding: 'utf8',
  }).trim(),
  'testdata/images',
);

/** The peacock, encoded by the browser or given as pixels. @param {Page} page @param {string} type */
function encoded(page, type) {
  return page.evaluate(
    async ({ base64, type }) => {
      const blob = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
      const bitmap = await createImageBitmap(blob);
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(bitmap, 0, 0);
      const { width, height } = bitmap;
      const bytes = type
        ? new Uint8Array(await (await canvas.convertToBlob({ type, quality: 0.95 })).arrayBuffer())
        : context.getImageData(0, 0, width, height).data;
      let binary = '';
      for (const byte of bytes) binary += String.fromCharCode(byte);
      return { width, height, base64: btoa(binary) };
    },
    { base64: readFileSync(peacock).toString('base64'), type },
  );
}

test('every format that the browser decodes', async (t) => {
  const page = await visit(t, site.url);
  const { width, height, base64 } = await encoded(page, '');
  const pixels = Buffer.from(base64, 'base64');
  const jpeg = Buffer.from((await encoded(page, 'image/jpeg')).base64, 'base64');
  const webp = Buffer.from((await encoded(page, 'image/webp')).base64, 'base64');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="data:image/png;base64,${readFileSync(peacock).toString('base64')}"/></svg>`;
  /** @type {[string, string][]} */
  const files = [
    [file('bird.jpg', jpeg), 'peacock'],
    [file('bird.webp', webp), 'peacock'],
    [file('bird.bmp', bmp(width, height, pixels)), 'peacock'],
    [file('bird.gif', gif(width, height, pixels)), 'peacock'],
    [file('bird.svg', svg), 'peacock'],
    [join(photos, 'bep/sunrise.avif'), 'beacon'],
  ];
  for (const [path, label] of files) {
    await t.test(path.split('.').pop() ?? '', async () => {
      await drop(page, path);
      await page.getByRole('img', { name: path.split('/').pop() }).waitFor();
      assert.equal((await predictions(page))[0].label, label);
    });
  }
});

test('a photo stands as its EXIF orientation says, and is classified so', async (t) => {
  const page = await visit(t, site.url);
  const upright = await encoded(page, 'image/jpeg');
  const jpeg = Buffer.from(upright.base64, 'base64');
  /** @type {number[]} */
  const probabilities = [];
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const path = file(`turned-${orientation}.jpg`, withOrientation(jpeg, orientation));
    await drop(page, path);
    const image = page.getByRole('img', { name: `turned-${orientation}` });
    await image.waitFor();
    const { width, height } = await image.evaluate((element) => {
      const { naturalWidth, naturalHeight } = /** @type {HTMLImageElement} */ (element);
      return { width: naturalWidth, height: naturalHeight };
    });
    const turned = orientation >= 5;
    assert.deepEqual([width, height], turned ? [upright.height, upright.width] : [upright.width, upright.height]);
    const answers = await predictions(page);
    probabilities[orientation] = answers.find(({ label }) => label === 'peacock')?.probability ?? 0;
  }
  t.diagnostic(
    `peacock, by orientation: ${probabilities
      .slice(1)
      .map((p) => p.toFixed(3))
      .join(' ')}`,
  );
  assert.ok(probabilities[1] > 0.8 && probabilities[2] > 0.8, 'upright, and mirrored');
  assert.ok(probabilities[3] < probabilities[1], 'upside down is another picture');
});

test("an iPhone's photo of 24 megapixels, with a map for bright screens", async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  const start = performance.now();
  await drop(page, join(photos, 'iphone.heic'));
  await predictions(page);
  t.diagnostic(
    `${Math.round(performance.now() - start)} ms from the drop to the answers, the decoder's download included`,
  );
  const size = await page
    .locator('photo-stage img')
    .evaluate((/** @type {HTMLImageElement} */ { naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]);
  assert.deepEqual(size, [5712, 4284]);
});

test('another format that this browser does not read is called by its name too', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, file('scan.tif', 'II*\0'));
  assert.match(await alert(page, /can’t open TIFF files/), /scan\.tif.*JPEG/s);
});

test('a photo with too many pixels: its size and the limit are named, in Photo and in Folder', async (t) => {
  const huge = file('huge.png', png(30_000, 20_000, { bits: 1 }));
  for (const [locale, why, folder] of /** @type {const} */ ([
    [
      'en-US',
      /huge\.png.* is too large\s+It is 30,000 × 20,000 pixels \(600 megapixels\); this browser can open up to (125|250) megapixels\./,
      /^is 30,000 × 20,000 pixels \(600 megapixels\); this browser can open up to (125|250) megapixels$/,
    ],
    [
      'zh-CN',
      /30,000 × 20,000 像素（600 百万像素），此浏览器最多能打开 (125|250) 百万像素/,
      /^为 30,000 × 20,000 像素/,
    ],
  ])) {
    const page = await visit(t, site.url, { context: { locale } });
    await page.locator('network-status[data-phase=ready]').waitFor();
    await drop(page, huge);
    assert.match(await alert(page, /huge\.png/), why);
    await drop(page, huge, huge);
    await page.locator('folder-failures summary').waitFor();
    const reason = page.locator('folder-failures li > :last-child').first();
    await reason.waitFor({ state: 'attached' });
    assert.match((await reason.textContent()) ?? '', folder);
  }
});
