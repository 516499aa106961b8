// What a person has is not lost by one press or one reload, and goes nowhere.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { drop, notice, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { gate, plainSite, withFault } from '../support/site.mjs';
import { finished, options, pattern, shown } from './support/folder.mjs';

const site = await plainSite();
after(() => site.close());

test('Start over can be undone, also beside what has come since', async (t) => {
  const page = await visit(t, `${site.url}#folder`);
  await drop(page, peacock, file('one.png', pattern(1)));
  await finished(page);
  await page.getByRole('button', { name: 'Start over' }).click();
  await notice(page, /2 photos and their results are gone/);
  await drop(page, file('two.png', pattern(2)), file('three.png', pattern(3)));
  await finished(page);
  assert.equal(await options(page).count(), 2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await options(page).nth(3).waitFor();
  assert.deepEqual(
    (await shown(page)).map(({ path }) => path),
    ['one.png', basename(peacock), 'three.png', 'two.png'],
    'as they were, and before the new ones',
  );
  assert.equal(await page.locator('.notice', { hasText: 'gone' }).count(), 0);
});

test('leaving asks first while Folder has results, and only then', async (t) => {
  const page = await visit(t, `${site.url}#folder`);
  const leave = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  assert.equal(await leave(), false);
  await drop(page, peacock, file('one.png', pattern(1)));
  await finished(page);
  assert.equal(await leave(), true);
  await page.getByRole('button', { name: 'Start over' }).click();
  assert.equal(await leave(), false);
});

/** What is said where all that was asked for are the page's own files. */
const calm = /^Your photo has not left this device: the only requests were for parts of this page\./;

for (const serviceWorkers of /** @type {const} */ (['block', 'allow'])) {
  const how = serviceWorkers === 'block' ? 'without' : 'with';
  test(`a first visit ${how} a service worker is told calmly that parts of the page came, also of Compare and Save`, async (t) => {
    for (const cold of ['#photo?sample=peacock', '']) {
      const own = await plainSite(); // nothing of it is in the browser's cache
      cleanup(t, () => own.close());
      const page = await visit(t, `${own.url}${cold}`, { context: { serviceWorkers } });
      if (!cold) await drop(page, peacock);
      await predictions(page);
      const line = page.locator('request-count').filter({ hasText: calm });
      await line.waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await notice(page, /^Saved as/);
      await page.getByRole('button', { name: 'Compare' }).click();
      await page.getByRole('dialog', { name: 'Compare' }).waitFor();
      assert.match(await line.innerText(), calm);
    }
  });
}

test('a request that is for no part of the page is counted', async (t) => {
  const under = await plainSite({ prefix: '/photos/', pages: { '/elsewhere': 'not of this page' } });
  cleanup(t, () => under.close());
  const page = await visit(t, under.url);
  await drop(page, peacock);
  await predictions(page);
  await page.evaluate(() => fetch('/elsewhere').then((response) => response.text()));
  await page
    .locator('request-count')
    .filter({ hasText: /^[1-9]\d* requests? since you opened this photo\./ })
    .waitFor();
});

test('Photo counts the requests since a photo was opened: none, or those that there were', async (t) => {
  const page = await visit(t, 'about:blank', { origins: [site.origin] });
  const meanings = page.waitForResponse(/imagenet-/); // asked for once the model is there
  await page.goto(site.url);
  await ready(page);
  await (await meanings).finished();
  await drop(page, peacock);
  await predictions(page);
  const says = (/** @type {RegExp} */ words) => page.locator('request-count').filter({ hasText: words }).waitFor();
  await says(/^No requests since you opened this photo\.\s*$/);
  await page.evaluate(() => fetch('index.html').then((response) => response.text()));
  await says(calm);
  await drop(page, peacock);
  await says(/^No requests since you opened this photo\.\s*$/);
});

test('the service worker’s requests count as well; until it has made them nothing is said, and nothing of offline use', async (t) => {
  const own = await plainSite();
  cleanup(t, () => own.close());
  const held = gate(0);
  withFault(t, own, { path: /\/sw\.js$/, gate: held });
  const page = await visit(t, own.url, { context: { serviceWorkers: 'allow' } });
  await ready(page);
  assert.equal(await page.locator('photo-panel privacy-line').innerText(), 'Runs on your device.');
  await drop(page, peacock);
  await predictions(page);
  const before = own.requests.length;
  await page.evaluate(() => fetch('index.html').then((response) => response.text())); // which draws the line anew
  const line = page.locator('request-count');
  assert.equal((await line.innerText()).trim(), '');
  assert.equal(await page.getByText(/works? offline|aeroplane/i).count(), 0);

  held.release();
  await line.filter({ hasText: /^Your photo has not left this device: .* Try aeroplane mode/ }).waitFor();
  assert.ok(own.requests.length - before > 3, 'the service worker has asked for the page’s files');
  await drop(page, peacock);
  await line.filter({ hasText: /^No requests since you opened this photo\. Try aeroplane mode/ }).waitFor();
  assert.equal(await page.locator('footer privacy-line').innerText(), 'Runs on your device. Works offline.');
});

test('the library counts its worker’s requests', async (t) => {
  const page = await visit(t, site.url);
  const counts = await page.evaluate(async (library) => {
    const { load } = await import(library);
    const net = await load({ threads: 1 });
    const since = performance.timeOrigin + performance.now();
    await net.classify(new ImageData(8, 8));
    const wrong = await net.requests('yesterday').catch((/** @type {any} */ error) => error.code);
    return [await net.requests(since), wrong];
  }, `${site.url}mobilenet/mobilenet.js`);
  assert.deepEqual(counts, [0, 'bad-argument']);
});

test('long names widen nothing, and are cut in their middle', async (t) => {
  const name = `${'a very long name of a photo '.repeat(6)}taken in the end.png`;
  for (const width of [320, 390]) {
    const page = await visit(t, site.url, { context: { viewport: { width, height: 844 } } });
    await drop(page, file(name.replaceAll(' ', '_'), readFileSync(peacock)));
    await predictions(page);
    for (const hash of ['photo', 'inside', 'cost']) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, hash);
      if (hash === 'inside') await page.getByText(/Shown: .*a_very.*….*end\.png/).waitFor();
      if (hash === 'cost')
        await page
          .locator('cost-panel')
          .getByText(/a_very.*….*end\.png/)
          .waitFor();
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${hash} at ${width}`);
    }
  }
});
