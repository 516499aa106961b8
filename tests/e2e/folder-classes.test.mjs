// What the folder panel does with the groups of ImageNet's classes, and how photos are compared with one: filter, order, groups,
// summary and what is exported. The answers are in the files' names.
import assert from 'node:assert/strict';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { plainSite, withFault } from '../support/site.mjs';
import { exported, finished, grid, options, parseCsv, shown } from './support/folder.mjs';
import { look } from './support/look.mjs';
import { classes, groups, imagenetFile, imagenetLabels, named, namedAnswers } from './support/named-answers.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('node:test').TestContext} TestContext */

/** @param {TestContext} t @param {string[]} labels */
async function start(t, labels) {
  const site = await plainSite({ pages: { '/mobilenet/mobilenet.js': namedAnswers(labels) } });
  cleanup(t, () => site.close());
  return site;
}

/**
 * A folder of files of these names, looked at by a model of ImageNet's classes.
 * @param {TestContext} t
 * @param {string[]} names
 * @param {{labels?: string[], locale?: string}} [options]
 */
async function open(t, names, { labels = imagenetLabels(1001), locale = 'en' } = {}) {
  const site = await start(t, labels);
  const page = await visit(t, `${site.url}#folder`, { context: { locale, viewport: { width: 1280, height: 2000 } } });
  const known =
    labels.length < 1000 ? undefined : page.waitForResponse((response) => imagenetFile.test(response.url()));
  await page.locator('#folder-files').setInputFiles(named(...names));
  await finished(page);
  await (await known)?.finished();
  await page.evaluate(() => new Promise(requestAnimationFrame)); // the page has read it
  return page;
}

/** Three dogs of different breeds, and what has their letters. */
const pack = ['beagle', 'tench', 'Saluki', 'hotdog', 'snail', 'Dungeness crab', 'daisy', 'beagle 2', 'peacock'];
const dogs = ['beagle', 'beagle', 'Saluki'];

/** The labels that are shown, in order. @param {Page} page */
const labels = async (page) => (await shown(page)).map(({ label }) => label);

/** Waits until so many are shown, of all. @param {Page} page @param {number} n @param {number} [of] */
const told = (page, n, of = pack.length) => page.getByText(`${n} of ${of} shown`).waitFor();

/** What a group is called. @param {string} key */
const nameOf = (key) => groups.find((group) => group.key === key) ?? { english: '', chinese: '' };

/** The names of the groups that are shown, and how many photos each has. @param {Page} page */
const boxes = (page) =>
  grid(page)
    .getByRole('group')
    .evaluateAll((all) => all.map((box) => `${box.ariaLabel}: ${box.childElementCount}`));

test('“dog” finds all dogs; a label in quotation marks is that label alone', async (t) => {
  const page = await open(t, pack);
  const field = page.getByRole('searchbox', { name: 'Label contains' });
  await field.and(page.getByPlaceholder('or group: birds, food')).waitFor();
  await field.fill('dog');
  await told(page, 4);
  assert.deepEqual((await labels(page)).sort(), [...dogs, 'hotdog'].sort());
  await field.fill(' Dogs ');
  await told(page, 3);
  await field.fill('狗');
  await told(page, 3);
  await field.fill('star'); // crabs, snails and starfish
  await told(page, 2);
  await field.fill('ant'); // plants are no ants
  await page.getByText('No photos match').waitFor();
  await field.fill('snail');
  await told(page, 2);
  await field.fill('“snail”');
  await told(page, 1);
  assert.deepEqual(await labels(page), ['snail']);
});

test('words above several groups find them all', async (t) => {
  const page = await open(t, [...pack, 'minivan', 'airliner', 'canoe', 'mountain bike', 'bullet train']);
  const field = page.getByRole('searchbox', { name: 'Label contains' });
  for (const [words, n] of /** @type {const} */ ([
    ['vehicles', 5],
    ['“Vehicles”', 5],
    ['交通工具', 5],
    ['animals', 7],
    ['mammal', 3],
  ])) {
    await field.fill(words);
    await told(page, n, 14);
  }
});

