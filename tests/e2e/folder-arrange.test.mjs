// The pictures of a folder filtered, sorted, grouped, selected, and compared with one another, with the real model.
import assert from 'node:assert/strict';
import test from 'node:test';
import { address } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { active, bytesOf, exported, finished, grid, options, pattern, shown } from './support/folder.mjs';
import { ask, choose, open, small, tellTasks } from './support/folder-panel.mjs';

/** @param {number[]} a @param {number[]} b */
function cosine(a, b) {
  const dot = (/** @type {number[]} */ x, /** @type {number[]} */ y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test('filters, sorts and groups', async (t) => {
  const page = await open(t);
  await choose(page, small);
  await finished(page);
  await page.setViewportSize({ width: 1280, height: 4000 }); // so that all are in the document
  await page.waitForFunction(() => document.querySelectorAll('[role=option]').length === 24);
  const all = await shown(page);
  const sure = (/** @type {{figure: string}} */ { figure }) => Number.parseFloat(figure.replace('<', ''));

  const label = page.getByRole('searchbox', { name: 'Label contains' });
  await label.fill(' PEAcock');
  await page.getByText('2 of 24 shown').waitFor();
  assert.deepEqual(
    (await shown(page)).map((o) => o.label),
    ['peacock', 'peacock'],
  );
  await label.fill('no such thing');
  await page.getByText('No photos match').waitFor();
  await page.getByRole('button', { name: 'Show all', exact: true }).click();
  assert.equal((await shown(page)).length, 24);

  const confidence = page.getByRole('slider', { name: 'Confidence' });
  await confidence.fill('30');
  const least = await shown(page);
  assert.ok(least.length > 0 && least.every((o) => sure(o) >= 30), JSON.stringify(least));
  await page.getByLabel('Confidence at least or below').selectOption('below');
  const below = await shown(page);
  assert.ok(below.every((o) => sure(o) <= 30));
  assert.equal(least.length + below.length, 24);
  await confidence.fill('100');

  const sort = page.getByLabel('Sort by');
  await sort.selectOption('confidence');
  const byConfidence = (await shown(page)).map(sure);
  assert.deepEqual(
    byConfidence,
    [...byConfidence].sort((a, b) => b - a),
    'the surest first',
  );
  await sort.selectOption('label');
  const byLabel = (await shown(page)).map((o) => o.label);
  assert.deepEqual(byLabel, [...byLabel].sort(new Intl.Collator('en').compare));
  await page.getByLabel('Descending').check();
  assert.deepEqual(
    (await shown(page)).map((o) => o.label),
    [...byLabel].reverse(),
  );
  await sort.selectOption('name');
  const names = (await shown(page)).map((o) => o.path);
  assert.deepEqual(names, [...names].sort(new Intl.Collator('en', { numeric: true }).compare));

  await sort.selectOption('order');
  await page.getByLabel('Group by').selectOption('label');
  const groups = await grid(page)
    .getByRole('group')
    .evaluateAll((boxes) => boxes.map((box) => [box.ariaLabel, box.childElementCount]));
  const counts = new Map();
  for (const o of all) counts.set(o.label, (counts.get(o.label) ?? 0) + 1);
  assert.deepEqual(
    Object.fromEntries(groups),
    Object.fromEntries([...counts].map(([name, n]) => [`${name}, ${n}`, n])),
  );
  const sizes = groups.map(([, n]) => Number(n));
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => b - a),
    'the largest group first',
  );
});

