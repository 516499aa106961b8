// What stands still in the photo panel, and where it stands: answers that become unsure, a crop that was moved, the order of the keys.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { drop, notice, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await plainSite();
after(() => site.close());

const grey = file('grey.png', png(256, 256, { pixel: () => 128 }));

test('sure or not, the other answers and all below them keep their places', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  const places = () =>
    page.evaluate(() => {
      const parts = [...document.querySelectorAll('prediction-list li:not(:first-child), photo-keeping')];
      return parts.map((part) => Math.round(part.getBoundingClientRect().top + scrollY));
    });
  for (const width of [1440, 1024, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    // Beside each other, so that the photo's height does not matter; below it, of one shape.
    await drop(page, file('pale.png', png(192, 256, { pixel: () => 128 })));
    await page.locator('prediction-list .verdict').getByText('Not sure.').waitFor();
    const before = await places();
    assert.equal(before.length, 5);
    await page.evaluate(() => location.assign('#photo?sample=peacock'));
    await page.locator('prediction-list .verdict').getByText('This looks like', { exact: true }).waitFor();
    await page.locator('.credit').evaluate((it) => it.setAttribute('hidden', '')); // which moves what is below it on a phone
    const now = await places();
    const [first] = now.map((y, i) => y - before[i]);
    const moved = now.map((y, i) => y - before[i] - (width < 640 ? first : 0));
    assert.ok(
      moved.every((y) => Math.abs(y) <= 1),
      `${width}: ${moved}`,
    );
  }
});

test('a crop that was moved is none of the three; choosing one puts it back', async (t) => {
  const page = await visit(t, `${site.url}#photo?sample=lighthouse&at=0,0`);
  await predictions(page);
  const crops = page.locator('photo-panel').getByRole('radio', { name: /^(Centre|Square|Full photo)$/ });
  const checked = () => crops.evaluateAll((all) => all.map((radio) => /** @type {HTMLInputElement} */ (radio).checked));
  assert.deepEqual(await checked(), [false, false, false]);
  await page.locator('photo-panel').getByText('Centre', { exact: true }).click();
  await page.waitForFunction(() => location.hash === '#photo?sample=lighthouse');
  assert.deepEqual(await checked(), [true, false, false]);
});

test('after a file that is no image the times of the answers on show are still there', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await predictions(page);
  const line = page.locator('photo-panel network-status [role=status]');
  const before = await line.innerText();
  assert.match(before, /total.*model/);
  await drop(page, file('letter.txt', 'Dear reader'));
  await notice(page, /isn’t an image/);
  await line.filter({ hasText: /total.*model/ }).waitFor();
});

test('the keyboard comes to everything in the order in which it is seen, with and without a photo', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  /** Whether what can be focused follows from top to bottom, and in a row from left to right. */
  const inOrder = () =>
    page.evaluate(() => {
      const all = [...document.querySelectorAll('.results :is(a, button, label.button)')].filter((it) =>
        it.checkVisibility(),
      );
      const boxes = all.map((it) => it.getBoundingClientRect());
      const wrong = boxes.findIndex(({ top, left }, i) => {
        const before = boxes[i - 1];
        return before && top < before.bottom - 4 && (top < before.top - 24 || left < before.left);
      });
      return wrong < 0 ? '' : `${all[wrong].textContent} after ${all[wrong - 1].textContent}`;
    });
  assert.equal(await inOrder(), '');
  const sample = page.getByRole('button', { name: /Try the peacock/ });
  await sample.focus();
  await page.keyboard.press('Enter');
  await predictions(page);
  assert.ok(await sample.evaluate((it) => it === document.activeElement), 'what moves keeps the focus');
  assert.equal(await inOrder(), '');
});

test('the two ways to another photo are as wide as each other on a phone; a phone on its side breaks no name', async (t) => {
  const page = await visit(t, site.url, { context: { viewport: { width: 390, height: 844 } } });
  await drop(page, grey);
  await predictions(page);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    const widths = await page
      .locator('photo-panel .picking > .button')
      .evaluateAll((all) => all.map((it) => Math.round(it.getBoundingClientRect().width)));
    assert.equal(widths[0], widths[1], `${widths}`);
  }
  await page.setViewportSize({ width: 844, height: 390 });
  const { lines, over } = await page.locator('photo-panel crop-settings').evaluate((settings) => {
    const label = [...settings.querySelectorAll('label')].find((it) => it.textContent === 'Full photo');
    const { right } = settings.getBoundingClientRect();
    return {
      lines: [...(label?.childNodes ?? [])].flatMap((node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return node.nodeType === Node.TEXT_NODE ? [...range.getClientRects()] : [];
      }).length,
      over: Math.max(...[...settings.querySelectorAll('label')].map((it) => it.getBoundingClientRect().right)) - right,
    };
  });
  assert.equal(lines, 1);
  assert.ok(over <= 1, `${over} pixels over its column`);
});