test('the summary counts labels or groups, and shows only one of them', async (t) => {
  const page = await open(t, pack);
  const summary = page.locator('folder-side');
  const rows = () => summary.getByRole('button').evaluateAll((all) => all.map((row) => row.textContent));
  await summary.getByRole('button', { name: 'Show only beagle' }).waitFor();
  assert.equal((await rows())[0], 'Show only beagle 2');
  await summary.getByText('Groups', { exact: true }).click();
  const invertebrates = nameOf('invertebrates').english;
  assert.deepEqual((await rows()).slice(0, 2), ['Show only dogs 3', `Show only ${invertebrates} 2`]);
  assert.ok(await summary.getByRole('radio', { name: 'Groups' }).evaluate((it) => it === document.activeElement));
  await summary.getByRole('button', { name: 'Show only fish' }).click();
  await told(page, 1);
  assert.deepEqual(await labels(page), ['tench'], 'starfish are not among fish');
  await look(page, 'folder-groups');
});

test('groups by group: the largest first, or by name, or the most similar first', async (t) => {
  const page = await open(t, [...pack, '0']);
  await page.getByLabel('Group by').selectOption('group');
  const english = (/** @type {string} */ key) => nameOf(key).english;
  await page.getByText('No group').waitFor();
  assert.deepEqual((await boxes(page)).slice(0, 2), [`dogs, 3: 3`, `${english('invertebrates')}, 2: 2`]);
  await page.getByLabel('Sort by').selectOption('label');
  const names = (await boxes(page)).map((box) => box.replace(/, \d+: \d+$/, ''));
  assert.deepEqual(names, [...names].sort(new Intl.Collator('en').compare));
  assert.ok((await shown(page)).at(-1)?.label === 'background', 'what has no group comes last');
});

test('the photo that is selected says what it is, and its group', async (t) => {
  const page = await open(t, pack);
  await options(page).filter({ hasText: 'Saluki' }).click();
  const { gloss } = classes.find(({ label }) => label === 'Saluki') ?? {};
  const line = page.locator('folder-side .meaning');
  assert.equal(await line.innerText(), `dogs · ${gloss}`);
  assert.equal(await line.locator('[lang=en]').innerText(), gloss);
  await look(page, 'folder-meaning');
});

test('what is exported has the group', async (t) => {
  const page = await open(t, ['0', '518', 'beagle', 'crane']);
  const table = parseCsv((await exported(page, 'CSV')).text.slice(1));
  assert.deepEqual(
    table.map((line) => [line[1], line.at(-1)]),
    [
      ['label_1', 'group'],
      ['background', ''],
      ['crane', nameOf('tools').english],
      ['beagle', 'dogs'],
      ['crane', 'birds'],
    ],
  );
  const { files } = JSON.parse((await exported(page, 'JSON')).text);
  assert.deepEqual(
    files.map((/** @type {{group?: string}} */ { group }) => group),
    [undefined, nameOf('tools').english, 'dogs', 'birds'],
  );
});

test('labels that are not ImageNet’s have no group, nor has a model of other outputs', async (t) => {
  for (const labels of [
    imagenetLabels(1001).map((label, i) => (i === 163 ? label : `my ${label}`)),
    ['beagle', 'tench'],
  ]) {
    const page = await open(t, ['0', '1'], { labels });
    await page.getByLabel('Group by').waitFor();
    assert.equal(await page.getByLabel('Group by').locator('option').count(), 2);
    await options(page).first().click();
    assert.equal(await page.locator('folder-side .meaning').count(), 0);
    const [, ...lines] = parseCsv((await exported(page, 'CSV')).text.slice(1));
    assert.deepEqual(
      lines.map((line) => line.at(-1)),
      [''],
    );
    await page.getByRole('button', { name: 'Select none' }).first().click();
    await page.getByText('Most common').waitFor();
    assert.equal(await page.locator('folder-side').getByRole('radio').count(), 0);
  }
});

