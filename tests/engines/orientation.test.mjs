// Which photos stand as their EXIF orientation says, in three browser engines: JPEG and PNG do, WebP does not. core/picture, which the
// command line and the Worker read photos with, does the same, so that an answer does not depend on where it is given.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { cleanup } from '../support/cleanup.mjs';
import { browsers } from '../support/drivers/browsers.mjs';
import { inPage } from '../support/drivers/driver.mjs';
import { librarySite } from '../support/library.mjs';
import { withOrientation } from '../support/pictures.mjs';

const site = await librarySite();
after(() => site.close());

/** 48×32 pixels whose EXIF says that they are to be turned by a quarter; core/picture's testdata, and its test's EXIF. */
const webp =
  'UklGRuQAAABXRUJQVlA4WAoAAAAYAAAALwAAHwAARVhJRjIAAABJSSoACAAAAAMAAAEDAAEAAAAwAAAAEgEDAAEAAAAGAAAAKAEDAAEAAAACAAAAAAAAAEFMUEgXAAAA' +
  'AQ/wwP+IiEAmbVP/pmNg+yP6PwE9xDIAVlA4IGwAAACQBQCdASowACAAPikOhUKhh1QGAKEswBiiKC/APwA1dvgH4AfsV/KOQC7AfrdnfYchjkhwEAD++U6xNs+7STwj' +
  'TMamBP2P//7VureL0h0Mmx/3iiLGgX9mNvj5VVjvST//xWYkMaj/JhUqAAA=';

for (const { name, variant, missing, start } of browsers) {
  const skip = missing || (variant && 'it reads photos as without the variant');
  test([name, variant].filter(Boolean).join(', '), { skip }, async (t) => {
    const driver = await start();
    cleanup(t, () => driver.close());
    await driver.goto(`${site.origin}/blank.html`);
    const jpeg = await inPage(driver, async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 48, height: 32 });
      canvas.getContext('2d');
      return canvas.toDataURL('image/jpeg').split(',')[1];
    });
    const turned = withOrientation(Buffer.from(jpeg, 'base64'), 6).toString('base64');
    const sizes = await inPage(
      driver,
      async (/** @type {string} */ jpeg, /** @type {string} */ webp) => {
        const said = [];
        for (const url of [`data:image/jpeg;base64,${jpeg}`, `data:image/webp;base64,${webp}`]) {
          const image = new Image();
          image.src = url;
          await image.decode();
          const bytes = Uint8Array.from(atob(url.split(',')[1]), (c) => c.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: url.slice(5, 15) }));
          said.push(`${image.naturalWidth}×${image.naturalHeight}, ${bitmap.width}×${bitmap.height}`);
        }
        return said.join('; ');
      },
      turned,
      webp,
    );
    assert.equal(sizes, '32×48, 32×48; 48×32, 48×32', 'an image and a bitmap of the JPEG; of the WebP');
  });
}
