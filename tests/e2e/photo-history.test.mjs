// Back and forward between the first screen and the photo, with tabs in between.
import assert from 'node:assert/strict';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { drop, modelSheet, predictions, reached, ready } from '../support/page.mjs';
import { peacock, sample } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { gate, withFault } from '../support/site.mjs';
import { finished, options } from './support/folder.mjs';
import { button } from './support/live.mjs';
import { choose, site } from './support/photo-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page */
const first = (page) => page.getByRole('heading', { name: 'What is in your photo?' }).waitFor();
/** @param {Page} page @param {RegExp} name */
const photo = (page, name) => page.locator('photo-panel').getByRole('img', { name }).waitFor();
/** Goes in the history; what the page makes of it is waited for elsewhere. @param {Page} page @param {number} by */
const go = (page, by) => page.evaluate((by) => history.go(by), by);
/** @param {Page} page */
const entries = (page) => page.evaluate(() => history.length);

test('back from one’s own photo is the first screen, forward the photo with its answers', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  const before = await entries(page);
  await drop(page, peacock);
  await predictions(page);
  assert.equal(await entries(page), before + 1);
  await drop(page, sample('lighthouse'));
  await page.locator('photo-panel li[data-label="beacon"]').first().waitFor();
  assert.equal(await entries(page), before + 1, 'only the first photo makes an entry');
  await go(page, -1);
  await first(page);
  assert.ok(await button(page, 'Save').isHidden());
  await go(page, 1);
  await photo(page, /lighthouse/);
  assert.equal((await predictions(page))[0].label, 'beacon');

  // From the first screen another way: what was ahead is gone, and one step back is the first screen again.
  await go(page, -1);
  await first(page);
  await drop(page, peacock);
  await predictions(page);
  assert.equal(await entries(page), before + 1);
  await go(page, -1);
  await first(page);
});

test('back from a sample is the first screen and not the site before; forward is the sample', async (t) => {
  const page = await visit(t, site.url);
  await page.getByRole('button', { name: /Try the lighthouse/ }).click();
  await predictions(page);
  await reached(page, '#photo?sample=lighthouse');
  await go(page, -1);
  await first(page);
  assert.ok(!(await page.evaluate(() => location.hash)).includes('sample'));
  await go(page, 1);
  await reached(page, '#photo?sample=lighthouse');
  await photo(page, /lighthouse/);
  assert.equal((await predictions(page))[0].label, 'beacon');
});

test('a link to a sample is itself what is gone back from', async (t) => {
  const page = await visit(t, `${site.url}#photo?sample=lighthouse`);
  await predictions(page);
  await page.goBack();
  assert.equal(await page.evaluate(() => location.href), 'about:blank');
});

test('tabs in between are steps of their own, and keep the photo; a crop is one as before', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await predictions(page);
  await choose(page, 'Full photo');
  await page.getByRole('link', { name: 'Folder' }).click();
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  await page.getByRole('link', { name: 'Photo', exact: true }).click();
  await photo(page, /Your photo/);
  await go(page, -1);
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  await go(page, -1);
  await photo(page, /Your photo/);
  assert.equal((await predictions(page))[0].label, 'peacock');
  await go(page, -2);
  await first(page);
  await go(page, 3); // the tab of the folder
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  await go(page, 1);
  await photo(page, /Your photo/);
  assert.equal((await predictions(page))[0].label, 'peacock');
  await go(page, -4);
  await first(page);
});

test('a photo that another panel opened goes back to that panel', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, sample('gophers'), sample('lighthouse'));
  await finished(page);
  await options(page).first().click();
  await button(page, 'Open in Photo').click();
  await photo(page, /^Your photo: gophers/);
  await go(page, -1);
  await options(page).first().waitFor();
  await reached(page, '#folder');
  await go(page, -1);
  await first(page);
  await go(page, 2);
  await photo(page, /^Your photo: gophers/);
});

test('back while the model is still loading is the first screen too, and forward waits for it again', async (t) => {
  const held = gate(0.5);
  withFault(t, site, { path: /\.tflite/, gate: held });
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await photo(page, /Your photo/);
  await go(page, -1);
  await first(page);
  await page.getByText('Downloading the model').waitFor();
  await go(page, 1);
  await photo(page, /Your photo/);
  held.release();
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('after a reload the photo is gone: the first screen, and the next photo makes no further entry', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await predictions(page);
  const before = await entries(page);
  await page.reload();
  await first(page);
  await drop(page, peacock);
  await predictions(page);
  assert.equal(await entries(page), before);
  await go(page, -1);
  await first(page);
});

test('a wrong first file makes no entry; one behind the first screen’s back is not brought back by it', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  const before = await entries(page);
  await drop(page, file('notes.txt', 'no photo'));
  await page.getByRole('alert').filter({ hasText: /image/ }).waitFor();
  assert.equal(await entries(page), before);
  await drop(page, peacock);
  await predictions(page);
  await go(page, -1);
  await first(page);
  await modelSheet.open(page);
  await modelSheet.close(page);
  await drop(page, file('notes.txt', 'no photo'));
  await page.getByRole('alert').filter({ hasText: /image/ }).waitFor();
});