test('a failed download leaves labels alone; the next use tries again', async (t) => {
  const site = await start(t, imagenetLabels(1000));
  const mend = withFault(t, site, { path: imagenetFile, status: 503 });
  const page = await visit(t, `${site.url}#folder`, { expected: [/status of 503/] });
  const failed = page.waitForResponse((response) => imagenetFile.test(response.url()));
  await page.locator('#folder-files').setInputFiles(named(...pack));
  await finished(page);
  await (await failed).finished();
  const field = page.getByRole('searchbox', { name: 'Label contains' });
  await field.fill('dog');
  await told(page, 1);
  mend();
  await field.fill('dogs');
  await told(page, 3);
});

test('in Chinese groups are called so, and found in both languages', async (t) => {
  const page = await open(t, pack, { locale: 'zh-CN' });
  const field = page.getByRole('searchbox', { name: '标签包含' });
  for (const part of ['狗', 'dogs']) {
    await field.fill(part);
    await page.getByText('显示 3 / 9').waitFor();
  }
  await page.getByLabel('分组').selectOption('group');
  const names = await page
    .getByRole('listbox')
    .getByRole('group')
    .evaluateAll((all) => all.map((box) => box.ariaLabel));
  assert.deepEqual(names, [`${nameOf('dogs').chinese}，3`]);
  await look(page, 'folder-groups-chinese');
});

test('while photos are compared with one, “Sort by” says so; what was chosen before comes back', async (t) => {
  const page = await open(t, pack);
  const sort = page.getByLabel('Sort by');
  const reversed = page.getByLabel('Descending');
  const groupBy = page.getByLabel('Group by');
  const now = async () => [await sort.inputValue(), await reversed.isChecked(), await groupBy.inputValue()];
  await sort.selectOption('label');
  await reversed.check();
  await groupBy.selectOption('label');
  const former = await labels(page);
  const compare = async () => {
    await options(page).filter({ hasText: 'Saluki' }).click();
    await page.getByRole('button', { name: 'More like this' }).click();
    await page.getByText('Most similar to “Saluki.png” first').waitFor();
  };

  await compare();
  assert.deepEqual(await now(), ['similarity', false, 'none']);
  const similar = await shown(page);
  const figures = similar.map(({ figure }) => Number.parseFloat(figure));
  assert.deepEqual(
    figures,
    [...figures].sort((a, b) => b - a),
  );
  assert.equal(similar[0].label, 'Saluki');
  await reversed.check();
  await page.getByText('Least similar to “Saluki.png” first').waitFor();
  assert.equal((await labels(page)).at(-1), 'Saluki');
  // Nothing is hidden, so nothing is to be shown again.
  assert.equal(await page.getByRole('button', { name: 'Show all again' }).count(), 0);
  await page.getByRole('button', { name: 'Back to the former order' }).click();
  assert.deepEqual(await now(), ['label', true, 'label']);
  assert.deepEqual(await labels(page), former);
  assert.equal(await sort.locator('option[value=similarity]').count(), 0);

  // Another order ends it.
  await compare();
  await sort.selectOption('name');
  await page.getByText('Most similar').waitFor({ state: 'hidden' });
  assert.deepEqual(await now(), ['name', false, 'none']);
  const paths = (await shown(page)).map(({ path }) => path);
  assert.deepEqual(paths, [...paths].sort(new Intl.Collator('en', { numeric: true }).compare));
});

test('where photos are hidden because they cannot be compared, they can be shown again', async (t) => {
  const page = await open(t, pack);
  // More photos come while the others are compared.
  await options(page).filter({ hasText: 'Saluki' }).click();
  await page.getByRole('button', { name: 'More like this' }).click();
  await page.getByRole('button', { name: 'Back to the former order' }).waitFor();
  await page.locator('#folder-files').setInputFiles(named('junco'));
  await told(page, 9, 10);
  await page.getByRole('button', { name: 'Show all again' }).click();
  assert.equal((await shown(page)).length, 10);
});
