// The messages at the page's lower edge: within reach over a dialog too, and closing one costs no place.
import assert from 'node:assert/strict';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { drop, modelSheet, notice, predictions, reached, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { finished, pattern } from './support/folder.mjs';
import { button } from './support/live.mjs';
import { look } from './support/look.mjs';
import { site } from './support/photo-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Has messages stay, also on a machine with much else to do. */
function patient() {
  const later = globalThis.setTimeout;
  Object.assign(globalThis, {
    setTimeout: (/** @type {() => void} */ act, ms = 0) => (ms < 5000 ? later(act, ms) : 0),
  });
}

/** Leads to a page that there is not, which a message says. @param {Page} page @param {string} name */
async function goWrong(page, name) {
  await page.evaluate((name) => {
    location.hash = name;
  }, name);
  await notice(page, new RegExp(`no page called “${name}”`));
}

/** @param {Page} page */
const messages = (page) => page.locator('page-notices .notice');

/** The cross of the only message. @param {Page} page */
const cross = (page) => messages(page).getByRole('button', { name: 'Close' });

/** Tells what has the focus, by its name or its words. @param {Page} page */
const focused = (page) =>
  page.evaluate(() => {
    const { activeElement: now } = document;
    return now?.getAttribute('aria-label') ?? now?.textContent ?? '';
  });

test('over the model’s sheet a message can be pressed and heard, and its cross closes it alone', async (t) => {
  const page = await visit(t, site.url, { before: patient });
  await ready(page);
  await modelSheet.open(page);
  const sheet = page.getByRole('dialog', { name: 'Choose a model' });
  await sheet.waitFor();
  await goWrong(page, 'nowhere');
  assert.match(await sheet.ariaSnapshot(), /no page called “nowhere”/);
  await look(page, 'notice-over-sheet');
  await cross(page).click();
  await messages(page).waitFor({ state: 'detached' });
  assert.ok(await sheet.isVisible());

  // It outlives the dialog.
  await goWrong(page, 'elsewhere');
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'hidden' });
  await cross(page).click();
  await messages(page).waitFor({ state: 'detached' });
});

test('over the comparison and over a question too; one that was there before comes along', async (t) => {
  const page = await visit(t, site.url, { before: patient });
  await drop(page, peacock);
  await predictions(page);
  await drop(page, file('letter.txt', 'Dear reader'));
  await notice(page, /isn’t an image/);
  await button(page, 'Compare').click();
  const comparison = page.getByRole('dialog', { name: 'Compare' });
  await comparison.waitFor();
  await cross(page).click();
  await messages(page).waitFor({ state: 'detached' });
  assert.ok(await comparison.isVisible());
  await page.keyboard.press('Escape');
  await comparison.waitFor({ state: 'detached' });

  await page.getByRole('link', { name: 'About' }).click();
  await button(page, 'Remove everything').waitFor();
  await goWrong(page, 'nowhere');
  await button(page, 'Remove everything').click();
  const question = page.locator('dialog.ask');
  await question.waitFor();
  await look(page, 'notice-over-question');
  await cross(page).click();
  await messages(page).waitFor({ state: 'detached' });
  assert.ok(await question.isVisible());
  await goWrong(page, 'elsewhere');
  await button(page, 'Cancel').click();
  await question.waitFor({ state: 'detached' });
  await cross(page).click(); // the question is gone from the page, and the message is not
  await messages(page).waitFor({ state: 'detached' });
});

test('closing a message by keyboard puts the focus back where it was, or on the heading', async (t) => {
  const page = await visit(t, `${site.url}#folder`, { before: patient });
  await ready(page);
  await goWrong(page, 'nowhere');
  await page.getByRole('link', { name: 'Camera' }).focus();
  await cross(page).focus();
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'Camera');

  await goWrong(page, 'elsewhere');
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  await cross(page).focus();
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'What is in your folder?');

  await modelSheet.open(page);
  await page.getByRole('dialog').waitFor();
  const inSheet = page.getByRole('dialog').locator('#model-file');
  await inSheet.focus();
  await goWrong(page, 'gone');
  await cross(page).focus();
  await page.keyboard.press('Enter');
  assert.ok(await inSheet.evaluate((input) => input === document.activeElement));
  await reached(page, '#folder');
});

test('at most two are on show; those with something to press wait, and come back', async (t) => {
  const page = await visit(t, site.url, { before: patient });
  await drop(page, peacock);
  await predictions(page);
  for (let i = 0; i < 7; i++) await drop(page, file(`${i}.txt`, 'Dear reader'));
  await notice(page, /6\.txt/);
  assert.equal(await messages(page).count(), 2);
  assert.match(await messages(page).first().innerText(), /5\.txt/);

  await drop(page, peacock);
  await messages(page).first().waitFor({ state: 'detached' });
  assert.equal(await messages(page).count(), 0, 'a success takes them away');

  // Each can be undone.
  for (let i = 0; i < 3; i++) {
    await drop(page, file(`a${i}.png`, pattern(2 * i)), file(`b${i}.png`, pattern(2 * i + 1)));
    if (i === 0) await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor({ state: 'hidden' });
    await finished(page);
    await button(page, 'Start over').click();
  }
  const undo = page.locator('page-notices').getByRole('button', { name: 'Undo' });
  const shown = messages(page).and(page.locator(':visible'));
  const all = await messages(page).count();
  assert.ok((await shown.count()) <= 2);
  await page.getByRole('link', { name: 'Photo', exact: true }).click();
  await page.locator('photo-panel').waitFor();
  assert.equal(await messages(page).count(), all, 'they outlast a change of tab');
  for (let left = all; left > 0; left--) {
    await undo.first().waitFor();
    await shown.last().getByRole('button', { name: 'Close' }).click();
  }
  assert.equal(await messages(page).count(), 0);
});

test('a change of tab takes away what only tells something', async (t) => {
  const page = await visit(t, site.url, { before: patient });
  await ready(page);
  await goWrong(page, 'nowhere');
  await page.getByRole('link', { name: 'Folder' }).click();
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  assert.equal(await messages(page).count(), 0);
});

test('on a phone two of them are over no button that is needed next', async (t) => {
  /** @type {[string, string][]} */
  const main = [
    ['photo', 'photo-panel label.button.primary'],
    ['camera', 'camera-panel .button'],
    ['folder', 'folder-panel label.button.primary'],
  ];
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 320, height: 568 },
  ]) {
    for (const [hash, selector] of main) {
      const page = await visit(t, `${site.url}#${hash}`, { before: patient, context: { viewport } });
      await ready(page);
      await goWrong(page, 'nowhere');
      await goWrong(page, 'elsewhere');
      const last = await messages(page).last().boundingBox();
      const needed = await page.locator(selector).and(page.locator(':visible')).first().boundingBox();
      assert.ok(last && needed);
      assert.ok(last.y + last.height <= needed.y, `${hash} at ${viewport.width}: ${last.y + last.height}, ${needed.y}`);
      if (hash === 'photo' && viewport.width === 390) await look(page, 'notices-two');
    }
  }
});
