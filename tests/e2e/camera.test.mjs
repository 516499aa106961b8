// The camera as a person uses it, with the real model and a camera of Chromium's that films what the tests draw.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { camera, cameras, width } from '../support/camera.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { alert, predictions, ready } from '../support/page.mjs';
import { gate, ownSite, plainSite, withFault } from '../support/site.mjs';
import { bird, button, colourAt, filming, grey, light, live, remember, saved } from './support/live.mjs';
import { look } from './support/look.mjs';

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#camera`;

/** Red on the left, blue on the right. @type {import('../support/camera.mjs').Scene} */
const flag = (x) => (x < width / 2 ? [220, 30, 30] : [30, 30, 220]);

/** @param {number[]} colour */
const nameOf = ([red, , blue]) => (red > 2 * blue ? 'red' : blue > 2 * red ? 'blue' : 'neither');

/** In an order that no even sampling of frames turns into one scene alone. */
const flickering = camera('flicker', [bird, grey, grey, bird, bird, grey, bird]);

test('says live that it sees a peacock, aloud once, and lets go of the camera when stopped', async (t) => {
  const page = await live(t, url, { before: remember });
  const [best] = await predictions(page);
  assert.equal(best.label, 'peacock');
  assert.equal(best.index, 85);
  assert.ok(best.probability > 0.9);
  await page.getByText(/\d+ frames? a second · \d.* ms a frame/).waitFor();
  const told = page.getByRole('status').filter({ hasText: /^peacock, \d.*%\.$/ });
  await told.waitFor({ state: 'attached' });
  const video = page.locator('video');
  assert.deepEqual(
    await video.evaluate((v) => {
      const { muted, playsInline, isConnected } = /** @type {HTMLVideoElement} */ (v);
      return { muted, playsInline, isConnected };
    }),
    { muted: true, playsInline: true, isConnected: true },
  );
  t.diagnostic(await page.locator('.figures').innerText());

  await light(page, true);
  await button(page, 'Stop').click();
  await light(page, false);
  await page.getByRole('heading', { name: 'What does your camera see?' }).waitFor();
  await button(page, 'Start the camera').click();
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('started before the network is there: the picture at once, answers then', async (t) => {
  const part = gate(0.4);
  withFault(t, site, { path: /\.tflite/, gate: part });
  const page = await visit(t, url, { switches: filming });
  await button(page, 'Start the camera').click();
  await button(page, 'Freeze').waitFor();
  assert.equal(await page.getByRole('list', { name: 'Predictions' }).getByRole('listitem').count(), 0);
  part.release();
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('without requestVideoFrameCallback it looks at animation frames', async (t) => {
  const page = await live(t, url, {
    before: () => {
      delete (/** @type {any} */ (HTMLVideoElement.prototype).requestVideoFrameCallback);
    },
  });
  assert.equal((await predictions(page))[0].label, 'peacock');
  await page.getByText(/frames? a second/).waitFor();
});

test('works from depthwise serve, isolated and under its strict policy', async (t) => {
  const own = await ownSite();
  cleanup(t, () => own.close());
  const page = await visit(t, `${own.url}#camera`, { switches: filming });
  assert.ok(await page.evaluate(() => crossOriginIsolated));
  await button(page, 'Start the camera').click();
  assert.equal((await predictions(page))[0].label, 'peacock');
  await page.getByRole('switch', { name: 'Show heat map' }).check();
  await page.getByText('Why “peacock”').waitFor();
  await button(page, 'Freeze').click();
  assert.match((await saved(page, 'Save')).name, /\.jpg$/);
});

test('smoothing holds answers still, and can be switched off', async (t) => {
  const page = await visit(t, url, {
    switches: flickering,
    before: () => {
      // The largest step of the peacock's probability from one answer to the next; nothing counts for a class not shown. Where answers
      // are far apart, as beside other work, even a smoothed one may be all new: such a step does not count.
      Object.assign(globalThis, { largest: 0, counted: 0 });
      let last = /** @type {number | undefined} */ (undefined);
      let at = -Infinity;
      new MutationObserver(() => {
        const items = [...document.querySelectorAll('camera-answers li:not([hidden])')];
        if (items.length === 0) return;
        const item = /** @type {HTMLElement | undefined} */ (
          items.find((i) => /** @type {HTMLElement} */ (i).dataset.label === 'peacock')
        );
        const now = Number(item?.dataset.probability ?? 0);
        const page = /** @type {any} */ (globalThis);
        const soon = performance.now() - at < 300;
        at = performance.now();
        if (last !== undefined && soon) {
          page.largest = Math.max(page.largest, Math.abs(now - last));
          page.counted++;
        }
        last = now;
      }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-probability'] });
    },
  });
  const largest = () => page.evaluate(() => /** @type {any} */ (globalThis).largest);
  await ready(page);
  await button(page, 'Start the camera').click();
  await predictions(page);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).counted >= 20);
  const steady = await largest();
  await page.getByRole('switch', { name: 'Steady results' }).uncheck();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).largest > 0.9);
  t.diagnostic(`largest step: ${steady} smoothed, ${await largest()} raw`);
  assert.ok(steady < 0.9, `a step of ${steady}`);
});

test('the preview is a mirror image; what is classified and saved is not', async (t) => {
  const page = await live(t, url, { switches: camera('flag', [flag]) });
  const shown = async () => {
    const { colour } = await colourAt(page, await page.locator('.view').screenshot(), 0.1, 0.5);
    return nameOf(colour);
  };
  assert.equal(await shown(), 'blue', 'the left of the mirror image is the right of the picture');
  await button(page, 'Freeze').click();
  await page.getByRole('img', { name: 'Frozen frame' }).waitFor();
  assert.equal(await shown(), 'blue', 'frozen, nothing jumps');
  const file = await saved(page, 'Save');
  const { colour } = await colourAt(page, file.bytes, 0.1, 0.25);
  assert.equal(nameOf(colour), 'red', 'the saved picture is as the world is');
  const mirror = page.getByRole('switch', { name: 'Mirror image' });
  await mirror.uncheck();
  assert.equal(await shown(), 'red');
  await button(page, 'Resume').click();
  await page.getByText(/frames? a second/).waitFor();
  assert.equal(await shown(), 'red');
  await button(page, 'Stop').click();
  await button(page, 'Start the camera').click();
  await predictions(page);
  assert.equal(await mirror.isChecked(), false, 'the same camera, the same choice');
  await mirror.check();
  assert.equal(await shown(), 'blue');
});

test('a heat map of the best answer, or of the one that is pressed; live and frozen', async (t) => {
  const page = await live(t, url);
  await page.getByRole('switch', { name: 'Show heat map' }).check();
  const map = page.locator('heat-map').getByRole('img');
  await page.getByText('2 passes').click(); // then the map is of the larger square, and so are the corners
  await page.getByText('Why “peacock”').waitFor();
  await map.and(page.getByLabel(/peacock/)).waitFor();
  // It lies where the corners are, as soon as it is of the larger square.
  await page.waitForFunction(() => {
    const [heat, corners] = ['heat-map', '.crop'].map((s) => document.querySelector(s)?.getBoundingClientRect());
    const sides = /** @type {const} */ (['x', 'y', 'width', 'height']);
    return heat && corners && sides.every((side) => Math.abs(heat[side] - corners[side]) < 1.5);
  });
  await page.getByText('Off', { exact: true }).click();
  const answers = page.getByRole('list', { name: 'Predictions' }).getByRole('button');
  await answers.nth(1).filter({ hasText: 'jay' }).waitFor(); // the second of the middle, the third of two looks
  await answers.filter({ hasText: 'jay' }).click();
  await page.getByText('Why “jay”').waitFor();
  assert.equal(await answers.filter({ hasText: 'jay' }).getAttribute('aria-pressed'), 'true');
  await button(page, 'Freeze').click();
  await button(page, 'Save').waitFor();
  await page.getByText('Why “jay”').waitFor();
  await page
    .getByRole('list', { name: 'Predictions' })
    .getByRole('button', { name: /^peacock/ })
    .click();
  await page.getByText('Why “peacock”').waitFor();
  await page
    .getByRole('list', { name: 'Predictions' })
    .getByRole('button', { name: /^peacock/ })
    .click();
  await map.waitFor({ state: 'hidden' });
  assert.equal(await page.getByRole('switch', { name: 'Show heat map' }).isChecked(), false);
});

test('the address’s crop is what the network sees', async (t) => {
  const page = await visit(t, `${site.url}#camera?crop=whole`, { switches: filming });
  await button(page, 'Start the camera').click();
  await predictions(page);
  await page.getByText('The full photo is analysed, squeezed into the model’s shape.').waitFor();
  const [picture, corners] = await page.evaluate(() =>
    ['.view', '.crop'].map((part) => document.querySelector(`camera-stage ${part}`)?.getBoundingClientRect().toJSON()),
  );
  assert.deepEqual(corners, picture);
});

test('percentages change as often as can be read, and after a frozen frame too', async (t) => {
  const page = await live(t, url);
  const texts = await page.evaluate(() => {
    const answers = /** @type {any} */ (document.body.appendChild(document.createElement('camera-answers')));
    const times = /** @type {[number, number?][]} */ ([[0.1, 9000], [0.2, 9001], [0.3], [0.4, 9002], [0.5, 9003]]);
    return times.map(([probability, now]) => {
      answers.show([{ index: 1, label: 'one', probability }], now);
      return answers.querySelector('.percent').textContent;
    });
  });
  assert.deepEqual(texts, ['10.0%', '10.0%', '30.0%', '40.0%', '40.0%']);
});

test('answers stand in the order of their percentages, whenever they are read', async (t) => {
  const page = await live(t, url);
  const read = await page.evaluate(() => {
    const answers = /** @type {any} */ (document.body.appendChild(document.createElement('camera-answers')));
    return [
      [9000, 0.05, 0.045],
      [9001, 0.045, 0.05],
      [9500, 0.045, 0.05],
      [9999, 0.05004, 0.04996], // these read alike
    ].map(([now, ...probabilities]) => {
      const predictions = probabilities.map((probability, i) => ({ index: i, label: 'ab'[i], probability }));
      answers.show(
        predictions.sort((a, b) => b.probability - a.probability),
        now,
      );
      const rows = [...answers.querySelectorAll('li:not([hidden])')];
      return rows.map((row) => ['.label', '.percent'].map((part) => row.querySelector(part).textContent).join(' '));
    });
  });
  assert.deepEqual(read, [
    ['a 5.0%', 'b 4.5%'],
    ['a 5.0%', 'b 4.5%'],
    ['b 5.0%', 'a 4.5%'],
    ['b 5.0%', 'a 5.0%'],
  ]);
});

test('of two cameras one can be chosen', async (t) => {
  const page = await live(t, url, { switches: cameras(2), before: remember });
  const choice = page.getByRole('combobox', { name: 'Camera' });
  await choice.getByRole('option').nth(1).waitFor({ state: 'attached' }); // asked for beside the answers
  assert.equal(await choice.getByRole('option').count(), 2);
  const value = await choice.getByRole('option').nth(1).getAttribute('value');
  await choice.focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).tracks.length === 2);
  await predictions(page);
  assert.ok(await choice.evaluate((element) => element === document.activeElement), 'the focus stays');
  const used = () =>
    page.evaluate(() => {
      const { tracks, isLive } = /** @type {any} */ (globalThis);
      return tracks.filter(isLive).map((/** @type {MediaStreamTrack} */ track) => track.getSettings().deviceId);
    });
  assert.deepEqual(await used(), [value], 'the chosen one is on, the other off');
  assert.equal(await choice.inputValue(), value);
});

