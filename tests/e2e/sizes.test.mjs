// The size that a picture's file declares is found before it is decoded, in every form of header that browsers read.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { bmp, heif } from '../support/bombs.mjs';
import { blankPage, librarySite } from '../support/library.mjs';

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
        ({ code, message }) => `${code}: ${message}`,
      );
    }, Buffer.from(bytes).toString('base64'));

  for (const header of [12, 16, 40, 42, 52, 56, 64, 108, 124]) {
    await t.test(`BMP with a header of ${header} bytes`, async () => {
      assert.equal(await look(bmp(header, 127, 64)), '127×64');
      const refusal = /^image-too-large: The picture has 4225 megapixels; up to /;
      assert.match(await look(bmp(header, 65_000, 65_000, { pixels: false })), refusal);
      if (header === 12) return;
      assert.equal(await look(bmp(header, 127, -64)), '127×64');
      assert.match(await look(bmp(header, 65_000, -65_000, { pixels: false })), refusal);
    });
  }
  await t.test('BMP with bytes where others have zeros', async () => {
    const reserved = 0x01020304;
    assert.equal(await look(bmp(40, 127, 64, { reserved })), '127×64');
    assert.match(await look(bmp(40, 65_000, 65_000, { reserved, pixels: false })), /^image-too-large: .* 4225 /);
  });
  await t.test('AVIF by its second brand', async () => {
    assert.match(await look(heif('avif', 65_000, 65_000, 0, 'isom')), /^image-too-large: .* 4225 /);
  });
});
