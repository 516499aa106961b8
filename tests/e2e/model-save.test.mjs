// The model in use, downloaded with its labels inside, and given to the page again.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { synthetic } from '../support/models.mjs';
import { drop, modelSheet, predictions, ready } from '../support/page.mjs';
import { models, peacock } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());
const made = synthetic('int8_v2_keras');
const folder = mkdtempSync(join(tmpdir(), 'depthwise-saved-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Downloads the model in use; gives the file's path. @param {Page} page */
async function save(page) {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download .tflite' }).click();
  const download = await coming;
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Gives the page a file alone, and waits until its name is that of the model in use. @param {Page} page @param {string} path */
async function give(page, path) {
  await page.getByLabel('Choose a .tflite file').setInputFiles(path);
  await page.locator('model-panel').getByRole('status').filter({ hasText: /ready/i }).waitFor();
  assert.ok(await page.getByRole('radio', { name: 'Your own model' }).isChecked());
}

/** Label and probability of the answers. @param {Page} page */
const answers = async (page) => (await predictions(page)).map(({ label, probability }) => [label, probability]);

test('the default model, downloaded and dropped: the same labels and answers, and no label file', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  const before = await answers(page);
  assert.equal(before[0][0], 'peacock');
  await modelSheet.open(page);
  const path = await save(page);
  assert.ok(path.endsWith(`/${models[0].name}.tflite`), path);
  await give(page, path);
  await modelSheet.close(page);
  await drop(page, peacock);
  assert.deepEqual(await answers(page), before);
});

test('an own model with a label file: downloaded, the labels are inside', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await modelSheet.open(page);
  const labels = ['ant', 'bee', 'cat', 'dog', 'eel', 'fox', 'goat', 'hen', 'ibis', 'jay'];
  await page.getByLabel('Choose a .tflite file').setInputFiles([
    { name: 'animals.tflite', mimeType: '', buffer: readFileSync(made('int8_v2_keras')) },
    { name: 'animals.txt', mimeType: 'text/plain', buffer: Buffer.from(labels.join('\n')) },
  ]);
  await page.locator('model-sheet').getByText('animals.txt').waitFor();
  const path = await save(page);
  assert.ok(path.endsWith('/animals.tflite'), path);
  await page.getByRole('button', { name: 'Remove this model' }).click();
  await page.getByText('It is removed.').waitFor();
  await give(page, path);
  await modelSheet.close(page);
  await drop(page, peacock);
  const named = await answers(page);
  assert.deepEqual(
    named.filter(([label]) => !labels.includes(`${label}`)),
    [],
  );
});
