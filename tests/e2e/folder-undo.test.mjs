// What Undo brings back after "Start over" in Folder.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { drop, notice, reached } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';
import { finished, makeFolder, options, pattern, shown } from './support/folder.mjs';

const site = await plainSite();
after(() => site.close());

test('Undo brings back filter and order too, and shows Folder wherever it is pressed', async (t) => {
  const page = await visit(t, `${site.url}#folder`);
  await drop(page, peacock, file('one.png', pattern(1)), file('two.png', pattern(2)));
  await finished(page);
  const filter = page.getByRole('searchbox', { name: /Label contains/ });
  const sort = page.getByLabel('Sort by');
  const below = page.getByLabel('Confidence at least or below');
  const confidence = page.getByRole('slider', { name: 'Confidence' });
  await filter.fill('peacock');
  await sort.selectOption('confidence');
  await below.selectOption('below');
  await confidence.fill('100');
  await page.getByLabel('Group by').selectOption('label');
  await page.getByText('1 of 3 shown').waitFor();
  await page.getByRole('button', { name: 'Start over' }).click();
  await notice(page, /3 photos/);
  await sort.evaluate((select) => {
    /** @type {HTMLSelectElement} */ (select).value = 'name';
  });
  await page.getByRole('link', { name: 'Camera' }).click();
  await page.locator('camera-panel').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await reached(page, '#folder');
  await page.getByText('1 of 3 shown').waitFor();
  const now = [await filter.inputValue(), await sort.inputValue(), await page.getByLabel('Descending').isChecked()];
  assert.deepEqual(now, ['peacock', 'confidence', true]);
  assert.deepEqual([await below.inputValue(), await confidence.inputValue()], ['below', '100']);
  assert.equal(await page.getByLabel('Group by').inputValue(), 'label');
  await page.waitForFunction(() => document.activeElement?.matches('folder-grid [role=listbox]'));
});

test('two removals of as many photos each have their Undo', async (t) => {
  const page = await visit(t, `${site.url}#folder`);
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  for (const i of [1, 2]) {
    await drop(page, file(`${i}.png`, pattern(i)));
    await finished(page);
    await page.getByRole('button', { name: 'Start over' }).click();
    await page
      .getByRole('button', { name: 'Undo' })
      .nth(i - 1)
      .hover(); // under the pointer it stays
  }
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await options(page).first().waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await options(page).nth(1).waitFor();
  assert.deepEqual((await options(page).allInnerTexts()).map((lines) => lines.split('\n')[1]).sort(), [
    '1.png',
    '2.png',
  ]);
});

test('a folder that is still being listed comes back as a whole', async (t) => {
  const { top, paths } = makeFolder('Long', 6);
  const page = await visit(t, `${site.url}#folder`, {
    before: () => {
      const { listing } = Object.assign(globalThis, { listing: { calls: 0, go: () => {} } });
      const open = new Promise((resolve) => {
        listing.go = () => resolve(undefined);
      });
      const { webkitGetAsEntry } = DataTransferItem.prototype;
      DataTransferItem.prototype.webkitGetAsEntry = function () {
        const entry = webkitGetAsEntry.call(this);
        const reader = Object.getPrototypeOf(/** @type {FileSystemDirectoryEntry} */ (entry).createReader());
        const { readEntries } = reader;
        // The folder itself at once, the folders in it when they may.
        reader.readEntries = function (/** @type {any[]} */ ...how) {
          if (++listing.calls <= 2) return readEntries.apply(this, how);
          open.then(() => readEntries.apply(this, how));
        };
        return entry;
      };
    },
  });
  const calls = () => page.evaluate(() => /** @type {any} */ (globalThis).listing.calls);
  const go = () => page.evaluate(() => /** @type {any} */ (globalThis).listing.go());
  await drop(page, top);
  await options(page).first().waitFor();
  const asked = await calls();
  await page.getByRole('button', { name: 'Start over' }).click();
  await notice(page, /gone/);
  await go();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('6 files could not be read').first().waitFor();
  await finished(page);
  assert.equal((await shown(page))[0].of, paths.length);
  assert.ok((await calls()) > asked);
});
