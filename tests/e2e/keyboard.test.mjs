// The first panels by keyboard alone: Tab comes to all that can be used, and shows where it is. What the keys then do is in the
// tests of the panels.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { camera, picture } from '../support/camera.mjs';
import { drop, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';
import { finished, makeFolder, options } from './support/folder.mjs';
import { add, card, drawings, has } from './support/teach-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());

const filming = camera('still', [picture(peacock)]);
const folder = makeFolder('Holiday', 12);

/**
 * Tabs through the page from its start to its end: every control is come to once, in view, with a ring around it.
 * @param {Page} page
 * @param {string} where
 */
async function walk(page, where) {
  const known = await page.evaluateHandle(async () => {
    // Of radio buttons that belong together Tab comes to one, which the arrow keys take from there.
    const usable = () =>
      [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(
        (element) =>
          !element.matches(':disabled, [type=radio]:not(:checked)') &&
          element.checkVisibility({ visibilityProperty: true }),
      );
    // A panel's parts come one after the other: the walk begins when none has come for half a second.
    let controls = usable();
    for (let same = 0; same < 5; ) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const now = usable();
      same = now.length === controls.length && now.every((element, i) => element === controls[i]) ? same + 1 : 0;
      controls = now;
    }
    return new Set(controls);
  });
  const left = () =>
    known.evaluate((set) => [...set].map((element) => `${element.id} ${element.outerHTML}`.slice(0, 120)));
  await page.evaluate(() => {
    const start = document.querySelector('h1');
    start?.setAttribute('tabindex', '-1');
    start?.focus();
  });
  const count = (await left()).length;
  for (let press = 0; press < count; press++) {
    await page.keyboard.press('Tab');
    const problem = await known.evaluate((set) => {
      const element = document.activeElement ?? document.body;
      const name = element.outerHTML.slice(0, 120);
      if (!set.delete(element)) return `comes to ${name}, once more or out of turn`;
      // What is out of sight has another one shown in its place: a label, or the option of a list that the keys are at.
      const { labels } = /** @type {HTMLInputElement} */ (element);
      const option = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
      const shown = [element, ...(labels ?? []), option].filter((e) => e !== null);
      const ringed = shown.find((e) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(e);
        return outlineStyle !== 'none' && outlineWidth !== '0px' && e.getBoundingClientRect().width > 1;
      });
      if (!ringed) return `shows no ring around ${name}`;
      const { top, bottom } = ringed.getBoundingClientRect();
      return bottom <= 0 || top >= innerHeight ? `leaves ${name} out of view` : undefined;
    });
    assert.equal(problem, undefined, `${where}: Tab ${problem}`);
  }
  assert.deepEqual(await left(), [], `${where}: Tab does not come to these`);
}

test('Tab comes to every control of photo, camera and folder', async (t) => {
  const page = await visit(t, site.url, { switches: filming });
  /** @param {string} name */
  const button = (name) => page.getByRole('button', { name });
  await ready(page);
  await walk(page, 'photo, empty');
  await drop(page, peacock);
  await predictions(page);
  await walk(page, 'photo, an answer');

  await page.getByRole('link', { name: 'Camera', exact: true }).click();
  await button('Start the camera').click();
  await page.locator('camera-panel').getByRole('listitem').first().waitFor();
  await walk(page, 'camera, live');
  await button('Freeze').click();
  await page.getByRole('button', { name: 'Save', disabled: false }).waitFor();
  await walk(page, 'camera, frozen');

  await page.getByRole('link', { name: 'Folder' }).click();
  const chooser = page.getByLabel('Choose a folder');
  await chooser.waitFor({ state: 'attached' });
  await walk(page, 'folder, empty');
  await chooser.setInputFiles(folder.top);
  await finished(page);
  await options(page).first().click();
  await page.getByText('files could not be read').last().click();
  await walk(page, 'folder, one selected');
});

test('Tab comes to every control of Teach', async (t) => {
  const page = await visit(t, `${site.url}#teach`);
  await card(page, 'Class 2').waitFor();
  await walk(page, 'teach, empty');
  await add(page, 'Class 1', drawings('rings', 4));
  await add(page, 'Class 2', drawings('stripes', 4));
  await has(page, 'Class 2', 4);
  await page.getByText('All 8 right').waitFor();
  await card(page, 'Class 1').getByRole('option').first().click();
  await page.getByText('For programs').click();
  // What goes away by itself is no part of the walk.
  const close = page.locator('page-notices').getByRole('button', { name: 'Close' });
  while ((await close.count()) > 0) await close.first().click();
  await walk(page, 'teach, taught');
});
