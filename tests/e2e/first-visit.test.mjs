// A first visit on a slow connection, wide and on phones: what is going on is said where one looks, and nothing moves about.
import assert from 'node:assert/strict';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { alert, drop, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { gate, withFault } from '../support/site.mjs';
import { button } from './support/live.mjs';
import { look } from './support/look.mjs';
import { site } from './support/photo-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

const phones = [
  { width: 390, height: 844 },
  { width: 320, height: 568 },
];
const windows = [{ width: 1440, height: 900 }, ...phones];

/** @param {import('playwright-core').Locator} place */
async function box(place) {
  const box = await place.boundingBox();
  assert.ok(box);
  return { ...box, bottom: box.y + box.height, right: box.x + box.width };
}

test('until there are answers, progress stands above their places and on the screen; then nothing below has moved', async (t) => {
  for (const viewport of windows) {
    const held = gate(0.5);
    const end = withFault(t, site, { path: /\.tflite/, gate: held });
    const page = await visit(t, site.url, { context: { viewport } });
    await drop(page, peacock);
    await page.locator('photo-panel[data-state=photo]').waitFor();
    const panel = page.locator('photo-panel');
    await panel.getByText('Loading the model first…').waitFor();
    const bar = await box(panel.getByRole('progressbar'));
    assert.ok(bar.bottom <= viewport.height, `the bar ends at ${bar.bottom} of ${viewport.height}`);
    assert.ok(bar.bottom <= (await box(page.locator('prediction-list'))).y);
    for (const name of ['Save', 'Compare']) assert.ok(await button(page, name).isHidden(), `${name} is for answers`);
    assert.ok(await button(page, 'Use ImageNet’s labels').isHidden());
    if (viewport.width === 390) await look(page, 'photo-early');
    await page.setViewportSize(viewport);
    const below = (await box(page.locator('photo-panel .picking'))).y;
    held.release();
    await predictions(page);
    await button(page, 'Save').waitFor();
    const moved = Math.abs((await box(page.locator('photo-panel .picking'))).y - below);
    assert.ok(moved <= 20, `what is below moved by ${moved} px at ${viewport.width}`); // at 320 px the line of the bar is two
    end();
  }
});

test('why the download failed, and the button for another try, are on the screen; there is nothing to save', async (t) => {
  for (const viewport of windows) {
    const end = withFault(t, site, { path: /\.tflite/, cut: 0.4 });
    const page = await visit(t, site.url, { context: { viewport }, expected: [/Failed to load resource/] });
    await page.locator('#photo-file').setInputFiles(peacock);
    await page.locator('photo-panel[data-state=photo]').waitFor();
    await alert(page, /The download stopped/);
    const again = await box(button(page, 'Try again'));
    assert.ok(again.bottom <= viewport.height, `the button ends at ${again.bottom} of ${viewport.height}`);
    for (const name of ['Save', 'Compare']) assert.ok(await button(page, name).isHidden());
    if (viewport.width === 390) await look(page, 'photo-early-failed');
    end();
    await button(page, 'Try again').click();
    assert.equal((await predictions(page))[0].label, 'peacock');
  }
});

test('the tabs stay where they are when the model comes', async (t) => {
  for (const width of [1024, 1440, 390]) {
    const held = gate(0.5);
    const end = withFault(t, site, { path: /\.tflite/, gate: held });
    const page = await visit(t, site.url, { context: { viewport: { width, height: 800 } } });
    const tab = page.getByRole('link', { name: 'Photo', exact: true });
    const chip = page.getByRole('button', { name: /^Model/ });
    await chip.filter({ hasText: 'Loading the model…' }).waitFor();
    const name = chip.locator('.name');
    assert.ok(await name.evaluate((it) => it.scrollWidth <= it.clientWidth), 'it is not cut');
    const before = await box(tab);
    held.release();
    await ready(page);
    await chip.filter({ hasText: '1,000 things' }).waitFor();
    const { x, y } = await box(tab);
    assert.deepEqual([x, y], [before.x, before.y], `${width} px`);
    end();
  }
});

test('the footer is one row on a phone, from edge to edge of the page', async (t) => {
  const cases = phones.flatMap((viewport) => ['en-US', 'zh-CN'].map((locale) => ({ viewport, locale })));
  for (const { viewport, locale } of cases) {
    const page = await visit(t, `${site.url}#folder`, { context: { viewport, locale, serviceWorkers: 'allow' } });
    const line = page.locator('footer privacy-line');
    await line.filter({ hasText: locale === 'en-US' ? 'Works offline' : '离线' }).waitFor();
    const { width } = viewport;
    const [promise, about, language] = [
      await box(line),
      await box(page.locator('footer nav a')),
      await box(page.locator('language-switch')),
    ];
    const middle = (/** @type {{y: number, bottom: number}} */ { y, bottom }) => (y + bottom) / 2;
    for (const other of [about, language])
      assert.ok(Math.abs(middle(other) - middle(promise)) <= 2, `one row at ${width}, ${locale}`);
    assert.ok(promise.right <= about.x && about.right <= language.x + 8);
    assert.equal(Math.round(promise.x), 16);
    assert.equal(Math.round(width - language.right), 16);
  }
});