test('on a phone the front and the rear camera change places, and only the front one is a mirror', async (t) => {
  const page = await live(t, url, {
    switches: cameras(2),
    before: () => {
      // Two cameras as phones have them: each has a side.
      const media = Object.getPrototypeOf(navigator.mediaDevices);
      const actual = media.getUserMedia;
      media.getUserMedia = async function (/** @type {{video: MediaTrackConstraints}} */ { video }) {
        const { ideal } = /** @type {ConstrainDOMStringParameters} */ (video.facingMode);
        const stream = await actual.call(this, { video: true });
        const [track] = stream.getVideoTracks();
        const settings = track.getSettings();
        track.getSettings = () => ({ ...settings, facingMode: ideal });
        return stream;
      };
    },
  });
  const mirror = page.getByRole('switch', { name: 'Mirror image' });
  assert.ok(await mirror.isChecked());
  await button(page, 'Use the rear camera').click();
  await button(page, 'Use the front camera').waitFor();
  assert.equal(await mirror.isChecked(), false);
  await button(page, 'Use the front camera').click();
  await button(page, 'Use the rear camera').waitFor();
  assert.ok(await mirror.isChecked());
});

test('by keyboard alone', async (t) => {
  const page = await visit(t, url, { switches: filming });
  await ready(page);
  /** @param {import('playwright-core').Locator} control */
  const tabTo = async (control) => {
    const focused = () => control.evaluate((element) => element === document.activeElement);
    for (let presses = 0; presses < 40 && !(await focused()); presses++) await page.keyboard.press('Tab');
    assert.ok(await focused(), `Tab reaches ${control}`);
  };
  await tabTo(button(page, 'Start the camera'));
  await page.keyboard.press('Enter');
  await predictions(page);
  assert.ok(await button(page, 'Stop').evaluate((element) => element === document.activeElement), 'the focus stays');
  await tabTo(page.getByRole('switch', { name: 'Show heat map' }));
  await page.keyboard.press('Space');
  await page.getByText('Why “peacock”').waitFor();
  await tabTo(button(page, 'Freeze'));
  await page.keyboard.press('Enter');
  await button(page, 'Save').waitFor();
  assert.ok(await button(page, 'Resume').evaluate((element) => element === document.activeElement), 'the focus stays');
  await tabTo(button(page, 'Save'));
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  assert.match((await download).suggestedFilename(), /\.jpg$/);
  await tabTo(page.getByRole('list', { name: 'Predictions' }).getByRole('button').nth(1));
  await page.keyboard.press('Enter');
  await page.getByText(/^Why “/).waitFor();
});

test('looks right in every state', async (t) => {
  const page = await visit(t, url, { switches: filming });
  await ready(page);
  await look(page, 'camera-off');
  await button(page, 'Start the camera').click();
  await predictions(page);
  await page.getByText(/frames? a second/).waitFor();
  await look(page, 'camera-live');
  await page.getByRole('switch', { name: 'Show heat map' }).check();
  await page.getByText('Why “peacock”').waitFor();
  await look(page, 'camera-heat');
  await button(page, 'Freeze').click();
  await saved(page, 'Save');
  await look(page, 'camera-frozen');
  await button(page, 'Stop').click();
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => new Promise(() => {});
  });
  await button(page, 'Start the camera').click();
  await look(page, 'camera-asking');
  await button(page, 'Cancel').click();
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException('taken', 'NotReadableError');
    };
  });
  await button(page, 'Start the camera').click();
  await alert(page, /in use elsewhere/);
  await look(page, 'camera-problem');
});