test('selects by mouse and keyboard; the selection is what is exported', async (t) => {
  const page = await open(t);
  await choose(page, small);
  await finished(page);
  const box = grid(page);
  const selected = async () => (await shown(page)).filter((o) => o.selected).map((o) => o.position);
  const said = (/** @type {number} */ n) => page.getByText(`${n} selected`, { exact: true }).waitFor();

  await options(page).nth(1).click();
  await options(page)
    .nth(3)
    .click({ modifiers: ['ControlOrMeta'] });
  assert.deepEqual(await selected(), [2, 4]);
  await options(page)
    .nth(5)
    .click({ modifiers: ['Shift'] });
  assert.deepEqual(await selected(), [4, 5, 6]);
  await options(page).nth(0).locator('.check').click();
  assert.deepEqual(await selected(), [1, 4, 5, 6]);
  await said(4);
  const { files } = JSON.parse((await exported(page, 'JSON')).text);
  const order = (await shown(page)).map((o) => o.path);
  assert.deepEqual(
    files.map((/** @type {{file: string}} */ f) => f.file),
    [0, 3, 4, 5].map((i) => order[i]),
  );

  await page.getByRole('button', { name: 'Select none' }).click();
  assert.ok(await box.evaluate((element) => element === document.activeElement), 'the focus goes to the pictures');
  await page.keyboard.press('Home');
  assert.equal(await active(page), order[0]);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  assert.deepEqual(await selected(), [2, 3, 4]);
  await page.keyboard.press('Escape');
  assert.deepEqual(await selected(), []);
  const columns = await options(page).evaluateAll(
    (all) => new Set(all.map((o) => Math.round(o.getBoundingClientRect().x))).size,
  );
  await page.keyboard.press('ArrowDown');
  assert.equal(await active(page), order[3 + columns], 'down is one row down');
  await page.keyboard.press('ArrowUp');
  assert.equal(await active(page), order[3]);
  await page.keyboard.press('End');
  assert.equal((await shown(page)).at(-1)?.position, 24);
  await page.keyboard.press('ControlOrMeta+A');
  await said(24);
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await said(1);
  await page.getByRole('heading', { name: /\.png$/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: /Your photo/ }).waitFor();
  assert.match((await address(page)).hash, /#photo/);
  await page.goBack();
  await said(1);
});

test('more like this: the order of the embeddings’ cosines', async (t) => {
  const page = await open(t);
  await choose(page, small);
  await finished(page);
  await page.setViewportSize({ width: 1280, height: 4000 });
  await page.waitForFunction(() => document.querySelectorAll('[role=option]').length === 24);
  const before = (await shown(page)).map(({ path }) => path);
  await options(page).filter({ hasText: 'peacock.png' }).click();
  await page.getByRole('button', { name: 'More like this' }).click();
  await page.getByText('Most similar to “peacock.png” first').waitFor();
  await tellTasks(t, page, 'until all are compared');
  const found = await shown(page);
  assert.deepEqual([found[0].path, found[1].path].sort(), ['Weekend/birds/peacock again.png', 'Weekend/peacock.png']);
  const answers = await ask(
    page,
    found.map(({ path }) => bytesOf(small, path)),
  );
  const cosines = answers.map(({ embedding }) => cosine(embedding, answers[0].embedding));
  for (const [i, value] of cosines.entries()) {
    assert.ok(i === 0 || value <= cosines[i - 1] + 1e-6, `${found[i].path} is nearer than the one before`);
    assert.ok(Math.abs(Number.parseFloat(found[i].figure) - 100 * value) <= 0.51, `${found[i].figure} for ${value}`);
  }
  await page.getByRole('button', { name: 'Back to the former order' }).click();
  assert.deepEqual(
    (await shown(page)).map(({ path }) => path),
    before,
  );
  assert.equal(await page.getByLabel('Sort by').inputValue(), 'order');
});

test('answers of another look are told, and renewed on request', async (t) => {
  const page = await open(t);
  await page.getByLabel('Choose photos').setInputFiles([peacock, file('look.png', pattern(5))]);
  await finished(page);
  const again = page.getByRole('button', { name: 'Re-run all' });
  assert.equal(await again.count(), 0);
  await page.evaluate(() => {
    location.hash = '#folder?crop=whole';
  });
  await again.click();
  await again.waitFor({ state: 'hidden' });
  await finished(page);
  const { crop, files } = JSON.parse((await exported(page, 'JSON')).text);
  assert.equal(crop, 'whole');
  assert.equal(files.length, 2);
});
