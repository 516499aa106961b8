// What Folder says of the photos that it shows: of those, and not of all.
import assert from 'node:assert/strict';
import test from 'node:test';
import { exported, finished, options, parseCsv } from './support/folder.mjs';
import { choose, open, small } from './support/folder-panel.mjs';

test('what is common, what is exported and the legend follow the filter, which a button takes away', async (t) => {
  const page = await open(t);
  await choose(page, small);
  await finished(page);
  const common = page.locator('folder-common').getByRole('button');
  await common.first().waitFor();
  assert.ok((await common.count()) > 1);
  const legend = page.getByText('The model is not sure.');
  assert.ok(await legend.isVisible());
  assert.ok(await page.getByText('Export all as').isVisible());

  await page.getByRole('searchbox', { name: 'Label contains' }).fill('peacock');
  await page.getByText('2 of 24 shown').waitFor();
  assert.deepEqual(await common.allTextContents(), ['Show only peacock 2']);
  assert.ok(await legend.isHidden(), 'both are sure');
  await page.getByText('Export 2 shown as').waitFor();
  const [, ...lines] = parseCsv((await exported(page, 'CSV')).text.slice(1));
  assert.deepEqual(
    lines.map(([, label]) => label),
    ['peacock', 'peacock'],
  );
  await options(page).first().click();
  await page.getByText('Export 1 selected as').waitFor();
  await page.getByRole('button', { name: 'Select none' }).click();

  await page.getByRole('searchbox', { name: 'Label contains' }).fill('no such thing');
  await page.getByText('No photos match').waitFor();
  assert.ok(await legend.isHidden());
  assert.ok(await page.getByText('Most common').isHidden());
  assert.ok(await page.getByRole('button', { name: 'Export 0 shown as CSV' }).isDisabled());
  await page.getByRole('searchbox', { name: 'Label contains' }).fill('peacock');
  await page.getByRole('button', { name: 'Show all', exact: true }).click();
  await page.getByText('Export all as').waitFor();
  assert.equal(await options(page).first().getAttribute('aria-setsize'), '24');
});

test('a photo’s name is there once, in one line, with its end; the folder is another line', async (t) => {
  const page = await open(t, { context: { viewport: { width: 1440, height: 900 } } });
  await choose(page, small);
  await finished(page);
  const side = page.locator('folder-side');
  for (const width of [1440, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await options(page).nth(2).click();
    const name = side.getByRole('heading');
    await name.waitFor();
    const whole = (await name.getAttribute('aria-label')) ?? '';
    assert.ok(whole.endsWith('.png') && (await name.textContent()) === whole, whole);
    assert.equal(((await side.textContent()) ?? '').split(whole).length, 2, 'once');
    const { lines, fits, end } = await name.evaluate((heading) => ({
      lines: heading.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(heading).lineHeight),
      fits: document.documentElement.scrollWidth <= innerWidth,
      end: heading.querySelector('.cut-name > :last-child')?.getBoundingClientRect().right ?? 0,
    }));
    assert.ok(lines < 1.5 && fits && end <= width, `${width}: ${lines} lines, ends at ${end}`);
    if (width === 1440) assert.equal(await side.locator('.path').innerText(), 'Weekend/birds');
    await page.getByRole('button', { name: 'Select none' }).first().click();
  }
});

test('how many files could not be read is a line of its own, which opens the list', async (t) => {
  const page = await open(t);
  await choose(page, small);
  await finished(page);
  assert.doesNotMatch(await page.locator('folder-progress .line').innerText(), /could not be read/);
  const line = page.locator('summary', { hasText: '6 files could not be read' });
  await line.click();
  await page.getByText('letter.txt isn’t an image').waitFor();
});
