// What the About panel says of this browser: nothing where it has all, and else what the page does without.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { predictions, ready } from '../support/page.mjs';
import { peacock, root } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';
import { look } from './support/look.mjs';

/**
 * Opens the page from a site of its own.
 * @param {import('node:test').TestContext} t
 * @param {{inWorker?: string, before?: () => void, context?: import('playwright-core').BrowserContextOptions}} options inWorker:
 *   code that the network's worker begins with; before: what the page begins with
 */
async function open(t, { inWorker = '', ...options }) {
  const site = await plainSite();
  cleanup(t, () => site.close());
  const change = (/** @type {Buffer} */ bytes) => Buffer.concat([Buffer.from(inWorker), bytes]);
  site.faults.push({ path: /\/worker-[^/]*\.js$/, change });
  return visit(t, site.url, options);
}

/** The lines about this browser. @param {import('playwright-core').Page} page */
async function lines(page) {
  await page.getByRole('contentinfo').getByRole('link').click();
  await page.locator('about-panel').waitFor();
  return page.locator('browser-report p').allInnerTexts();
}

test('a browser that has all is not spoken of', async (t) => {
  const page = await open(t, {});
  await ready(page);
  assert.deepEqual(await lines(page), []);
  assert.ok(await page.getByRole('heading', { name: 'This browser' }).isHidden());
});

test('the version is that of the npm package', async (t) => {
  const page = await open(t, {});
  await lines(page);
  const { version } = JSON.parse(readFileSync(join(root, 'web/package/package.json'), 'utf8'));
  assert.ok((await page.locator('about-panel').innerText()).includes(`Depthwise ${version}`));
});

/** A worker without canvas and relaxed SIMD, whose dot product is fd 92 02. */
const older = `delete globalThis.OffscreenCanvas;
  const validate = WebAssembly.validate;
  WebAssembly.validate = (b) => !b.some((v, i) => v === 0xfd && b[i + 1] === 0x92 && b[i + 2] === 2) && validate(b);`;

const withoutFrames = () => {
  delete (/** @type {any} */ (HTMLVideoElement.prototype).requestVideoFrameCallback);
};

test('a browser that lacks much: the page says what it does instead, and does it', async (t) => {
  const page = await open(t, { inWorker: older, before: withoutFrames });
  await ready(page);
  const said = await lines(page);
  assert.equal(said.length, 3, said.join('\n'));
  assert.match(said[0], /relaxed SIMD.* the SIMD engine computes/);
  assert.match(said[1], /the page itself draws/);
  assert.match(said[2], /with each frame of the screen/);
  await look(page, 'about-older-browser');
  await page.getByRole('link', { name: 'Photo' }).click();
  await page.locator('photo-panel').getByLabel('Choose photos').setInputFiles(peacock);
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('a browser that runs no SIMD and alters pixels', async (t) => {
  const inWorker = `WebAssembly.validate = () => false;
    const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...where) {
      const image = read.apply(this, where);
      image.data[0] ^= 1;
      return image;
    };`;
  const page = await open(t, { inWorker });
  await ready(page);
  const said = await lines(page);
  assert.equal(said.length, 2, said.join('\n'));
  assert.match(said[0], /the Go engine computes/);
  assert.match(said[1], /slightly alters/);
});

test('in Chinese', async (t) => {
  const page = await open(t, { inWorker: older, before: withoutFrames, context: { locale: 'zh-CN' } });
  await page.getByRole('status').filter({ hasText: '就绪' }).waitFor();
  const said = await lines(page);
  assert.equal(said.length, 3, said.join('\n'));
  await look(page, 'chinese-about-older-browser');
});
