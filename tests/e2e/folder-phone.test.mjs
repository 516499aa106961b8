// The folder panel on a phone: the page scrolls, and the photos are as long as they are.
import assert from 'node:assert/strict';
import test from 'node:test';
import { active, finished, giveTiny, grid, options } from './support/folder.mjs';
import { choose, open, small } from './support/folder-panel.mjs';
import { look } from './support/look.mjs';

const phone = { width: 390, height: 844 };

/** The first and the last option in sight. @param {import('playwright-core').Page} page */
const inSight = (page) =>
  options(page).evaluateAll((all) => {
    const seen = all.filter((option) => {
      const { top, bottom } = option.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    return seen.map((option) => Number(option.getAttribute('aria-posinset')));
  });

test('the page scrolls through all photos, of which only those near are in it', async (t) => {
  const page = await open(t, { context: { viewport: phone } });
  await giveTiny(page, 300);
  await finished(page);
  const box = await grid(page).evaluate(({ scrollHeight, clientHeight }) => [scrollHeight, clientHeight]);
  assert.equal(box[0], box[1], 'it does not scroll by itself');
  assert.ok(box[0] > 10 * phone.height, `${box[0]} pixels of photos`);
  assert.ok((await options(page).count()) < 60);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[role=option]')].some(
      (option) => option.getBoundingClientRect().top > innerHeight - 200,
    ),
  );
  const middle = await inSight(page);
  assert.ok(middle.length >= 4 && middle[0] > 100 && (middle.at(-1) ?? 0) < 200, middle.join());
  assert.ok((await options(page).count()) < 60);

  await grid(page).focus();
  await page.keyboard.press('End');
  assert.match((await active(page)) ?? '', /tiny 299/);
  assert.ok((await inSight(page)).includes(300));
  await page.keyboard.press('Home');
  assert.ok((await inSight(page)).includes(1));

  // Another order begins at its top.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
  await page.getByLabel('Descending').evaluate((box) => /** @type {HTMLInputElement} */ (box).click());
  await page.waitForFunction(() => {
    const { top = -1 } = document.querySelector('folder-grid')?.getBoundingClientRect() ?? {};
    return top >= 0 && top < innerHeight;
  });
});

test('what is below the photos elsewhere is above them; a photo’s results stay at hand', async (t) => {
  const page = await open(t, { context: { viewport: phone } });
  await choose(page, small);
  await finished(page);
  const top = (/** @type {string} */ part) =>
    page.locator(part).evaluate((it) => it.getBoundingClientRect().top + scrollY);
  const photos = await top('folder-grid');
  for (const part of ['folder-failures', '.looks', '.selection-bar']) assert.ok((await top(part)) < photos, part);
  await page.getByText('Filter and sort').click();
  await page.getByRole('button', { name: 'Show only peacock' }).click();
  await page.getByText('2 of 24 shown').waitFor();
  await options(page).first().click();
  const side = await page.locator('folder-side').boundingBox();
  assert.ok(side && side.y + side.height <= phone.height + 1, JSON.stringify(side));
  await look(page, 'folder-phone');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('button', { name: 'Select none' }).first().click();
  await page.locator('folder-side').getByRole('button', { name: 'Show only peacock' }).waitFor();
});
