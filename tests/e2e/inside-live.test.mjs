// Inside the network while the camera is on.
import assert from 'node:assert/strict';
import test from 'node:test';
import { camera, cameras, picture } from '../support/camera.mjs';
import { alert } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { choose, open } from './support/inside-panel.mjs';
import { look } from './support/look.mjs';

/** @typedef {import('playwright-core').Page} Page */

const filming = camera('inside', [picture(peacock)]);
const twoScenes = camera('inside-two', [
  picture(peacock),
  () => [128, 128, 128],
  (x) => (x < 320 ? [200, 0, 0] : [0, 0, 200]),
]);

/** Remembers the tracks that the page is given. */
function remember() {
  const media = Object.getPrototypeOf(navigator.mediaDevices);
  const actual = media.getUserMedia;
  /** @type {MediaStreamTrack[]} */
  const tracks = [];
  Object.assign(globalThis, { tracks });
  media.getUserMedia = async function (/** @type {unknown[]} */ ...given) {
    const stream = await actual.apply(this, given);
    tracks.push(...stream.getTracks());
    return stream;
  };
}
const light = (/** @type {Page} */ page) =>
  page.evaluate(() => /** @type {any} */ (globalThis).tracks.some((/** @type {any} */ t) => t.readyState === 'live'));

test('live: the maps follow the camera, and it goes off when it is no longer looked at', async (t) => {
  const page = await open(t, { switches: twoScenes, before: remember });
  await choose(page, 'dw5');
  await page.getByRole('button', { name: /live/, pressed: false }).click();
  await page.getByText('The camera is on').waitFor();
  assert.ok(await light(page));
  const map = page.locator('feature-atlas canvas');
  const pixels = () => map.evaluate((c) => /** @type {HTMLCanvasElement} */ (c).toDataURL());
  const first = await pixels();
  await page.waitForFunction(
    (first) => /** @type {HTMLCanvasElement} */ (document.querySelector('feature-atlas canvas')).toDataURL() !== first,
    first,
  );
  // Another layer, live.
  await choose(page, 'pw8');
  const second = await pixels();
  await page.waitForFunction(
    (second) =>
      /** @type {HTMLCanvasElement} */ (document.querySelector('feature-atlas canvas')).toDataURL() !== second,
    second,
  );
  await page.getByRole('button', { name: 'Stop the camera' }).click();
  await page.getByText('what the model makes of “peacock”').waitFor();
  assert.ok(!(await light(page)));
  const kept = await page.evaluate(() => performance.getEntriesByName('depthwise: draw maps').length);
  assert.ok(kept < 10, `${kept} measures are kept of live frames`);

  await page.getByRole('button', { name: /live/ }).click();
  await page.getByText('The camera is on').waitFor();
  await page.getByRole('link', { name: 'Photo' }).click();
  await page.waitForFunction(
    () => !(/** @type {any} */ (globalThis).tracks.some((/** @type {any} */ t) => t.readyState === 'live')),
  );
});

test('live: what the camera shows is what the network says', async (t) => {
  const page = await open(t, { switches: filming });
  await choose(page, 'fc');
  await page.getByRole('button', { name: /live/ }).click();
  await page.getByText('The camera is on').waitFor();
  const best = page.getByRole('listbox').getByRole('option');
  await best.filter({ hasText: 'peacock' }).waitFor({ state: 'attached' });
  assert.equal(await page.getByText('Measuring the time').count(), 0, 'the camera has the processor for itself');
  await look(page, 'inside-live');
});

test('live: says why there is no camera', async (t) => {
  const page = await open(t, { switches: cameras(0) });
  await page.getByRole('button', { name: /live/ }).click();
  await alert(page, /No camera was found/);
  await page.getByText('what the model makes of “peacock”').waitFor();
  await page.getByRole('button', { name: /live/ }).waitFor();
});

test('live: a camera that nobody watches goes off', async (t) => {
  const page = await open(t, { switches: filming, before: remember });
  await page.clock.install();
  await page.getByRole('button', { name: /live/ }).click();
  await page.getByText('The camera is on').waitFor();
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.clock.fastForward(31_000);
  await alert(page, /switched off/);
  assert.ok(!(await light(page)));
});
