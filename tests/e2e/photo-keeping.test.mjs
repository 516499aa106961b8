// What is kept of a photo's answers: a card that is saved or shared, and the address of a sample photo. With the real model.
import assert from 'node:assert/strict';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { drop, notice, predictions, reached, ready } from '../support/page.mjs';
import { peacock, sample } from '../support/paths.mjs';
import { gate, withFault } from '../support/site.mjs';
import { finished, options } from './support/folder.mjs';
import { button, colourAt, live, saved } from './support/live.mjs';
import { look } from './support/look.mjs';
import { answer, choose, map, site } from './support/photo-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Remembers the words that are drawn, and lets the page share files. Runs in the page, before its own scripts. */
function sharing() {
  const { fillText } = CanvasRenderingContext2D.prototype;
  const { written, shared } = Object.assign(globalThis, {
    written: /** @type {string[]} */ ([]),
    shared: /** @type {{name: string, type: string, size: number}[]} */ ([]),
  });
  CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
    written.push(text);
    fillText.call(this, text, ...where);
  };
  navigator.canShare = (data) => Boolean(data?.files?.length);
  navigator.share = async (data) => {
    for (const { name, type, size } of data?.files ?? []) shared.push({ name, type, size });
  };
}

/** @param {Page} page @returns {Promise<{name: string, type: string, size: number}[]>} */
const shared = (page) =>
  page
    .waitForFunction(() => /** @type {any} */ (globalThis).shared[0])
    .then((first) => first.evaluate((file) => [file]));

/** @param {Page} page @returns {Promise<string[]>} */
const written = (page) => page.evaluate(() => /** @type {any} */ (globalThis).written);

test('the photo with its answers and its heat map is saved, with the page’s address', async (t) => {
  const page = await visit(t, `${site.url}#photo?crop=square`, { before: sharing });
  await ready(page);
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => /card-/.test(name)));
  await drop(page, sample('lighthouse'));
  await predictions(page);
  const { name, bytes } = await saved(page, 'Save');
  assert.match(name, /^depthwise-beacon-.*\.jpg$/);
  await page.getByText(`Saved as ${name}`).waitFor();
  const { colour, ...size } = await colourAt(page, bytes, 0.02, 0.02);
  assert.equal(size.width, 1024);
  assert.ok(size.height > 640 + 250, `room for the answers in ${size.height} pixels`);
  const words = await written(page);
  assert.ok(words.includes('beacon') && words.includes(site.url), words.join('\n'));
  assert.ok(!words.some((word) => word.startsWith('Photo:')), 'a photo of one’s own has no credit');
  assert.ok(colour[2] > colour[0], `a blue evening in colour: ${colour}`);
  assert.match(await page.locator('request-count').innerText(), /^No requests/, 'saving asks nobody for anything');

  await answer(page).click();
  await map(page).waitFor();
  const grey = await colourAt(page, (await saved(page, 'Save')).bytes, 0.02, 0.02);
  assert.ok(Math.abs(grey.colour[0] - grey.colour[2]) < 12, `grey outside of the heat map: ${grey.colour}`);
});

test('a sample names its author; it is shared where the browser can', async (t) => {
  const page = await visit(t, site.url, { before: sharing });
  await page.getByRole('button', { name: /Try the lighthouse/ }).click();
  await predictions(page);
  await button(page, 'Share').click();
  const [file] = await shared(page);
  assert.match(file.name, /^depthwise-beacon-.*\.jpg$/);
  assert.equal(file.type, 'image/jpeg');
  assert.ok(file.size > 10_000);
  const words = await written(page);
  assert.ok(
    words.some((word) => /^Photo: .*Pedersen, CC BY-SA 4\.0$/.test(word)),
    words.join('\n'),
  );
  await look(page, 'photo-sharing');
});

