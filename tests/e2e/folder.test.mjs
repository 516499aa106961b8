// A folder of pictures as a person goes through it, with the real model.
import assert from 'node:assert/strict';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { address, alert, drop } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { gate, withFault } from '../support/site.mjs';
import {
  active,
  bytesOf,
  exported,
  finished,
  formula,
  giveTiny,
  grid,
  makeFolder,
  markup,
  options,
  parseCsv,
  pattern,
  shown,
} from './support/folder.mjs';
import { ask, choose, open, site, small, tellTasks } from './support/folder-panel.mjs';
import { look } from './support/look.mjs';

const folder = makeFolder('Holiday');

test('200 files: each is named, the broken ones are listed, the exports say what the library says', async (t) => {
  const page = await open(t);
  await choose(page, folder);
  await finished(page);
  await tellTasks(t, page, '200 files');
  await page.getByText('194 photos').first().waitFor();
  assert.equal((await shown(page))[0].of, 194);

  await page.getByText('6 files could not be read').last().click();
  for (const [name, reason] of Object.entries(folder.failing)) {
    const item = page.getByRole('listitem').filter({ hasText: name });
    assert.match(await item.innerText(), new RegExp(reason), name);
  }

  const { name, text } = await exported(page, 'JSON');
  assert.equal(name, 'depthwise-Holiday.json');
  const { model, crop, views, files } = JSON.parse(text);
  assert.deepEqual([model, crop, views], ['mobilenet_v1_1.0_224_quant', 'center', 1]);
  assert.equal(files.length, 200);
  /** @type {Map<string, {predictions?: Prediction[], error?: {code: string}}>} */
  const byPath = new Map(files.map((/** @type {{file: string}} */ f) => [f.file, f]));
  for (const path of folder.paths) assert.equal(byPath.get(path)?.predictions?.length, 5, path);
  assert.equal(byPath.get('Holiday/broken/huge.png')?.error?.code, 'image-too-large');

  const some = folder.paths.filter((_, i) => i % 16 === 0);
  const answers = await ask(
    page,
    some.map((path) => bytesOf(folder, path)),
  );
  for (const [i, path] of some.entries()) assert.deepEqual(byPath.get(path)?.predictions, answers[i].predictions, path);
  assert.equal(byPath.get('Holiday/peacock.png')?.predictions?.[0].label, 'peacock');

  const table = await exported(page, 'CSV');
  assert.equal(table.name, 'depthwise-Holiday.csv');
  assert.equal(table.text[0], '\ufeff', 'a mark tells spreadsheets that it is UTF-8');
  const [head, ...lines] = parseCsv(table.text.slice(1));
  assert.deepEqual(head.slice(0, 3), ['file', 'label_1', 'probability_1']);
  assert.deepEqual(head.slice(11), ['error', 'group']);
  assert.equal(lines.length, 200);
  for (const [path, ...fields] of lines) {
    const { predictions, error } = byPath.get(path) ?? {};
    assert.equal(fields.length, 12, path);
    const expected = (predictions ?? []).flatMap(({ label, probability }) => [label, String(probability)]);
    assert.deepEqual(fields.slice(0, 10), predictions ? expected : Array(10).fill(''), path);
    assert.ok(error ? fields[10].startsWith(error.code) : fields[10] === '', path);
  }
});

test('names are text: no markup on the page, no formula in the table', async (t) => {
  const page = await open(t);
  const paths = [markup, formula, '@sum.png', '+1.png', '-1.png'].map((name, i) => file(name, pattern(i)));
  await page.getByLabel('Choose photos').setInputFiles(paths);
  await finished(page);
  await options(page).and(page.getByTitle(markup)).click();
  await page.locator('folder-side').getByText(markup).waitFor();
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  assert.notEqual(await page.title(), '1');
  await page.getByRole('button', { name: 'Select none' }).first().click();
  const lines = parseCsv((await exported(page, 'CSV')).text.slice(1)).slice(1);
  assert.deepEqual(
    lines.map(([path]) => path).sort(),
    [`'${formula}`, "'+1.png", "'-1.png", "'@sum.png", markup].sort(),
  );
});

