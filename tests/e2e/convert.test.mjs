// A checkpoint that is given to the page: recognised, settings changed, 8-bit integers made, used and downloaded; and what goes wrong.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { checkpoint } from '../support/checkpoints.mjs';
import { drop, modelSheet, predictions, ready } from '../support/page.mjs';
import { peacock, sample } from '../support/paths.mjs';
import { gate, plainSite, withFault } from '../support/site.mjs';
import { failedRequest } from './support/faults.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());
const net = checkpoint(0.25, 3);
const folder = mkdtempSync(join(tmpdir(), 'depthwise-convert-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const labels = join(folder, 'labels.txt');
writeFileSync(labels, 'one\ntwo\nthree\n');
const samples = ['flower', 'gophers', 'lighthouse', 'mushroom', 'peacock', 'temple'].map(sample);
const workshop = /\/workshop-[^/]*\.wasm/;

/** The conversion's dialog. @param {Page} page */
const dialogOf = (page) => page.getByRole('dialog', { name: /^Convert/ });

/** Has the page convert files, chosen where a model is. @param {Page} page @param {string[]} files */
async function give(page, ...files) {
  if (!(await page.locator('model-dialog dialog[open]').count())) await modelSheet.open(page);
  await page.getByLabel('Choose a .tflite file').setInputFiles(files);
  return dialogOf(page);
}

/** A page with a conversion that was read. @param {import('node:test').TestContext} t @param {object} [options] */
async function converted(t, options = {}) {
  const page = await visit(t, site.url, options);
  await ready(page);
  const dialog = await give(page, net, labels);
  await dialog.getByText('The file is read.').waitFor();
  return { page, dialog };
}

/** What stands beside a term. @param {import('playwright-core').Locator} dialog @param {string} term */
const fact = (dialog, term) =>
  dialog
    .locator('dl > div')
    .filter({ has: dialog.page().getByText(term, { exact: true }) })
    .locator('dd')
    .innerText();

test('a checkpoint is recognised, what was assumed can be changed, and it answers about the photo at hand', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await predictions(page);
  assert.ok(!site.requests.some((path) => workshop.test(path)), 'nothing is fetched before');
  const dialog = await give(page, net, labels);
  await dialog.getByText('The file is read.').waitFor();
  assert.equal(await fact(dialog, 'Format'), 'safetensors');
  assert.equal(await fact(dialog, 'Names of'), 'marvis/pytorch-mobilenet');
  assert.equal(await fact(dialog, 'Network'), 'MobileNetV1');
  assert.equal(await fact(dialog, 'Classes'), '3');
  assert.equal(await fact(dialog, 'Labels'), 'labels.txt');
  const list = dialog.getByRole('list', { name: /^What it sees in “peacock/ });
  await list.getByRole('listitem').nth(2).waitFor();
  const before = await list.innerText();
  assert.match(before, /one|two|three/);

  const activation = dialog.getByLabel('Activation');
  assert.equal(await activation.inputValue(), 'relu');
  assert.equal(await activation.evaluate((field) => field.nextElementSibling?.textContent), 'assumed');
  await activation.selectOption('leaky:0.1');
  await dialog.getByText('This network has LeakyReLU').waitFor();
  assert.equal(
    await dialog.getByLabel('Activation').evaluate((field) => field.nextElementSibling?.textContent),
    'your choice',
  );
  await list.getByRole('listitem').nth(2).waitFor();
  assert.notEqual(await list.innerText(), before, 'another activation gives other answers');
  await dialog.getByLabel('Activation').selectOption('relu6');
  await dialog.getByLabel('Pixels', { exact: true }).selectOption('unit');
  await dialog.getByLabel('Input, pixels per side').fill('96');
  await dialog.getByLabel('Input, pixels per side').press('Enter');
  await dialog.getByLabel('Padding at stride 2').selectOption('same');
  await dialog.getByText('The file is read.').waitFor();
  const choices = dialog.locator('small[data-from="option"]');
  await page.waitForFunction((n) => document.querySelectorAll('small[data-from="option"]').length === n, 4);
  assert.equal(await choices.count(), 4);

  await dialog.getByRole('button', { name: 'Use it', exact: true }).click();
  await page.locator('model-panel').getByRole('status').filter({ hasText: /ready/i }).waitFor();
  await page.getByRole('radio', { name: 'Your own model' }).waitFor();
  await page.getByText('96 × 96 pixels').waitFor();
  await modelSheet.close(page);
  await drop(page, peacock);
  assert.match((await predictions(page))[0].label, /one|two|three/);
});

test('photos make 8-bit integers of it, with what is lost, and the file is downloaded and used', async (t) => {
  const { page, dialog } = await converted(t);
  await dialog.getByLabel('Choose photos').setInputFiles([...samples, labels, join(folder, 'labels.txt')]);
  await dialog.getByText(/^The best answer is the same as before on \d of \d photos/).waitFor();
  await dialog.getByText(/0\.9 ?MB became 0\.\d ?MB/).waitFor();
  await dialog.getByText('With few photos').waitFor();
  await dialog.getByText('Noise in each layer').click();
  await dialog.getByRole('row', { name: /^pw13/ }).waitFor();
  const coming = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download .tflite' }).click();
  const download = await coming;
  assert.equal(download.suggestedFilename(), 'net.tflite');
  const file = readFileSync(await download.path());
  assert.equal(file.subarray(4, 8).toString(), 'TFL3');
  assert.match(file.toString('latin1'), /labels\.txtone\ntwo\nthree\n/);
  await dialog.getByRole('button', { name: 'Use it', exact: true }).click();
  await page.getByText('8-bit integers (int8)').waitFor();
  await modelSheet.close(page);
  await drop(page, peacock);
  assert.match((await predictions(page))[0].label, /one|two|three/);
});

test('the photos of Folder calibrate it, uint8 is made on request, and floating point can be used all the same', async (t) => {
  const page = await visit(t, `${site.url}#folder`);
  await ready(page);
  await page.getByLabel('Choose photos').setInputFiles(samples);
  const dialog = await give(page, net, labels);
  await dialog.getByText('The file is read.').waitFor();
  await dialog.getByText('uint8 (older programs)').click();
  await dialog.getByRole('button', { name: `Use the ${samples.length} photos in Folder` }).click();
  await dialog.getByText(new RegExp(`of ${samples.length} photos`)).waitFor();
  await dialog.getByRole('button', { name: 'Use it in floating point' }).click();
  await page.getByText('32-bit floating point (float32)').waitFor();
  // An own model of floating point can be quantised later.
  await page.getByRole('button', { name: 'Make 8-bit integers…' }).click();
  await dialog.getByText('The file is read.').waitFor();
  assert.equal(await fact(dialog, 'Format'), 'TensorFlow Lite');
  assert.equal(await dialog.getByLabel('Activation').count(), 0);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('what goes wrong is said: no checkpoint, other labels, no photos, no program', async (t) => {
  const page = await visit(t, site.url, { expected: [failedRequest] });
  await ready(page);
  const wrong = join(folder, 'notes.pth');
  writeFileSync(wrong, 'no checkpoint');
  let dialog = await give(page, wrong);
  const alert = dialog.getByRole('alert').filter({ hasText: 'notes' });
  await alert.waitFor();
  assert.match(await alert.innerText(), /“notes.pth” can’t be converted/);
  assert.match(await alert.innerText(), /The file is no checkpoint: it begins as none of/);
  await page.keyboard.press('Escape');

  const two = join(folder, 'two.txt');
  writeFileSync(two, 'one\ntwo\n');
  dialog = await give(page, net, two);
  await dialog.getByText('The list has 2 labels; the model needs 3').waitFor();
  await page.keyboard.press('Escape');

  dialog = await give(page, net, labels);
  await dialog.getByText('The file is read.').waitFor();
  await dialog.getByLabel('Choose photos').setInputFiles([labels]);
  await dialog.getByText('No photo could be read. Choose JPEG').waitFor();
  writeFileSync(join(folder, 'broken.png'), 'no image');
  await dialog.getByLabel('Choose photos').setInputFiles([join(folder, 'broken.png')]);
  await dialog.getByText('No photo could be read. Choose JPEG').waitFor();
  await dialog.getByLabel('Choose photos').setInputFiles([join(folder, 'broken.png'), peacock]);
  await dialog.getByText('1 file could not be read as a photo.').waitFor();

  const offline = await visit(t, site.url, { expected: [failedRequest] });
  await ready(offline);
  withFault(t, site, { path: workshop, status: 500 });
  dialog = await give(offline, net);
  await dialog
    .getByRole('alert')
    .filter({ hasText: /download|connection/i })
    .waitFor();
});

test('reading and measuring are cancelled by keyboard, and the focus stays in the dialog', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  const closed = gate(0.4);
  withFault(t, site, { path: workshop, gate: closed });
  const dialog = await give(page, net, labels);
  await dialog.getByText('Reading the file…').waitFor();
  const cancel = dialog.getByRole('button', { name: 'Cancel' }).first();
  await cancel.focus();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  closed.release();
  await give(page, net, labels);
  await dialog.getByText('The file is read.').waitFor();
  await dialog.getByLabel('Choose photos').setInputFiles(Array.from({ length: 12 }, () => peacock));
  const stop = dialog.locator('.running').getByRole('button', { name: 'Cancel' });
  await stop.waitFor();
  await page.keyboard.press('Enter');
  await dialog.getByText('Cancelled.').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'convert-photos');
});

test('the dialog in Chinese, wide and on a phone, light and dark, says what it does to a screen reader', async (t) => {
  const { page, dialog } = await converted(t);
  await dialog.getByLabel('Choose photos').setInputFiles(samples);
  await dialog.getByText(/^The best answer is/).waitFor();
  await look(page, 'convert');
  const chinese = await visit(t, `${site.url}#photo?lang=zh`);
  await chinese.getByRole('button', { name: /^模型/ }).first().click();
  await chinese.locator('#model-file').setInputFiles([net]);
  await chinese.getByText('文件已读取。').waitFor();
  await chinese.getByText('推定的设置').waitFor();
});