test('no way to share, no button for it; a card that cannot be drawn is said', async (t) => {
  const page = await visit(t, site.url, { before: () => Object.assign(navigator, { canShare: undefined }) });
  await drop(page, peacock);
  await predictions(page);
  assert.equal(await button(page, 'Share').count(), 0);
  await page.evaluate(() => {
    HTMLCanvasElement.prototype.toBlob = (take) => take(null);
  });
  await button(page, 'Save').click();
  await page.getByText('That did not work').first().waitFor();
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('what is saved is what was on show when Save was pressed, once', async (t) => {
  const card = gate(0);
  const page = await visit(t, site.url, { before: sharing });
  await ready(page);
  await page.evaluate(() => {
    const { toBlob } = HTMLCanvasElement.prototype;
    Object.assign(globalThis, { drawn: 0 });
    HTMLCanvasElement.prototype.toBlob = function (...how) {
      /** @type {any} */ (globalThis).drawn++;
      toBlob.apply(this, how);
    };
  });
  await drop(page, peacock);
  await predictions(page);
  await button(page, 'Save').dblclick();
  await notice(page, /^Saved as/);
  await page.evaluate(() => new Promise((next) => setTimeout(next))); // a second one would have begun
  assert.equal(await page.evaluate(() => /** @type {any} */ (globalThis).drawn), 1);

  // The part that draws comes late, and another photo is on show by then.
  withFault(t, site, { path: /card-[^/]*\.js/, gate: card });
  const late = await visit(t, site.url, { before: sharing });
  await drop(late, peacock);
  await predictions(late);
  await button(late, 'Save').click();
  await button(late, 'Save').click();
  await drop(late, sample('lighthouse'));
  await late.locator('photo-panel li[data-label="beacon"]').first().waitFor();
  const coming = late.waitForEvent('download');
  card.release();
  assert.match((await coming).suggestedFilename(), /^depthwise-peacock-/);
  await notice(late, /^Saved as/);
  const names = await written(late);
  assert.ok(names.includes('peacock') && !names.includes('beacon'), names.join('\n'));
  assert.equal(names.filter((word) => word === 'peacock').length, 1, 'drawn once');
});

test('a frozen frame of the camera is shared', async (t) => {
  const page = await live(t, `${site.url}#camera`, { before: sharing });
  await button(page, 'Freeze').click();
  await button(page, 'Share').click();
  assert.match((await shared(page))[0].name, /^depthwise-peacock-.*\.jpg$/);
  assert.ok((await written(page)).includes(site.url));
});

test('a sample photo is in the address, which opens it; another photo is not', async (t) => {
  const page = await visit(t, `${site.url}#photo?sample=lighthouse`);
  assert.equal((await predictions(page))[0].label, 'beacon');
  await reached(page, '#photo?sample=lighthouse');
  await page.getByRole('button', { name: /Try the peacock/ }).click();
  await reached(page, '#photo?sample=peacock');
  await choose(page, 'Square');
  await reached(page, '#photo?crop=square&sample=peacock');
  assert.match(await page.locator('request-count').innerText(), /^No requests/, 'the address is changed without one');
  await drop(page, sample('gophers'));
  await reached(page, '#photo?crop=square');
  // By the address again, and back to one's own.
  await page.evaluate(() => {
    location.hash = '#photo?crop=square&sample=peacock';
  });
  await page.locator('photo-panel li[data-label="peacock"]').first().waitFor();
  await button(page, 'Back to my photo').click();
  await reached(page, '#photo?crop=square');
  await page.getByRole('img', { name: /^Your photo: gophers/ }).waitFor();
});

test('a photo opened from Folder is not taken for the sample of before', async (t) => {
  const page = await visit(t, `${site.url}#photo?sample=peacock`);
  assert.equal((await predictions(page))[0].label, 'peacock');
  await drop(page, sample('gophers'), sample('lighthouse'));
  await finished(page);
  await options(page).first().click();
  await button(page, 'Open in Photo').click();
  await page.getByRole('img', { name: /^Your photo: gophers/ }).waitFor();
  await reached(page, '#photo');
  await page.locator('photo-panel li').first().waitFor();
  assert.notEqual((await predictions(page))[0].label, 'peacock');
});

test('a sample that there is not is said, and leaves the address', async (t) => {
  const page = await visit(t, `${site.url}#photo?sample=unicorn`);
  await page.getByText('There is no sample photo called “unicorn”.').waitFor();
  await reached(page, '#photo');
  await drop(page, peacock);
  await predictions(page);
  await page.evaluate(() => {
    location.hash = '#photo?sample=unicorn';
  });
  await page.getByText('There is no sample photo called “unicorn”.').waitFor();
  await reached(page, '#photo');
  assert.equal((await predictions(page))[0].label, 'peacock');
});
