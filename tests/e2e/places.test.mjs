// Where things are: the tabs, the model's sheet, what old and wrong addresses lead to.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { address, drop, fileInput, modelSheet, notice, predictions, reached, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';
import { pattern } from './support/folder.mjs';

const site = await plainSite();
after(() => site.close());

/** The tab that is marked as the current one. @param {import('playwright-core').Page} page */
const currentTab = (page) => page.getByRole('banner').locator('[aria-current=page]').innerText();

test('five tabs; how it works has two parts, and old addresses lead there', async (t) => {
  const page = await visit(t, site.url);
  const tabs = await page.getByRole('banner').getByRole('link').allInnerTexts();
  assert.deepEqual(tabs, ['Photo', 'Camera', 'Folder', 'Teach', 'How it works']);
  assert.equal(await currentTab(page), 'Photo');
  const parts = page.getByRole('navigation', { name: 'How it works' });
  assert.ok(await parts.isHidden());

  await page.getByRole('link', { name: 'How it works' }).click();
  await page.getByRole('heading', { name: 'Inside the model' }).waitFor();
  await reached(page, '#inside');
  await parts.getByRole('link', { name: 'What it costs' }).click();
  await page.getByRole('heading', { name: 'What it costs' }).waitFor();
  await reached(page, '#cost');
  assert.equal(await currentTab(page), 'How it works');
  assert.equal(await page.title(), 'What it costs · Depthwise');
  await page.goBack();
  await page.getByRole('heading', { name: 'Inside the model' }).waitFor();

  await page.goto(`${site.url}#how`);
  await page.getByRole('heading', { name: 'Inside the model' }).waitFor();
  await page.goto(`${site.url}#about`);
  await page.getByRole('heading', { name: 'What this is' }).waitFor();
  assert.equal(await page.locator('[aria-current=page]:visible').innerText(), 'About');
});

test('an address that leads nowhere says so', async (t) => {
  const page = await visit(t, `${site.url}#nowhere?crop=square`);
  await notice(page, /no page called “nowhere”/);
  await reached(page, '#photo?crop=square');
  await page.getByRole('link', { name: 'Folder' }).click();
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  await page.evaluate(() => {
    location.hash = '#gone';
  });
  await notice(page, /no page called “gone”/);
  await reached(page, '#folder');
});

test('what is opened from below begins at its top, for the keyboard too', async (t) => {
  const page = await visit(t, site.url);
  await page.getByRole('link', { name: 'About' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('about-panel h2:focus').getByText('What this is').waitFor();
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'The paper');
  const camera = page.getByRole('link', { name: 'Camera', exact: true });
  await camera.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What does your camera see?' }).waitFor();
  assert.ok(await camera.evaluate((link) => link === document.activeElement), 'a tab keeps the focus');
});

test('on a phone all tabs are in sight, and the model’s chip says how many things', async (t) => {
  for (const [width, locale] of /** @type {const} */ ([
    [320, 'en'],
    [320, 'zh-CN'],
    [390, 'en'],
  ])) {
    const page = await visit(t, site.url, { context: { locale, viewport: { width, height: 640 } } });
    await page.locator('main h2').first().waitFor();
    const nav = page.getByRole('banner').getByRole('navigation');
    const inSight = async () => {
      assert.ok(await nav.evaluate((it) => it.scrollWidth <= it.clientWidth), `scrolls at ${width}`);
      for (const link of await nav.getByRole('link').all()) {
        const box = await link.boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= width && box.height >= 44, JSON.stringify(box));
        assert.ok(await link.evaluate((it) => it.scrollWidth <= it.clientWidth), `${await link.innerText()} is cut`);
      }
    };
    await inSight();
    const things = page.locator('model-chip').getByText(locale === 'en' ? '1,000 things' : /1,000/);
    await things.waitFor();
    const box = await things.boundingBox();
    assert.ok(box && box.x + box.width <= width);
  }
});

test('what the page promises is on the first screen of a phone', async (t) => {
  for (const viewport of [
    { width: 390, height: 844 },
    { width: 320, height: 640 },
  ]) {
    const page = await visit(t, site.url, { context: { viewport } });
    await ready(page);
    const line = page.locator('photo-panel').getByText('Runs on your device.');
    const box = await line.boundingBox();
    assert.ok(box && box.y + box.height <= viewport.height, JSON.stringify(box));
  }
});

test('there are two sizes of headings below what the first screens ask', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  const seen = new Set();
  for (const panel of ['photo', 'camera', 'folder', 'inside', 'cost', 'about', 'model']) {
    await page.evaluate((panel) => {
      location.hash = panel;
    }, panel);
    await page.locator(`${panel}-panel h2:visible`).first().waitFor();
    const headings = await page
      .locator('h2:visible, h3:visible, h4:visible')
      .evaluateAll((all) =>
        all
          .filter((it) => !it.closest('.invitation') && it.getBoundingClientRect().width > 1)
          .map((it) => [getComputedStyle(it).fontSize, getComputedStyle(it).textAlign].join(' ')),
      );
    for (const heading of headings) seen.add(heading);
  }
  assert.equal(seen.size, 2, [...seen].join(', '));
});

test('the model’s sheet opens over what is shown, and closes', async (t) => {
  const page = await visit(t, `${site.url}#folder`);
  await page.getByRole('button', { name: 'Model: MobileNetV1 · 1,000 things' }).waitFor();
  await modelSheet.open(page);
  const sheet = page.getByRole('dialog', { name: 'Choose a model' });
  await sheet.getByRole('heading', { name: 'In use' }).waitFor();
  assert.equal((await address(page)).hash, '#folder');
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'hidden' });
  await modelSheet.open(page);
  await modelSheet.close(page);
  await sheet.waitFor({ state: 'hidden' });

  await page.goto(`${site.url}#model`);
  await sheet.waitFor();
  await page.mouse.click(2, 2); // the backdrop
  await sheet.waitFor({ state: 'hidden' });
});

