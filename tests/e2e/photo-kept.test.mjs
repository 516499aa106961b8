// A photo that a person has given is not lost to one that fails, to a lost worker, or to what was wrong before it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { visit } from '../support/browser.mjs';
import { alert, drop, fileInput, notice, predictions, reached, ready } from '../support/page.mjs';
import { peacock, sample } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { gate, withFault } from '../support/site.mjs';
import { endWorker, failedRequest } from './support/faults.mjs';
import { finished, options, pattern } from './support/folder.mjs';
import { button } from './support/live.mjs';
import { look } from './support/look.mjs';
import { answer, choose, site } from './support/photo-panel.mjs';

/** @typedef {import('playwright-core').Page} Page */

const letter = file('letter.txt', 'Dear reader');
const broken = file('broken.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));

/** Waits until the panel shows the photo of that name, and no problem. @param {Page} page @param {RegExp} name */
async function shows(page, name) {
  await page.getByRole('img', { name }).waitFor();
  await page.locator('photo-panel[data-state="photo"]').waitFor();
}

/** The best answer, once it is that. @param {Page} page @param {string} label */
const best = (page, label) => page.locator(`photo-panel li[data-label="${label}"]`).first().waitFor();

test('a wrong file leaves the photo that waits for the model; so do more of them', async (t) => {
  const model = gate(0.2);
  withFault(t, site, { path: /\.tflite/, gate: model });
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await shows(page, /^Your photo: peacock/);
  await drop(page, letter);
  await notice(page, /“letter\.txt” isn’t an image/);
  await shows(page, /^Your photo: peacock/);
  await drop(page, broken);
  await notice(page, /“broken\.jpg” can’t be opened/);
  await shows(page, /^Your photo: peacock/);
  model.release();
  assert.equal((await predictions(page))[0].label, 'peacock');
  await shows(page, /^Your photo: peacock/);
});

test('a broken photo given right after a good one, and a broken one after that', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  /** All in one task, so that each comes while the one before is being opened. @param {string[]} names */
  const give = (...names) =>
    page.evaluate(
      ([good, names]) => {
        const input = /** @type {HTMLInputElement} */ (document.querySelector('#photo-file'));
        for (const name of names) {
          const data = new DataTransfer();
          const content = name.startsWith('good')
            ? Uint8Array.from(atob(good), (c) => c.charCodeAt(0))
            : [255, 216, 255];
          data.items.add(new File([new Uint8Array(content)], name, { type: 'image/jpeg' }));
          input.files = data.files;
          input.dispatchEvent(new Event('change'));
        }
      },
      /** @type {const} */ ([readFileSync(sample('lighthouse')).toString('base64'), names]),
    );
  await give('good.jpg', 'bad.jpg');
  await notice(page, /“bad\.jpg” can’t be opened/);
  await shows(page, /^Your photo: good/);
  await best(page, 'beacon');
  await give('good 2.jpg', 'bad 2.jpg', 'bad 3.jpg');
  await notice(page, /“bad 3\.jpg” can’t be opened/);
  await shows(page, /^Your photo: good 2/);
  await best(page, 'beacon');
});

test('a lost worker leaves photo and answers when the crop changes, and can be asked again', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, peacock);
  await predictions(page);
  const before = await predictions(page);
  await endWorker(page);
  await choose(page, 'Square');
  await notice(page, /stopped unexpectedly/);
  await shows(page, /^Your photo: peacock/);
  assert.deepEqual(await predictions(page), before);
  await look(page, 'photo-lost-worker');
  // From another page too: it is the photo that is shown then.
  await page.getByRole('link', { name: 'How it works' }).click();
  await page.getByRole('heading', { name: 'Inside the model' }).waitFor();
  await button(page, 'Try again').click();
  await reached(page, '#photo?crop=square');
  await page.waitForFunction(
    (before) => document.querySelector('photo-panel li')?.getAttribute('data-probability') !== before,
    String(before[0].probability),
  );
  await page.locator('.notice').waitFor({ state: 'detached' });
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('a photo opened from Folder takes the place of what was wrong in Photo', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, letter);
  await alert(page, /“letter\.txt” isn’t an image/);
  await page.getByRole('link', { name: 'Folder' }).click();
  await page.getByRole('heading', { name: 'What is in your folder?' }).waitFor();
  await drop(page, peacock, file('one.png', pattern(1)));
  await finished(page);
  await options(page).filter({ hasText: 'peacock' }).click();
  await button(page, 'Open in Photo').click();
  await best(page, 'peacock');
  await shows(page, /^Your photo: /);
  assert.equal(await page.getByText('letter.txt').and(page.locator(':visible')).count(), 0);
});

test('a sample link that fails leaves one’s own photo, and the address', async (t) => {
  const mend = withFault(t, site, { path: /samples\/lighthouse\.[^/]*$/, status: 500 });
  const page = await visit(t, site.url, { expected: [failedRequest] });
  await drop(page, peacock);
  await best(page, 'peacock');
  const follow = () =>
    page.evaluate(() => {
      location.hash = '#photo?sample=lighthouse';
    });
  await follow();
  await notice(page, /download stopped/);
  await reached(page, '#photo');
  await shows(page, /^Your photo: peacock/);
  assert.equal(await button(page, 'Back to my photo').count(), 0, 'it has not gone');
  mend();
  await follow();
  await best(page, 'beacon');
  await reached(page, '#photo?sample=lighthouse');
  await button(page, 'Back to my photo').click();
  await best(page, 'peacock');
});

test('a change of the crop meanwhile is answered after a wrong file too', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await best(page, 'peacock');
  const before = (await predictions(page))[0].probability;
  await page.evaluate(() => {
    location.hash = '#photo?crop=whole';
  });
  await fileInput(page).setInputFiles([letter]);
  await notice(page, /isn’t an image/);
  await page.waitForFunction(
    (before) => document.querySelector('photo-panel li')?.getAttribute('data-probability') !== before,
    String(before),
  );
  assert.equal(await answer(page).count(), 1);
  assert.equal((await predictions(page))[0].label, 'peacock');
});
