// Teaching by photos: adding, selecting, moving and removing them, folders, the report, and what is taken away.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { drop, modelSheet, notice } from '../support/page.mjs';
import { shared, withoutShared } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';
import { button, saved } from './support/live.mjs';
import { add, card, drawings, has, sees, within } from './support/teach-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#teach`;

const rings = drawings('rings', 8);
const stripes = drawings('stripes', 8);

/** The photos of a class. @param {Page} page @param {string} name */
const photos = (page, name) => page.getByRole('listbox', { name: `Photos of ${name}` });

/** Gives both classes their photos, and waits for the report. @param {Page} page */
async function taught(page) {
  await add(page, 'Class 1', rings);
  await add(page, 'Class 2', stripes);
  await has(page, 'Class 1', 8);
  await has(page, 'Class 2', 8);
  await page.getByText('All 16 right').waitFor();
}

test('photos from files are learned at once, and tested with others', async (t) => {
  const page = await visit(t, url);
  await add(page, 'Class 1', rings.slice(0, 2));
  await notice(page, /^2 photos added to “Class 1”/);
  await page.getByText('Add two photos to each of two classes').waitFor();
  await add(page, 'Class 2', stripes.slice(0, 2));
  await page.getByText('Show it something').waitFor();
  await page.locator('teach-preview').getByText('Photo', { exact: true }).click();
  await page.locator('teach-preview').getByLabel('Choose a photo').setInputFiles(rings[5]);
  await sees(page, 'Class 1');
  await page.locator('teach-preview').getByLabel('Another photo').setInputFiles(stripes[5]);
  await sees(page, 'Class 2');
  // The photo is asked about again by itself when more is known.
  await button(page, 'Add a class').click();
  await add(page, 'Class 3', stripes.slice(4));
  await page.locator('own-answers').getByText('Class 3', { exact: true }).last().waitFor();
});

test('by keyboard: select, move, remove, and undo', async (t) => {
  const page = await visit(t, url);
  await add(page, 'Class 1', rings);
  await has(page, 'Class 1', 8);
  await photos(page, 'Class 1').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  const first = card(page, 'Class 1');
  await first.getByText('3 selected').waitFor();
  await first.getByLabel('Move the selected photos to').selectOption({ label: 'Class 2' });
  await has(page, 'Class 1', 5);
  await has(page, 'Class 2', 3);
  await notice(page, /^3 photos moved to “Class 2”/);
  await button(page, 'Undo').last().click();
  await has(page, 'Class 1', 8);
  await has(page, 'Class 2', 0);

  await photos(page, 'Class 1').focus();
  await page.keyboard.press('Control+A');
  await first.getByText('8 selected').waitFor();
  await page.keyboard.press('Delete');
  await has(page, 'Class 1', 0);
  await notice(page, /^8 photos removed/);
  await button(page, 'Undo').last().click();
  await has(page, 'Class 1', 8);
  await page.reload();
  await has(page, 'Class 1', 8);
});

test('classes: added, named, removed with their photos, and brought back', async (t) => {
  const page = await visit(t, url);
  await card(page, 'Class 2').waitFor();
  await button(page, 'Add a class').click();
  const name = page.getByRole('textbox', { name: 'Name of the class: Class 3' });
  await name.waitFor();
  assert.ok(await name.evaluate((it) => it === document.activeElement), 'one can write its name at once');
  await name.fill('');
  await name.blur();
  assert.equal(await name.inputValue(), 'Class 3', 'a class has a name');
  await name.fill('Class 1');
  await name.press('Enter');
  await card(page, 'Class 1 2').waitFor();
  await add(page, 'Class 1 2', rings.slice(0, 3));
  await has(page, 'Class 1 2', 3);
  await button(page, 'Remove “Class 1 2”').click();
  await card(page, 'Class 1 2').waitFor({ state: 'detached' });
  await notice(page, /“Class 1 2” is removed/);
  await button(page, 'Undo').last().click();
  await has(page, 'Class 1 2', 3);
});

test('a folder with a sub-folder for each class; what is no photo is listed', async (t) => {
  drawings('rings', 4, 'things/ring');
  drawings('stripes', 4, 'things/stripe');
  drawings('checks', 3, 'things/check');
  writeFileSync(within('things/check/broken.png'), readFileSync(rings[0]).subarray(0, 300));
  const page = await visit(t, url);
  await card(page, 'Class 2').waitFor();
  await drop(page, within('things'));
  await has(page, 'ring', 4);
  await has(page, 'stripe', 4);
  await has(page, 'check', 3);
  assert.equal(await card(page, 'Class 1').count(), 0, 'empty classes that nobody named are used');
  await notice(page, /“broken.png” can’t be opened/);
  await page.getByText('1 file could not be read').click();
  await page.locator('teach-adding').getByText('“broken.png” can’t be opened').waitFor();
  await button(page, 'Dismiss').click();
  await page.getByText('1 file could not be read').waitFor({ state: 'hidden' });
});

