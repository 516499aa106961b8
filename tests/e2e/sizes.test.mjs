// The size that a picture's file declares is found before it is decoded, in every form of header that browsers read.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { bmp, heif, resized, tiff, webp } from '../support/bombs.mjs';
import { blankPage, librarySite } from '../support/library.mjs';
import { png } from '../support/pictures.mjs';

const site = await librarySite();
after(() => site.close());

test('sizes that files declare', async (t) => {
  const page = await blankPage(t, site);
  const net = await page.evaluateHandle(() => load());
  /** What is said of a file: its size, or why it is refused. @param {Uint8Array} bytes */
  const look = (bytes) =>
    net.evaluate(async (net, base64) => {
      const bytes = await (await fetch(`data:;base64,${base64}`)).arrayBuffer();
      return net.heatmap(new Blob([bytes]), 0, { crop: 'whole' }).then(
        ({ box: { width, height } }) => `${width}×${height}`,
        ({ code, message, size }) =>
          `${code} of ${size?.width}×${size?.height}, limit ${(size?.limit ?? 0) / 1e6}e6: ${message}`,
      );
    }, Buffer.from(bytes).toString('base64'));

  for (const header of [12, 16, 40, 42, 52, 56, 64, 108, 124]) {
    await t.test(`BMP with a header of ${header} bytes`, async () => {
      assert.equal(await look(bmp(header, 127, 64)), '127×64');
      const refusal =
        /^image-too-large of 65000×65000, limit (125|250)e6: The image is 65,000 × 65,000 pixels \(4,225 megapixels\); this browser can open up to \1 megapixels\.$/;
      assert.match(await look(bmp(header, 65_000, 65_000, { pixels: false })), refusal);
      if (header === 12) return;
      assert.equal(await look(bmp(header, 127, -64)), '127×64');
      assert.match(await look(bmp(header, 65_000, -65_000, { pixels: false })), refusal);
    });
  }
  await t.test('BMP with bytes where others have zeros', async () => {
    const reserved = 0x01020304;
    assert.equal(await look(bmp(40, 127, 64, { reserved })), '127×64');
    assert.match(
      await look(bmp(40, 65_000, 65_000, { reserved, pixels: false })),
      /^image-too-large of 65000×65000, .*4,225 megapixels/,
    );
  });
  await t.test('AVIF by its second brand', async () => {
    assert.match(
      await look(heif('avif', 65_000, 65_000, 0, 'isom')),
      /^image-too-large of 65000×65000, .*4,225 megapixels/,
    );
  });
  await t.test('width and height, of every other format', async () => {
    const jpeg = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(8, 8);
      canvas.getContext('2d');
      const blob = await canvas.convertToBlob({ type: 'image/jpeg' });
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    for (const [format, bytes, size] of /** @type {[string, Uint8Array, string][]} */ ([
      ['PNG', png(30_000, 20_000, { bits: 1 }), '30000×20000'],
      ['JPEG', resized(Buffer.from(jpeg), 65_000, 40_000), '65000×40000'],
      ['lossy WebP', webp('VP8 '), '16383×16383'],
      ['lossless WebP', webp('VP8L'), '16384×16384'],
      ['AVIF', heif('avif', 65_000, 40_000), '65000×40000'],
      ['TIFF', tiff(65_000, 40_000, 100), '65000×40000'],
    ])) {
      assert.ok((await look(bytes)).startsWith(`image-too-large of ${size}, `), `${format}: ${await look(bytes)}`);
    }
  });
});
