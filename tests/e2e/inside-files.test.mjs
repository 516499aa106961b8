// What is given to be looked inside: no images, and files that take their time.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import test from 'node:test';
import { alert, drop } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { grey, open } from './support/inside-panel.mjs';

test('refuses what is no picture, in words, and goes on', async (t) => {
  const page = await open(t);
  await drop(page, file('letter.txt', 'Dear reader'));
  await alert(page, /letter\.txt/);
  await drop(page, grey);
  await page.getByText('what the model makes of “grey.png”').waitFor();
  assert.equal(await page.getByRole('alert').filter({ hasText: 'letter' }).count(), 0);
});

test('a file that is decoded only after the next one was given is not drawn over it', async (t) => {
  const page = await open(t);
  const seen = () =>
    page
      .getByRole('figure', { name: 'What the model sees' })
      .locator('canvas')
      .evaluate((canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
  await page.evaluate(() => {
    const { decode } = HTMLImageElement.prototype;
    const held = new Promise((resolve) => Object.assign(globalThis, { release: resolve }));
    HTMLImageElement.prototype.decode = async function () {
      HTMLImageElement.prototype.decode = decode;
      await decode.call(this);
      Object.assign(globalThis, { decoded: true });
      await held;
    };
  });
  await drop(page, grey);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).decoded);
  await drop(page, peacock);
  await page.getByText(`what the model makes of “${basename(peacock)}”`).waitFor();
  const before = await seen();
  await page.evaluate(async () => {
    /** @type {any} */ (globalThis).release();
    await new Promise((resolve) => setTimeout(resolve)); // after all that follows at once
  });
  assert.equal(await seen(), before);
});