test('a class or a project that is given another’s name says how it is called', async (t) => {
  const page = await visit(t, url);
  await add(page, 'Class 1', rings.slice(0, 1));
  const name = page.locator('teach-class input.name').nth(1);
  for (let i = 0; i < 2; i++) {
    await name.fill('Class 1');
    await name.press('Enter');
    await page.waitForFunction(() => {
      const inputs = [...document.querySelectorAll('teach-class input.name')];
      return inputs.map((input) => /** @type {HTMLInputElement} */ (input).value).join() === 'Class 1,Class 1 2';
    });
  }
});

test('a model with other embeddings takes the place of the one that was taught on', {
  skip: withoutShared,
}, async (t) => {
  const page = await visit(t, url);
  await add(page, 'Class 1', rings.slice(0, 2));
  await add(page, 'Class 2', stripes.slice(0, 2));
  await page.getByText('Show it something').waitFor();
  await page.locator('teach-preview').getByText('Photo', { exact: true }).click();
  await page.locator('teach-preview').getByLabel('Choose a photo').setInputFiles(rings[5]);
  await sees(page, 'Class 1');
  for (const file of ['mobilenet_v1_0.25_128_quant', 'mobilenet_v1_1.0_224_quant_embedding_extractor']) {
    await modelSheet.open(page);
    await page
      .getByRole('dialog')
      .locator('#model-file')
      .setInputFiles(join(shared, 'models', `${file}.tflite`));
    const yes = page.getByRole('dialog').last().getByRole('button', { name: /^Use/ });
    if (file.includes('extractor')) await yes.click();
    await page.getByRole('button', { name: /^Model.*mobilenet_v1/ }).waitFor();
    await page.keyboard.press('Escape');
    await sees(page, 'Class 1');
    const { bytes } = await saved(page, 'Download model (.tflite)');
    assert.equal(bytes.toString('latin1', 4, 8), 'TFL3');
  }
});

test('a photo is dropped on the card of its class', async (t) => {
  const page = await visit(t, url);
  await card(page, 'Class 2').scrollIntoViewIfNeeded();
  const box = await card(page, 'Class 2').boundingBox();
  const browser = await page.context().newCDPSession(page);
  const at = { x: (box?.x ?? 0) + 200, y: (box?.y ?? 0) + 20 };
  const data = { items: [], files: rings.slice(0, 2), dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop']))
    await browser.send('Input.dispatchDragEvent', { type, ...at, data });
  await has(page, 'Class 2', 2);
  await has(page, 'Class 1', 0);
});

test('the report: how good in words, the photos behind a number, and a photo with a wrong label', async (t) => {
  const page = await visit(t, url);
  await taught(page);
  await page.getByRole('row', { name: /^Class 1 8 8 of 8 8 of 8/ }).waitFor();
  await button(page, '8 photos of Class 2 recognised').click();
  const dialog = page.getByRole('dialog', { name: '8 photos of Class 2 recognised' });
  assert.equal(await dialog.getByRole('option').count(), 8);
  await page.keyboard.press('Escape');

  await add(page, 'Class 2', [drawings('rings', 9, 'more')[8]]);
  await has(page, 'Class 2', 9);
  await page.getByText('Is this really Class 2?').waitFor();
  await button(page, 'Move to Class 1').click();
  await has(page, 'Class 1', 9);
  await has(page, 'Class 2', 8);
  await page.getByText('Is this really Class 2?').waitFor({ state: 'hidden' });

  await button(page, 'Find out').click();
  await page.getByText(/^More photos (would help|will hardly help)\.$/).waitFor();
  assert.match(
    (await page.getByRole('img', { name: /^Right answers:/ }).getAttribute('aria-label')) ?? '',
    /100% with/,
  );
});

test('what is taken away: a page that uses the model, and the embeddings', async (t) => {
  const page = await visit(t, url);
  await taught(page);
  await page.getByText('For programs').click();
  const html = await saved(page, 'Download page (.html)');
  assert.equal(html.name, 'my-project.html');
  assert.match(html.bytes.toString(), /mobilenet\/mobilenet\.js/);
  assert.match(html.bytes.toString(), /my-project\.tflite/);
  const csv = await saved(page, 'Embeddings (.csv)');
  const lines = csv.bytes.toString().trimEnd().split('\r\n');
  assert.equal(lines.length, 1 + 16 * 2, 'two views of each photo');
  assert.equal(lines[1].split(',').length, 3 + 1024);
  const json = JSON.parse((await saved(page, 'Embeddings (.json)')).bytes.toString());
  assert.equal(json.embeddings.length, 32);
  assert.deepEqual(Object.keys(json.embeddings[0]), ['class', 'file', 'view', 'embedding']);
});

test('projects: another one, back to the first, a file that opens again, and away', async (t) => {
  const page = await visit(t, url);
  await add(page, 'Class 1', rings.slice(0, 3));
  await has(page, 'Class 1', 3);
  await page.getByRole('textbox', { name: 'Name of the project' }).fill('Rings');
  await page.keyboard.press('Enter');
  await button(page, 'Projects').click();
  const dialog = page.getByRole('dialog', { name: 'Projects' });
  await dialog.getByText('Rings', { exact: true }).waitFor();
  const zip = await saved(page, 'Save to a file');
  assert.equal(zip.name, 'rings.zip');
  await button(page, 'New project').click();
  await has(page, 'Class 1', 0);
  await button(page, 'Projects').click();
  await button(page, 'Open “Rings”').click();
  await has(page, 'Class 1', 3);
  await button(page, 'Projects').click();
  await button(page, 'Delete: Rings').click();
  await dialog.getByText('Rings', { exact: true }).waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  const path = within('rings.zip');
  writeFileSync(path, zip.bytes);
  await drop(page, path);
  await has(page, 'Class 1', 3);
  assert.equal(await page.getByRole('textbox', { name: 'Name of the project' }).inputValue(), 'Rings');

  // A photo that is damaged in the file is listed, and the others come.
  const at = zip.bytes.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
  zip.bytes[at + 100] ^= 255;
  writeFileSync(path, zip.bytes);
  await drop(page, path);
  await page.getByText('1 file could not be read').waitFor();
  await has(page, 'Class 1', 2);
});

test('photos are pasted into the class that has the focus', async (t) => {
  const page = await visit(t, url);
  await card(page, 'Class 2').waitFor();
  await card(page, 'Class 2').getByText('Add photos').focus();
  await page.evaluate(
    (bytes) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([Uint8Array.from(bytes)], 'image.png', { type: 'image/png' }));
      const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(event);
    },
    [...readFileSync(rings[0])],
  );
  await has(page, 'Class 2', 1);
});

