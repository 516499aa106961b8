// What has to have its size and place in every window: measured, where a picture would not tell.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { drop, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';
import { finished, options, pattern } from './support/folder.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());

const wide = [
  { width: 1440, height: 900 },
  { width: 2560, height: 1300 },
];

/** The width of the longest bar. @param {Page} page @param {string} within */
const longest = (page, within) =>
  page
    .locator(`${within} .bar`)
    .evaluateAll((bars) => Math.max(...bars.map((bar) => bar.getBoundingClientRect().width)));

test('bars are at most 560 px long', async (t) => {
  for (const viewport of wide) {
    const page = await visit(t, site.url, { context: { viewport } });
    await drop(page, peacock);
    await predictions(page);
    const inPhoto = await longest(page, 'prediction-list');
    assert.ok(inPhoto > 400 && inPhoto <= 560, `${inPhoto} px in Photo`);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page
      .getByText('equally sure')
      .or(page.getByText(/higher\.$/))
      .waitFor();
    const compared = await longest(page, 'compare-side');
    assert.ok(compared > 100 && compared <= 560, `${compared} px in Compare`);
  }
  // One below the other, the sides of the comparison are wider.
  const page = await visit(t, site.url, { context: { viewport: { width: 1000, height: 1300 } } });
  await drop(page, peacock);
  await predictions(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page
    .getByText('equally sure')
    .or(page.getByText(/higher\.$/))
    .waitFor();
  await page.setViewportSize({ width: 639, height: 900 });
  const compared = await longest(page, 'compare-side');
  assert.ok(compared > 500 && compared <= 560, `${compared} px in Compare`);
});

test('the end of a long name shows in Folder, and as much before it as fits', async (t) => {
  const names = ['holiday in the mountains 2041.jpeg', 'IMG_20240610_123456_0042.png', '1.png'];
  for (const viewport of [...wide, { width: 320, height: 640 }]) {
    const page = await visit(t, `${site.url}#folder`, { context: { viewport } });
    await ready(page);
    await drop(page, ...names.map((name, i) => file(name, i === 0 ? readFileSync(peacock) : pattern(i))));
    await finished(page);
    const cells = await options(page).evaluateAll((all) =>
      all.map((cell) => {
        const name = /** @type {HTMLElement} */ (cell.querySelector('.name'));
        return {
          path: /** @type {HTMLElement} */ (cell).title,
          words: name.textContent ?? '',
          over: name.scrollWidth - name.clientWidth,
        };
      }),
    );
    assert.deepEqual(cells.map(({ path }) => path).sort(), [...names].sort());
    for (const { path, words, over } of cells) {
      assert.ok(over <= 0, `${words} is cut by ${over} px`);
      const [start, end = ''] = words.split('…');
      if (path === '1.png') assert.equal(words, path);
      else assert.ok(path.startsWith(start) && path.endsWith(end) && end.length >= 5 && start.length >= 1, words);
    }
  }
});

test('what a pointer is over is marked only where there is one to stay', async (t) => {
  const page = await visit(t, `${site.url}#cost`);
  await page.getByRole('heading', { name: 'What it costs' }).waitFor();
  const found = await page.evaluate(() => {
    /** @type {string[]} */
    const bare = [];
    let marked = 0;
    /** @param {CSSRuleList} rules @param {boolean} within */
    const read = (rules, within) => {
      for (const rule of rules) {
        const inside = within || (rule instanceof CSSMediaRule && /\(hover: hover\)/.test(rule.conditionText));
        if (rule instanceof CSSStyleRule && rule.selectorText.includes(':hover')) {
          marked++;
          if (!inside) bare.push(rule.selectorText);
        }
        if ('cssRules' in rule) read(/** @type {CSSGroupingRule} */ (rule).cssRules, inside);
      }
    };
    for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) read(sheet.cssRules, false);
    return { bare, marked };
  });
  assert.deepEqual(found.bare, []);
  assert.ok(found.marked > 5);
});
