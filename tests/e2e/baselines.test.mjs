// The page looks as it did when a person last agreed: a few of its states against committed pictures.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { camera, picture } from '../support/camera.mjs';
import { drop, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';
import { assertLooksAsBefore, makeEven, notices } from './support/baseline.mjs';
import { finished, makeFolder, options } from './support/folder.mjs';

const site = await plainSite();
after(() => site.close());

const folder = makeFolder('Holiday', 24);

test('empty, an answer and what speaks for it, camera, folder', async (t) => {
  const page = await visit(t, site.url, { switches: camera('still', [picture(peacock)]) });
  /** @param {string} name */
  const button = (name) => page.getByRole('button', { name });
  await ready(page);
  await makeEven(page);
  await assertLooksAsBefore(page, 'empty');

  await drop(page, peacock);
  await predictions(page);
  await page.getByText('male peafowl').waitFor();
  await button('peacock').first().click();
  await page.getByText('Why “peacock”').waitFor();
  await assertLooksAsBefore(page, 'answer');
  for (const [what, css] of [
    ['a part that is missing', '.samples { visibility: hidden }'],
    ['a part that moved by 12 pixels', 'prediction-list { translate: 0 12px }'],
    ['a heat map that moved', 'heat-map { translate: 12px 0 }'],
    ['corners that are missing', '.crop::after { content: none }'],
    ['another colour', ':root { --accent: #5b3fa8 }'],
    ['smaller letters', ':root { font-size: 15px }'],
  ]) {
    const { noticed, mean, patch, place } = await notices(page, 'answer', css);
    t.diagnostic(`${what}: ${mean.toFixed(2)} on average, ${patch.toFixed(1)} around ${place}`);
    assert.ok(noticed, `${what} goes unnoticed`);
  }

  await page.getByRole('link', { name: 'Camera', exact: true }).click();
  await button('Start the camera').click();
  await page.getByRole('switch', { name: 'Show heat map' }).check();
  await page.locator('camera-panel').getByText('Why “peacock”').waitFor();
  await assertLooksAsBefore(page, 'camera');

  await page.getByRole('link', { name: 'Folder' }).click();
  await page.getByLabel('Choose a folder').setInputFiles(folder.top);
  await finished(page);
  await options(page).first().click();
  await page.locator('folder-side .meaning').waitFor();
  await assertLooksAsBefore(page, 'folder');
});
