// The model panel: the page's networks and people's own, with the real page.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test, { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import { visit } from '../support/browser.mjs';
import { synthetic } from '../support/models.mjs';
import { address, alert, drop, modelSheet, predictions } from '../support/page.mjs';
import { dist, models, peacock, shared, withoutShared } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */

const made = synthetic('int8_keras', 'float32_keras', 'uint8_embedding', 'int8_keras_logits');

/** A site with a second model, so that there is something to choose. */
const second = {
  name: 'small_int8',
  file: 'small.tflite',
  alpha: 0.25,
  resolution: 96,
  classes: 10,
  type: 'int8',
  size: readFileSync(made('int8_keras')).length,
  sha256: await hash(readFileSync(made('int8_keras'))),
};
const site = await plainSite({
  pages: {
    '/models/models.json': JSON.stringify([...models, second]),
    '/models/small.tflite': readFileSync(made('int8_keras')),
    '/models/small.tflite.gz': gzipSync(readFileSync(made('int8_keras'))),
  },
});
after(() => site.close());

/** @param {Uint8Array} bytes */
async function hash(bytes) {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(bytes))).toString('hex');
}

/** @param {import('node:test').TestContext} t @param {Parameters<typeof visit>[2]} [options] */
async function open(t, options) {
  const page = await visit(t, `${site.url}#model`, options);
  await ready(page);
  return page;
}

/** The panel's own status says what is in use. @param {Page} page */
const ready = (page) => page.locator('model-panel').getByRole('status').filter({ hasText: /ready/i }).waitFor();

/** @param {Page} page @returns {Promise<Record<string, string>>} */
const sheet = (page) =>
  page
    .locator('model-sheet dl > div')
    .evaluateAll((rows) =>
      Object.fromEntries(rows.map((row) => [row.children[0].textContent ?? '', row.children[1].textContent ?? ''])),
    );

/** Gives the page's own input files. @param {Page} page @param {string[]} paths */
const choose = (page, ...paths) => page.getByLabel('Choose a .tflite file').setInputFiles(paths);

/** Waits until the sheet says this. @param {Page} page @param {string} term @param {string | RegExp} value */
const says = (page, term, value) =>
  page
    .locator('model-sheet dl > div')
    .filter({ hasText: term })
    .filter({ hasText: value })
    .waitFor()
    .catch(async () => {
      throw new Error(`${term} is not ${value}; the page says:\n${await page.locator('body').innerText()}`);
    });

/** Waits until the choice is remembered, a moment after it shows. @param {Page} page */
const remembered = (page) => page.waitForFunction(() => localStorage.getItem('depthwise model') === 'true');

test('lists the models of the page, and shows the default', async (t) => {
  const page = await open(t);
  const options = page.getByRole('radio');
  await page.getByText('small_int8').waitFor();
  assert.equal(await options.count(), models.length + 1);
  assert.ok(await options.first().isChecked());
  const facts = await sheet(page);
  assert.equal(facts.Name, models[0].name);
  assert.equal(facts['Width multiplier α'], '1');
  assert.equal(facts.Input, '224 × 224 pixels');
  assert.equal(facts.Classes, '1,001');
  assert.match(facts.Numbers, /uint8/);
  assert.equal(facts.File, '4.3 MB');
  assert.equal(facts.Weights, '4,210,112');
  assert.equal(facts['Multiply-adds'], '568,741,376');
  assert.equal(facts.Licence, 'Apache-2.0');
  await look(page, 'model');
});

test('another one by keyboard; it is in the address, comes back with the next visit, and goes', async (t) => {
  const page = await open(t);
  await page.getByText('small_int8').waitFor();
  await page.getByRole('radio').first().focus();
  await page.keyboard.press('ArrowDown');
  await says(page, 'Name', second.name);
  assert.equal((await address(page)).hash, `#photo?model=${second.name}`);
  const facts = await sheet(page);
  assert.equal(facts.Input, '96 × 96 pixels');
  assert.equal(facts.Classes, '10');
  assert.match(facts.Numbers, /int8/);
  assert.ok(await page.getByRole('radio', { name: /small_int8/ }).isChecked());

  await remembered(page);
  await page.goto('about:blank');
  await page.goto(`${site.url}#model`);
  await says(page, 'Name', second.name);
  await page.getByRole('radio', { name: new RegExp(models[0].name) }).check();
  await says(page, 'Name', models[0].name);
  assert.equal((await address(page)).hash, '#photo');
  await page.goBack();
  await says(page, 'Name', second.name);
});