test('of many photos only those in sight are in the document', async (t) => {
  const page = await visit(t, url);
  await add(page, 'Class 1', drawings('checks', 120, 'many'));
  await has(page, 'Class 1', 120);
  const list = photos(page, 'Class 1');
  const there = await list.getByRole('option').count();
  assert.ok(there > 5 && there < 60, `${there} photos in the document`);
  await list.focus();
  await page.keyboard.press('End');
  await page.getByRole('option', { name: 'Photo 1', exact: true }).waitFor();
  assert.equal(await page.getByRole('option', { name: 'Photo 1', exact: true }).getAttribute('aria-posinset'), '120');
});

test('a project that was deleted is back as it was, and after a reload; the one instead of it is gone', async (t) => {
  const page = await visit(t, url);
  await card(page, 'Class 2').waitFor();
  await add(page, 'Class 1', rings.slice(0, 2));
  await has(page, 'Class 1', 2);
  await button(page, 'Projects').click();
  const dialog = page.getByRole('dialog', { name: 'Projects' });
  await dialog.getByRole('button', { name: 'Delete' }).click();
  const said = page.locator('page-notices .notice').filter({ hasText: '“My project” is deleted.' });
  const [text, cross] = [said.locator('p'), said.getByRole('button', { name: 'Close' })];
  const [{ y = 0, height = 0 }, at] = [(await text.boundingBox()) ?? {}, await cross.boundingBox()];
  assert.ok((at?.y ?? 0) < y + height, 'a short message is one line with what is beside it');
  await said.getByRole('button', { name: 'Undo' }).click();
  await has(page, 'Class 1', 2);
  await dialog.getByText('My project').nth(1).waitFor({ state: 'detached' });
  await dialog.getByText('My project').waitFor();
  await page.reload();
  await has(page, 'Class 1', 2);
});

test('what could not be read is said where it is seen on a phone, with what to do', async (t) => {
  const page = await visit(t, url, { context: { viewport: { width: 390, height: 700 } } });
  await card(page, 'Class 2').waitFor();
  const heic = file('a.heic', Buffer.concat([Buffer.from('\0\0\0\x18ftypheic'), Buffer.alloc(500)]));
  await add(page, 'Class 2', [heic]);
  await notice(page, /“a\.heic” is a HEIC photo that can’t be opened\. It is damaged .*as JPEG/);
  await add(page, 'Class 2', [file('a.txt', 'no photo'), file('b.txt', 'no photo')]);
  await notice(page, /2 files could not be read\. “a\.txt” isn’t an image\./);
});