test('a folder dropped on the photo tab is opened, with the folders in it', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, small.top);
  await finished(page);
  assert.match((await address(page)).hash, /#folder/);
  const paths = (await shown(page)).map(({ path }) => path);
  assert.equal((await shown(page))[0].of, 24);
  assert.ok(paths.includes('Weekend/peacock.png'), paths.join());
  await page.getByText('6 files could not be read').first().waitFor();
  const { files } = JSON.parse((await exported(page, 'JSON')).text);
  assert.deepEqual(
    files.map((/** @type {{file: string}} */ f) => f.file).sort(),
    [...small.paths, ...Object.keys(small.failing).map((name) => `Weekend/${name}`)].sort(),
  );
});

test('several files dropped on the photo tab; more are added; all are taken away', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock, file('one.png', pattern(1)), file('two.png', pattern(2)));
  await finished(page);
  assert.equal(await options(page).count(), 3);
  await drop(page, file('three.png', pattern(3)));
  await options(page).nth(3).waitFor();
  await finished(page);
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByRole('heading', { name: /your folder/ }).waitFor();
  assert.equal(await page.locator('[role=option]').count(), 0, 'nothing is held any more');
  assert.equal(await grid(page).count(), 0);
  await page.locator('main').drop({ data: { 'text/plain': 'a cat' } });
  await alert(page, /No image found/);
});

test('nothing but other files: the reasons at once, and nothing to look through', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, file('letter.txt', 'Dear reader'), file('nothing.jpg', ''), file('scan.tif', 'II*\0'));
  await page.getByText('0 photos', { exact: true }).waitFor();
  for (const reason of ['letter.txt isn’t an image', 'nothing.jpg is empty', /scan\.tif is damaged, or .*: TIFF/]) {
    await page.getByText(reason).waitFor();
  }
  await page.getByRole('status').filter({ hasText: '3 files could not be read' }).waitFor({ state: 'attached' });
  assert.ok(await page.getByText('Most common').isHidden());
  await look(page, 'folder-failed');
  await drop(page, peacock, file('one.png', pattern(1)));
  await page.getByText('Most common').waitFor();
});

test('the focus has a place when the button that had it goes', async (t) => {
  const page = await open(t);
  const focused = (/** @type {string} */ selector) =>
    page.waitForFunction((s) => document.activeElement?.matches(s), selector);
  await page.locator('network-status[data-phase="ready"]').waitFor();
  await giveTiny(page, 3000);
  await options(page).filter({ hasText: '%' }).first().waitFor();
  await page.getByRole('button', { name: 'Cancel' }).focus();
  await page.keyboard.press('Enter');
  await focused('folder-progress strong');
  await page.getByRole('searchbox').fill('nothing of that name');
  await page.getByRole('button', { name: 'Show all' }).press('Enter');
  await focused('[role=listbox]');
  await page.getByRole('button', { name: 'Start over' }).press('Enter');
  await focused('#folder-directory');
});

test('waits for the network, pauses, goes on, cancels', async (t) => {
  const half = gate(0.5);
  withFault(t, site, { path: /\.tflite/, gate: half });
  const page = await open(t);
  await choose(page, folder);
  const status = page.locator('folder-progress').getByRole('status');
  await page.getByRole('button', { name: 'Pause' }).click();
  await status.filter({ hasText: 'Paused' }).waitFor();
  half.release();
  // Those that were under way when it was paused are finished, and no more.
  await page.waitForFunction(() => document.querySelectorAll('[role=option]:not([data-waiting])').length > 0);
  const named = await page.evaluate(async () => {
    for (let frame = 0; frame < 30; frame++) await new Promise(requestAnimationFrame);
    return document.querySelectorAll('[role=option]:not([data-waiting])').length;
  });
  assert.ok(named <= 4, `${named} pictures were looked at while it was paused`);
  assert.match(await page.locator('folder-progress .line').innerText(), /of 200/);

  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText(/a second/).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await finished(page);
  const { files } = JSON.parse((await exported(page, 'JSON')).text);
  const done = files.filter((/** @type {any} */ f) => f.predictions);
  assert.ok(done.length >= 1 && done.length < 194, `${done.length} of 194 are kept`);
  const { of } = (await shown(page))[0];
  assert.equal(of, done.length, 'what was not looked at is gone');
});