test('a remembered model that the site has no more gives way to the default', async (t) => {
  const page = await open(t, { expected: [/Failed to load resource/] });
  await page.getByRole('radio', { name: /small_int8/ }).check();
  await says(page, 'Name', second.name);
  await remembered(page);
  const list = site.pages['/models/models.json'];
  site.pages['/models/models.json'] = JSON.stringify(models);
  t.after(() => {
    site.pages['/models/models.json'] = list;
  });
  await page.goto('about:blank');
  await page.goto(`${site.url}#model`);
  await ready(page);
  await says(page, 'Name', models[0].name);
  assert.equal((await address(page)).hash, '#photo');
});

test('one’s own with its labels: told what it is, used, kept, forgotten', async (t) => {
  const page = await open(t);
  const labels = file('ten.txt', 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n');
  await choose(page, made('int8_keras'), labels);
  await says(page, 'Name', 'int8_keras.tflite');
  const facts = await sheet(page);
  assert.equal(facts.Labels, 'ten.txt');
  assert.equal(facts.Input, '96 × 96 pixels');
  assert.equal(facts['Width multiplier α'], '0.25');
  assert.equal(facts.Licence, undefined);
  await look(page, 'model-own');

  await modelSheet.close(page);
  await drop(page, peacock);
  for (const { label } of await predictions(page)) assert.match(label, /^[a-j]$/);

  await remembered(page);
  await page.goto('about:blank');
  await page.goto(`${site.url}#model`);
  await says(page, 'Name', 'int8_keras.tflite');
  assert.equal((await sheet(page)).Labels, 'ten.txt');
  assert.ok(await page.getByRole('radio', { name: /Your own/ }).isChecked());

  // The page's own and back again.
  await page.getByRole('radio').first().check();
  await says(page, 'Name', models[0].name);
  await page.getByRole('radio', { name: /Your own/ }).check();
  await says(page, 'Name', 'int8_keras.tflite');

  await page.getByRole('button', { name: 'Remove this model' }).click();
  await says(page, 'Name', models[0].name);
  await page.getByText('It is removed').waitFor();
  assert.equal(await page.getByRole('radio', { name: /Your own/ }).count(), 0);
  await page.goto('about:blank');
  await page.goto(`${site.url}#model`);
  await ready(page);
  await says(page, 'Name', models[0].name);
});

test('labels may come later; those that do not fit are refused, and the network stays', async (t) => {
  const page = await open(t);
  await choose(page, made('int8_keras'));
  await says(page, 'Labels', 'numbered');
  const input = page.getByLabel('Choose labels');
  await input.setInputFiles(file('three.txt', 'a\nb\nc\n'));
  const refusal = await alert(page, /“three.txt” doesn’t fit/);
  assert.match(refusal, /The list has 3 labels; the model needs 10 \(or 11 with “background” first\)\./);
  assert.equal((await sheet(page)).Labels, 'none, the classes are numbered');
  await look(page, 'model-refused');
  await input.setInputFiles(file('ten again.txt', '1\n2\n3\n4\n5\n6\n7\n8\n9\n10'));
  await says(page, 'Labels', 'ten again.txt');
  assert.equal(await page.getByRole('alert').filter({ hasText: /\S/ }).count(), 0);
});

test('a model of ImageNet’s classes without names takes ImageNet’s', async (t) => {
  const page = await open(t);
  const offer = page.getByRole('button', { name: 'Use ImageNet’s labels' });
  await choose(page, made('int8_keras'));
  await says(page, 'Labels', 'numbered');
  assert.ok(await offer.isHidden(), 'ten classes are others');
  await choose(page, file('mine.tflite', readFileSync(join(dist, 'models', models[0].file))));
  await says(page, 'Labels', 'numbered');
  await offer.click();
  await says(page, 'Labels', 'ImageNet');
  assert.ok(await offer.isHidden());
  await modelSheet.close(page);
  await drop(page, peacock);
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('a float model: its pixel range can be set, and is kept', async (t) => {
  const page = await open(t);
  await choose(page, made('float32_keras'));
  await says(page, 'Numbers', 'float32');
  const range = () => page.getByRole('group', { name: 'Range' }).locator(':checked').inputValue();
  assert.equal(await range(), 'signed');
  await look(page, 'model-float');

  const best = async () => {
    await modelSheet.close(page);
    await drop(page, peacock);
    const answers = await predictions(page);
    await modelSheet.open(page);
    return answers[0].probability;
  };
  const signed = await best();
  await page.getByRole('radio', { name: /ImageNet’s mean/ }).check();
  assert.equal(await page.getByRole('textbox', { name: 'Mean' }).inputValue(), '123.675 116.28 103.53');
  await page.getByRole('button', { name: 'Use this range' }).click();
  await page.getByText('now uses this range').waitFor();
  assert.notEqual(await best(), signed);

  await page.getByRole('textbox', { name: 'Deviation' }).fill('12 0 3');
  assert.equal(await range(), 'other');
  await page.keyboard.press('Enter');
  await alert(page, /one number or three/);
  await look(page, 'model-range-refused');
  await page.getByRole('textbox', { name: 'Deviation' }).fill('58,395 57.12 57.375'); // with the comma of half the world
  await page.keyboard.press('Enter');
  await page.getByText('now uses this range').waitFor();

  await remembered(page);
  await page.goto('about:blank');
  await page.goto(`${site.url}#model`);
  await says(page, 'Numbers', 'float32');
  assert.equal(await range(), 'imagenet');
});

test('dropped on another panel it is taken too; a picture dropped here goes to the photo panel', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, made('int8_keras'));
  await says(page, 'Name', 'int8_keras.tflite');
  await drop(page, peacock);
  await predictions(page);
  assert.ok(await page.locator('photo-panel').isVisible());
});

/** @type {[string, string, string | Buffer, RegExp][]} */
const refusals = [
  ['a text', 'novel.tflite', 'It was a dark and stormy night', /“novel.tflite” (is damaged|can’t run here)/],
  [
    'half a model',
    'half.tflite',
    readFileSync(made('int8_keras')).subarray(0, 20_000),
    /“half.tflite” (is damaged|can’t run here)/,
  ],
  ['nothing', 'empty.tflite', '', /“empty.tflite” (is damaged|can’t run here)/],
];
for (const [what, name, bytes, words] of refusals) {
  test(`${what} is refused in words, and the network stays`, async (t) => {
    const page = await open(t);
    await choose(page, file(name, bytes));
    t.diagnostic(await alert(page, words));
    await alert(page, /still in use/);
    assert.equal((await sheet(page)).Name, models[0].name);
  });
}

test('labels without a network are refused', async (t) => {
  const page = await open(t);
  await choose(page, file('alone.txt', 'a\nb'));
  await alert(page, /Labels alone/);
});

test('text pasted on the sheet is told what fits there', async (t) => {
  const page = await open(t);
  await page.getByRole('dialog').drop({ data: { 'text/plain': 'a cat' } });
  assert.match(await alert(page, /No model found/), /\.tflite/);
  assert.equal(await page.getByText('Copy a photo').count(), 0);
});

test('an embedding extractor is shown as one; it cannot name a photo, which is said', async (t) => {
  const page = await open(t);
  await choose(page, made('uint8_embedding'));
  await page.getByRole('button', { name: 'Use it' }).click();
  await says(page, 'Classes', 'embeddings only');
  await modelSheet.close(page);
  await drop(page, peacock);
  await alert(page, /can’t label photos/);
});

test('storage that is refused: the choice lasts, and that is said', async (t) => {
  const page = await open(t, {
    before: () => {
      const refuse = () => {
        throw new DOMException('refused', 'SecurityError');
      };
      Object.defineProperty(globalThis, 'localStorage', { get: refuse });
      Object.defineProperty(globalThis, 'sessionStorage', { get: refuse });
      Object.defineProperty(globalThis, 'indexedDB', { get: refuse });
      Object.defineProperty(globalThis, 'caches', { get: refuse });
    },
  });
  await choose(page, made('int8_keras'));
  await page.getByText('keeps nothing here').waitFor();
  assert.equal((await sheet(page)).Name, 'int8_keras.tflite');
  await modelSheet.close(page);
  await page.getByRole('link', { name: 'About' }).click();
  await page.getByRole('heading', { name: 'On this device' }).waitFor();
  await page.getByRole('link', { name: 'Photo' }).click();
  await drop(page, peacock);
  await predictions(page);
});

const names = ['mobilenet_v1_0.25_128_quant', 'mobilenet_v1_0.5_160_quant', 'mobilenet_v1_0.75_192_quant'];
test('Google’s other models', { skip: withoutShared }, async (t) => {
  const page = await open(t);
  for (const name of names) {
    const path = join(shared, 'models', `${name}.tflite`);
    const [alpha, resolution] = name.match(/0\.\d+|\d{3}/g) ?? [];
    await choose(page, path, join(shared, 'models/imagenet_labels.txt'));
    await says(page, 'Name', basename(path));
    const facts = await sheet(page);
    assert.equal(facts['Width multiplier α'], alpha);
    assert.equal(facts.Input, `${resolution} × ${resolution} pixels`);
    await modelSheet.close(page);
    await drop(page, peacock);
    assert.equal((await predictions(page))[0].label, 'peacock', name);
    await modelSheet.open(page);
  }
});
