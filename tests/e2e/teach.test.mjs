// Teaching by the camera: from the first screen to a model, as a stranger does it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { camera } from '../support/camera.mjs';
import { alert, drop, modelSheet, notice, predictions, ready } from '../support/page.mjs';
import { file } from '../support/pictures.mjs';
import { gate, plainSite, withFault } from '../support/site.mjs';
import { button, filming, grey, light } from './support/live.mjs';
import { add, card, drawing, drawings, film, has, sees, studio, within } from './support/teach-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#teach`;

/** @param {Page} page @param {string} name */
const hold = (page, name) => card(page, name).getByRole('button', { name: /^Hold to record/ });

/** How many photos a class has by now. @param {Page} page @param {string} name */
const counted = async (page, name) =>
  Number((await card(page, name).locator('photo-tools p').innerText()).match(/^\d+/)?.[0] ?? 0);

/** Waits until a class has so many photos. @param {Page} page @param {string} name @param {number} count */
const until = (page, name, count) =>
  page.waitForFunction(
    ([name, count]) => {
      const line = document.querySelector(`teach-class[aria-label="${name}"] photo-tools p`)?.textContent ?? '';
      return Number.parseInt(line, 10) >= Number(count);
    },
    /** @type {const} */ ([name, count]),
  );

test('two classes by the webcam, and away with the model', async (t) => {
  const page = await visit(t, site.url, { before: studio });
  await ready(page);
  await page.getByRole('link', { name: 'Teach your own' }).click();
  await page.getByText('Nothing leaves this tab').waitFor();
  await page.getByRole('textbox', { name: 'Name of the class: Class 2' }).waitFor();
  assert.equal(await page.getByRole('textbox', { name: /^Name of the class/ }).count(), 2);
  await film(page, 'rings');
  const says = async () => [
    await hold(page, 'Class 1').innerText(),
    await hold(page, 'Class 1').evaluate((it) => it.getBoundingClientRect().width),
  ];
  const [idle, width] = await says();
  assert.equal(idle, 'Hold to record');
  await hold(page, 'Class 1').hover();
  await page.mouse.down();
  await until(page, 'Class 1', 12);
  assert.deepEqual(await says(), ['Recording…', width]);
  await light(page, true);
  await page.mouse.up();
  assert.deepEqual(await says(), [idle, width]);
  await page.getByText(/photos recorded/).waitFor({ state: 'attached' });
  assert.equal(await page.getByRole('button', { name: 'Download model (.tflite)' }).count(), 0, 'one class is none');

  await film(page, 'stripes');
  await hold(page, 'Class 2').focus();
  await page.keyboard.down('Space');
  await until(page, 'Class 2', 12);
  await page.keyboard.up('Space');
  const recorded = Number.parseInt(await page.getByText(/photos recorded/).innerText(), 10);
  await until(page, 'Class 2', recorded);
  await sees(page, 'Class 2');
  await film(page, 'rings');
  await sees(page, 'Class 1');
  assert.ok((await counted(page, 'Class 2')) - recorded <= 2, 'nothing is recorded while nothing is held');

  const name = page.getByRole('textbox', { name: /^Name of the class: Class 1/ });
  await name.fill('rings');
  await name.press('Enter');
  await sees(page, 'rings');
  await page.getByText(/^All \d+ right$|^About \d+ of \d+ right$/).waitFor();

  const coming = page.waitForEvent('download');
  await button(page, 'Download model (.tflite)').click();
  const download = await coming;
  assert.equal(download.suggestedFilename(), 'my-project.tflite');
  const bytes = readFileSync(await download.path());
  assert.equal(bytes.toString('latin1', 4, 8), 'TFL3');

  await button(page, 'Use it in Photo').click();
  await light(page, false);
  await page.getByRole('button', { name: /^Model.*My project/ }).waitFor();
  await drop(page, file('rings.png', drawing('rings', 3)));
  const labels = (await predictions(page)).map(({ label }) => label).sort();
  assert.deepEqual(labels, ['Class 2', 'rings']);

  // As a file it has the project's name still.
  await modelSheet.open(page);
  const given = { name: 'renamed.tflite', mimeType: 'application/octet-stream', buffer: bytes };
  await page.getByLabel('Choose a .tflite file').setInputFiles(given);
  await page.locator('model-sheet dd', { hasText: 'renamed.tflite' }).waitFor();
  assert.equal(await page.locator('model-chip .name').innerText(), 'My project');
});

test('photos of anything else make it say “None of these”', async (t) => {
  const page = await visit(t, url, { before: studio });
  await film(page, 'rings');
  await page.getByRole('button', { name: 'Add “None of these”' }).click();
  await hold(page, 'Class 1').hover();
  await page.mouse.down();
  await until(page, 'Class 1', 8);
  await page.mouse.up();
  await film(page, 'stripes');
  await hold(page, 'None of these').hover();
  await page.mouse.down();
  await until(page, 'None of these', 8);
  await page.mouse.up();
  await sees(page, 'None of these');
  await film(page, 'rings');
  await sees(page, 'Class 1');
});

test('a press without holding, as a screen reader’s, records until the next one', async (t) => {
  const page = await visit(t, url, { before: studio });
  const press = () => hold(page, 'Class 1').evaluate((it) => /** @type {HTMLElement} */ (it).click());
  await press();
  await until(page, 'Class 1', 3);
  assert.equal(await hold(page, 'Class 1').getAttribute('aria-pressed'), 'true');
  await press();
  await page.getByText(/photos? recorded/).waitFor({ state: 'attached' });
  assert.equal(await hold(page, 'Class 1').getAttribute('aria-pressed'), 'false');
});