test('a network that does not come is said, and tried again', async (t) => {
  const mend = withFault(t, site, { path: /\.tflite/, status: 500 });
  const page = await open(t, { expected: [/Failed to load resource/] });
  await choose(page, small);
  await alert(page, /download/i);
  mend();
  await page.getByRole('button', { name: 'Try again' }).click();
  await finished(page);
  assert.equal((await shown(page))[0].of, 24);
});

test('a worker that breaks costs no picture', async (t) => {
  const page = await open(t, { expected: [/crash made by the test/] });
  await page.locator('network-status[data-phase="ready"]').waitFor();
  const [worker] = page.workers();
  await worker.evaluate(() => {
    let left = 10;
    addEventListener('message', () => {
      if (--left === 0) throw new Error('crash made by the test');
    });
  });
  await choose(page, small);
  await finished(page);
  assert.equal((await shown(page))[0].of, 24);
});

test('5000 pictures: few elements, all of them within reach', async (t) => {
  const page = await open(t);
  await page.locator('network-status[data-phase="ready"]').waitFor();
  await tellTasks(t, page, 'before');
  await giveTiny(page, 5000);
  await page
    .getByText(/of 5,000 photos/)
    .first()
    .waitFor();
  await grid(page).focus();
  const elements = () => page.evaluate(() => document.querySelectorAll('*').length);
  const most = { elements: await elements(), options: 0 };
  for (const key of ['End', 'PageUp', 'Home', 'PageDown', 'PageDown', 'End']) {
    await page.keyboard.press(key);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    most.elements = Math.max(most.elements, await elements());
    most.options = Math.max(most.options, await options(page).count());
  }
  assert.equal(await active(page), 'tiny 4999.png');
  await grid(page).evaluate(async (box) => {
    for (let y = 0; y < box.scrollHeight; y += box.scrollHeight / 40) {
      box.scrollTop = y;
      await new Promise(requestAnimationFrame);
    }
  });
  most.elements = Math.max(most.elements, await elements());
  t.diagnostic(`at most ${most.elements} elements, ${most.options} options`);
  assert.ok(most.options < 120 && most.elements < 1200, JSON.stringify(most));
  await tellTasks(t, page, 'while 5000 come in and are scrolled');
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('how it looks: every state', async (t) => {
  const page = await open(t);
  await page.locator('network-status[data-phase="ready"]').waitFor();
  await look(page, 'folder-empty');
  await giveTiny(page, 3000);
  await page.getByRole('button', { name: 'Pause' }).click();
  await options(page).first().waitFor();
  await look(page, 'folder-paused');
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByLabel('Choose a folder').setInputFiles(small.top);
  await finished(page);
  await look(page, 'folder-done');
  await options(page).first().click();
  await look(page, 'folder-one');
  await page.getByRole('button', { name: 'More like this' }).click();
  await page.getByText('Most similar').waitFor();
  await look(page, 'folder-alike');
  await page.getByRole('button', { name: 'Back to the former order' }).click();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByLabel('Group by').selectOption('group');
  await page.getByText('files could not be read').last().click();
  await page.getByRole('button', { name: 'Select all' }).click();
  await look(page, 'folder-grouped');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('searchbox').fill('nothing of that name');
  await look(page, 'folder-nothing');
});

test('files that fail out of order are listed in the order of the folder, each once', async (t) => {
  const page = await open(t);
  const paths = await page.evaluate(async () => {
    await customElements.whenDefined('folder-failures');
    const failures = /** @type {any} */ (document.body.appendChild(document.createElement('folder-failures')));
    const [a, b, c] = ['a', 'b', 'c'].map((path) => ({ path, failure: { code: 'empty-file' } }));
    failures.open();
    for (const entries of [[a], [a, c], [a, b, c]]) failures.show(entries);
    return [...failures.querySelectorAll('.path')].map((path) => path.textContent);
  });
  assert.deepEqual(paths, ['a', 'b', 'c']);
});