test('a photo dropped on the sheet closes it; text and models are for the sheet', async (t) => {
  const page = await visit(t, `${site.url}#model`);
  await ready(page);
  await page.getByRole('dialog').waitFor();
  await drop(page, file('no.tflite', 'nothing'));
  await page.getByRole('alert').filter({ hasText: 'no.tflite' }).waitFor();
  await drop(page, peacock);
  assert.equal((await predictions(page))[0].label, 'peacock');
  assert.ok(await page.getByRole('dialog').isHidden());
  await drop(page, file('no.tflite', 'nothing'));
  await page.getByRole('alert').filter({ hasText: 'no.tflite' }).waitFor();
  assert.ok(await page.getByRole('dialog').isVisible());
});

test('a sheet that cannot be downloaded says so', async (t) => {
  const page = await visit(t, site.url, { expected: [/Failed to load resource/] });
  await page.route(/more-panels/, (route) => route.abort());
  await modelSheet.open(page);
  await notice(page, /download stopped/);
  assert.ok(await page.getByRole('button', { name: 'Try again' }).isVisible());
});

test('several photos chosen for Photo go to Folder; the camera is a button away', async (t) => {
  const page = await visit(t, `${site.url}#photo?crop=square`);
  assert.equal(await page.getByRole('link', { name: 'Use camera' }).getAttribute('href'), '#camera?crop=square');
  await fileInput(page).setInputFiles([peacock, file('pattern.png', pattern(3))]);
  await page.getByText('2 photos').first().waitFor();
  await reached(page, '#folder?crop=square');
});

test('layer, sliders and language are in the address, each where it counts', async (t) => {
  const page = await visit(t, `${site.url}#inside?layer=dw3`);
  await page.locator('[data-shows="dw3"]').waitFor();
  await page.locator('layer-list label', { hasText: /^pw2/ }).click();
  await page.locator('[data-shows="pw2"]').waitFor();
  await reached(page, '#inside?layer=pw2');
  await page.evaluate(() => {
    location.hash = '#inside?layer=conv';
  });
  await page.locator('[data-shows="conv"]').waitFor();
  assert.ok(await page.getByRole('radio', { name: /^conv/ }).isChecked());
  await page.goto('about:blank');
  await page.goto(`${site.url}#how?layer=dw3`);
  await page.locator('[data-shows="dw3"]').waitFor();
  await page.locator('layer-list label', { hasText: /^pw2/ }).click();
  await reached(page, '#inside?layer=pw2');

  await page.getByRole('link', { name: 'What it costs' }).click();
  await reached(page, '#cost');
  await page.getByRole('spinbutton', { name: 'N channels out' }).fill('64');
  await reached(page, '#cost?size=3,3,64,224');
  await page.getByRole('slider', { name: /Width multiplier/ }).fill('0');
  await page.waitForFunction(() => /scale=0\.25,224/.test(location.hash));
  await page.reload();
  await page.getByText('64 filters').waitFor();
  assert.equal(await page.getByRole('slider', { name: /Width multiplier/ }).inputValue(), '0');
  await page.getByRole('button', { name: 'The example of 54 and 33' }).click();
  await reached(page, '#cost?scale=0.25,224');
  await page.getByRole('link', { name: 'Inside the model' }).click();
  await page.locator('[data-shows]').waitFor();
  await reached(page, '#inside');

  await page.goto(`${site.url}#cost?size=0,1,x&scale=9,9`);
  await page.getByText('2 filters').waitFor(); // the example
  await page.goto('about:blank');
  await page.goto(`${site.url}#folder?lang=zh`);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  await reached(page, '#folder?lang=en');
});

test('the sheet closes by a click outside of it, and not by one on its edge or by text that is selected', async (t) => {
  const page = await visit(t, `${site.url}#model`, { context: { viewport: { width: 1440, height: 900 } } });
  await ready(page);
  const sheet = page.getByRole('dialog', { name: 'Choose a model' });
  await sheet.waitFor();
  const box = await sheet.boundingBox();
  const lead = await sheet.locator('.own p').first().boundingBox();
  assert.ok(box && lead);
  await page.mouse.click(box.x + 8, box.y + box.height / 2);
  assert.ok(await sheet.isVisible(), 'its padding is its own');
  await page.mouse.move(lead.x + 100, lead.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x - 40, lead.y + 30, { steps: 5 });
  await page.mouse.up();
  assert.ok(await sheet.isVisible(), 'a selection that ends outside');
  await page.mouse.click(box.x - 40, box.y + box.height / 2);
  await sheet.waitFor({ state: 'hidden' });
});

test('the sheet goes with the page that it was opened over', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await page.getByRole('link', { name: 'Folder' }).click();
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  const sheet = page.getByRole('dialog', { name: 'Choose a model' });
  await modelSheet.open(page);
  await sheet.waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'What is in your photo?' }).waitFor();
  await sheet.waitFor({ state: 'hidden' });
  await modelSheet.open(page);
  await sheet.waitFor();
  await page.evaluate(() => {
    location.hash = '#cost';
  });
  await page.getByRole('heading', { name: 'What it costs' }).waitFor();
  await sheet.waitFor({ state: 'hidden' });
});