test('nothing moves under a finger when the model has come', async (t) => {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    const part = gate(0.4);
    const mend = withFault(t, site, { path: /\.tflite/, gate: part });
    const page = await visit(t, url, { context: { viewport } });
    await page.locator('teach-panel').getByText('Loading the model').waitFor();
    await card(page, 'Class 2').waitFor();
    const places = () =>
      page.locator('teach-class .hold').evaluateAll((all) => all.map((it) => it.getBoundingClientRect().y));
    const before = await places();
    part.release();
    await page.locator('teach-panel network-status[data-phase="ready"]').waitFor({ state: 'attached' });
    assert.deepEqual(await places(), before);
    mend();
  }
});

test('on a laptop the verdict and the model are on the first screen; what could not be read moves nothing', async (t) => {
  const page = await visit(t, url, { before: studio, context: { viewport: { width: 1280, height: 800 } } });
  await add(page, 'Class 1', drawings('rings', 4));
  await add(page, 'Class 2', drawings('stripes', 4));
  await button(page, 'Start the camera').click();
  await sees(page, 'Class 1');
  await page.evaluate(() => scrollTo(0, 0));
  const bottom = (/** @type {import('playwright-core').Locator} */ it) =>
    it.evaluate((it) => it.getBoundingClientRect().bottom);
  const ends = {
    verdict: await bottom(page.locator('own-answers .verdict strong')),
    model: await bottom(button(page, 'Download model (.tflite)')),
    stage: await bottom(page.locator('teach-preview .stage')),
  };
  assert.ok(ends.verdict <= 800 && ends.model <= 800 && ends.stage > 300, JSON.stringify(ends));

  const places = () =>
    page
      .locator('teach-class, teach-preview, teach-export, teach-report, class-list .actions')
      .evaluateAll((all) => all.map((it) => it.getBoundingClientRect().y));
  const before = await places();
  writeFileSync(within('not an image.png'), 'not an image');
  await add(page, 'Class 2', [within('not an image.png')]);
  await page.locator('teach-adding').getByText('1 file could not be read').waitFor();
  assert.deepEqual(await places(), before);
});

test('a project that another tab deletes is brought back, with the photos that came for it since', async (t) => {
  const page = await visit(t, url);
  await add(page, 'Class 1', drawings('rings', 2));
  await has(page, 'Class 1', 2);
  const other = await page.context().newPage();
  await other.goto(url);
  await has(other, 'Class 1', 2);
  await button(other, 'Projects').click();
  await other.getByRole('button', { name: 'Delete: My project' }).click();
  await page.getByText('This project was deleted in another tab.').waitFor();
  await add(page, 'Class 2', drawings('stripes', 3));
  await notice(page, /and 3 photos added since are not kept/); // the line at the top may be out of sight
  await page.locator('project-bar').getByText('and 3 photos added since are not kept').waitFor();
  await page.locator('project-bar').getByRole('button', { name: 'Bring it back' }).click();
  await has(page, 'Class 2', 3);
  await has(page, 'Class 1', 2);
  await button(page, 'Bring it back').waitFor({ state: 'hidden' });
  await page.reload();
  await has(page, 'Class 2', 3);
  await has(page, 'Class 1', 2);
});

test('the camera goes off when the panel is left, and what was recorded is there after a reload', async (t) => {
  const page = await visit(t, url, { before: studio });
  await hold(page, 'Class 1').hover();
  await page.mouse.down();
  await until(page, 'Class 1', 4);
  await page.mouse.up();
  await page.getByText(/photos? recorded/).waitFor({ state: 'attached' });
  await page.getByRole('link', { name: 'Folder' }).click();
  await light(page, false);
  await page.getByRole('link', { name: 'Teach', exact: true }).click();
  const count = await counted(page, 'Class 1');
  await page.reload();
  await has(page, 'Class 1', count);
});

test('with a real camera: the view is a mirror image', async (t) => {
  const page = await visit(t, url, { switches: filming });
  await button(page, 'Start the camera').click();
  await page.locator('teach-preview video').waitFor();
  const mirrored = await page.locator('teach-preview video').evaluate((video) => getComputedStyle(video).transform);
  assert.match(mirrored, /^matrix\(-1,/);
  await button(page, 'Stop the camera').click();
  await button(page, 'Start the camera').waitFor();
});

test('a camera that may not be used is explained, and photos can be added all the same', async (t) => {
  const page = await visit(t, url, { switches: camera('teach-unasked', [grey], { ask: true }) });
  await hold(page, 'Class 1').hover();
  await page.mouse.down();
  await alert(page, /not allowed|may not use/);
  const why = card(page, 'Class 1').getByText(/not allowed|may not use/); // a phone shows no more than the card
  await why.waitFor();
  const [said, finder] = [await why.boundingBox(), await card(page, 'Class 1').locator('.body').boundingBox()];
  assert.ok(said && finder && said.y > finder.y && said.y + said.height < finder.y + finder.height, 'in the card');
  assert.equal(await hold(page, 'Class 1').getAttribute('aria-pressed'), 'false', 'nothing is recorded');
  await page.mouse.up();
  await button(page, 'Start the camera').waitFor();
  assert.ok(await card(page, 'Class 1').getByLabel('Add photos').isEnabled());
});
