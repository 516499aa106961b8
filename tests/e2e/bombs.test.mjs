// Hostile pictures, dropped one after another on one page: each is refused in a sentence or classified, in memory that is bounded,
// and the next photo is classified as ever.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after } from 'node:test';
import { animation, heif, inflating, jpegXl, resized, tiff, webp, withMetadata } from '../support/bombs.mjs';
import { visit } from '../support/browser.mjs';
import { drop, notice, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';
import { watchMemory } from './support/memory.mjs';

const site = await plainSite();
after(() => site.close());

test('image bombs', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  /** @type {Record<string, string>} */
  const { jpeg } = await page.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height });
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    return { jpeg: canvas.toDataURL('image/jpeg').split(',')[1] };
  }, readFileSync(peacock).toString('base64'));
  const bird = Buffer.from(jpeg, 'base64');

  const next = file('next.png', readFileSync(peacock));
  /** @type {[string, Uint8Array, string | RegExp, number][]} name, bytes, what it shows or what is said, MB that are enough */
  const bombs = [
    ['inflating-metadata.png', inflating(readFileSync(peacock)), 'peacock', 400],
    ['deep-metadata.jpg', withMetadata(bird, 150), 'peacock', 400],
    ['many-frames.gif', animation(64, 48, 10_000), '', 400],
    ['large.png', png(6000, 6000, { bits: 1 }), '', 36 * 14],
    ['behind-metadata.jpg', withMetadata(resized(bird, 65_000, 65_000), 20), /too large/, 300],
    ['lossy.webp', webp('VP8 '), /too large/, 300],
    ['lossless.webp', webp('VP8L'), /too large/, 300],
    ['canvas.webp', webp('VP8X'), /too large/, 300],
    ['tiles.avif', heif('avif', 65_000, 65_000), /too large/, 300],
    ['behind-a-box.avif', heif('avif', 65_000, 65_000, 1e6), /too large/, 300],
    ['behind-a-box.heic', heif('heic', 65_000, 65_000, 1e6), /too large/, 300],
    ['bare.jxl', jpegXl(false), /too large/, 300],
    ['boxed.jxl', jpegXl(true), /too large/, 300],
    ['directory-at-the-end.tiff', tiff(65_000, 65_000, 1e6), /too large/, 300],
  ];
  for (const [name, bytes, want, most] of bombs) {
    await t.test(name, async (t) => {
      const start = performance.now();
      const took = await watchMemory(page);
      await drop(page, file(name, bytes));
      if (want instanceof RegExp) {
        assert.match(await notice(page, new RegExp(name)), want);
      } else {
        await page.getByRole('img', { name }).waitFor();
        const [first] = await predictions(page);
        if (want) assert.equal(first.label, want);
      }
      const mega = took() / 1e6;
      t.diagnostic(`${bytes.length} bytes: ${Math.round(performance.now() - start)} ms, ${Math.round(mega)} MB`);
      if (process.platform === 'linux') assert.ok(mega <= most, `it took ${mega} MB`);
      await drop(page, next);
      await page.getByRole('img', { name: 'next.png' }).waitFor();
      assert.equal((await predictions(page))[0].label, 'peacock');
    });
  }
});
