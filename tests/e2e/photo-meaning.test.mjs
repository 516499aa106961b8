// A line of what an answer means, below it: only for ImageNet's classes, and from a file that is asked for when there is one.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { drop, fileInput, modelSheet, predictions } from '../support/page.mjs';
import { dist, models, peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { gate, plainSite, withFault } from '../support/site.mjs';
import { look } from './support/look.mjs';
import { asked, classes, imagenetFile, imagenetLabels, named, namedAnswers } from './support/named-answers.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** A site whose model has these labels. @param {import('node:test').TestContext} t @param {string[]} labels */
async function start(t, labels) {
  const site = await plainSite({ pages: { '/mobilenet/mobilenet.js': namedAnswers(labels) } });
  cleanup(t, () => site.close());
  return site;
}

/** The line below the best answer. @param {Page} page */
const gloss = (page) => page.locator('photo-panel .gloss');

/** @param {Page} page @param {string} name */
async function choose(page, name) {
  await fileInput(page).setInputFiles(named(name));
  await page.locator('photo-panel li').first().waitFor();
}

/** The meaning of a class by its place without the background. @param {number} i */
const meaning = (i) => classes[i].gloss;

test('a peacock is a male peafowl; another answer that is pressed says what it is', async (t) => {
  const site = await plainSite();
  cleanup(t, () => site.close());
  const page = await visit(t, site.url);
  // It is asked for after all that a first answer needs, and before a photo is opened, where there is time.
  await asked(page);
  const first = (/** @type {RegExp} */ file) => site.requests.findIndex((path) => file.test(path));
  assert.ok(first(imagenetFile) > first(/\.tflite/));
  await drop(page, peacock);
  const answers = await predictions(page);
  await gloss(page)
    .filter({ hasText: meaning(84) })
    .waitFor();
  assert.equal(await gloss(page).getAttribute('lang'), 'en');
  await look(page, 'photo-meaning');

  const { index, label } = answers[2];
  await page.locator(`photo-panel li[data-index="${index}"]`).getByRole('button').click();
  await page.getByText(`${label}: ${meaning(index - 1)}`).waitFor();
  assert.equal(await gloss(page).textContent(), meaning(84), 'the best one keeps its own');
  await page.locator(`photo-panel li[data-index="${index}"]`).getByRole('button').click();
  await page.getByText('Select a result to see why.').waitFor();
  assert.equal(site.requests.filter((path) => imagenetFile.test(path)).length, 1);
});

test('with and without the background; two classes of one label; wherever a label is another there is no line', async (t) => {
  const cranes = classes.flatMap(({ label }, i) => (label === 'crane' ? i : []));
  assert.equal(cranes.length, 2);
  for (const outputs of [1000, 1001]) {
    const shift = outputs - 1000;
    // "peacock" is where there is something else, and something else where ImageNet has a daisy.
    const labels = imagenetLabels(outputs);
    labels[shift + 3] = 'peacock';
    labels[shift + 985] = 'my cat';
    const site = await start(t, labels);
    const page = await visit(t, site.url);
    for (const i of [84, ...cranes]) {
      await choose(page, String(i + shift));
      await gloss(page)
        .filter({ hasText: meaning(i) })
        .waitFor();
    }
    for (const i of [3, 985]) {
      await choose(page, String(i + shift));
      await page.locator(`photo-panel li[data-index="${i + shift}"]`).waitFor();
      assert.equal(await gloss(page).textContent(), '', labels[i + shift]);
    }
  }

  // As many as no model of ImageNet has: nothing is even asked for.
  const site = await start(t, imagenetLabels(1001).slice(0, 90));
  const page = await visit(t, site.url);
  await choose(page, 'peacock');
  assert.ok(await gloss(page).isHidden());
  assert.ok(!site.requests.some((path) => imagenetFile.test(path)));
});

test('a person’s own labels for a model of 1,001 outputs get no line', async (t) => {
  const site = await plainSite();
  cleanup(t, () => site.close());
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await gloss(page)
    .filter({ hasText: meaning(84) })
    .waitFor();
  // Each label is ImageNet's, one place from where it belongs.
  const [first, ...rest] = imagenetLabels(1001);
  const labels = [...rest, first];
  await modelSheet.open(page);
  await page
    .getByLabel('Choose a .tflite file')
    .setInputFiles([join(dist, 'models', models[0].file), file('labels.txt', labels.join('\n'))]);
  await page.locator(`photo-panel li[data-label="${labels[85]}"]`).first().waitFor({ state: 'attached' });
  assert.equal(await gloss(page).textContent(), '');
});

test('the line comes late, and nothing moves', async (t) => {
  const site = await start(t, imagenetLabels(1001));
  // The longest meaning, and the narrowest window.
  const longest = classes.reduce((most, { gloss }, i) => (gloss.length > meaning(most).length ? i : most), 0);
  for (const width of [320, 390, 1280]) {
    await t.test(`${width} pixels wide`, async (t) => {
      const closed = gate(0.5);
      withFault(t, site, { path: imagenetFile, gate: closed });
      const page = await visit(t, site.url);
      await page.setViewportSize({ width, height: 844 });
      await choose(page, String(longest + 1));
      const boxes = () =>
        page
          .locator('photo-panel :is(li, .hint-why, network-status)')
          .evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())));
      assert.equal(await gloss(page).textContent(), '');
      const before = await boxes();
      closed.release();
      await gloss(page)
        .filter({ hasText: meaning(longest) })
        .waitFor();
      assert.deepEqual(await boxes(), before);
    });
  }
});

test('a failed download shows nothing; the next need tries again', async (t) => {
  const site = await start(t, imagenetLabels(1001));
  const mendFirst = withFault(t, site, { path: imagenetFile, status: 500 });
  const page = await visit(t, site.url, { expected: [/status of 500 |CONTENT_LENGTH_MISMATCH/] });
  await asked(page);
  mendFirst();
  for (const [i, fault] of [{ html: true }, { cut: 0.5 }].entries()) {
    const mend = withFault(t, site, { path: imagenetFile, ...fault });
    await choose(page, 'peacock');
    await asked(page, i + 2);
    await page.evaluate(() => new Promise(requestAnimationFrame)); // the page has taken note of it
    assert.equal(await gloss(page).textContent(), '', JSON.stringify(fault));
    assert.equal(await page.locator('page-notices .notice').count(), 0);
    mend();
  }
  await page.locator('photo-panel li').first().getByRole('button').click();
  await gloss(page)
    .filter({ hasText: meaning(84) })
    .waitFor();
});

test('in Chinese the line is marked as English', async (t) => {
  const site = await start(t, imagenetLabels(1001));
  const page = await visit(t, site.url, { context: { locale: 'zh-CN' } });
  await page.locator('#photo-file').setInputFiles(named('loggerhead'));
  await gloss(page).filter({ hasText: 'very large carnivorous sea turtle' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-Hans');
  assert.equal(await gloss(page).getAttribute('lang'), 'en');
  await look(page, 'photo-meaning-chinese');
});
