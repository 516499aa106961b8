// The camera as a person uses it, with the real model and a camera of Chromium's that films what the tests draw.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after } from 'node:test';
import { visit } from './support/browser.mjs';
import { camera, cameras, height, picture, width } from './support/camera.mjs';
import { look } from './support/look.mjs';
import { alert, predictions, ready } from './support/page.mjs';
import { peacock } from './support/paths.mjs';
import { gate, ownSite, plainSite } from './support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./support/camera.mjs').Scene} Scene */

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#camera`;

const bird = picture(peacock);
/** @type {Scene} */
const grey = () => [128, 128, 128];
/** Red on the left, blue on the right. @type {Scene} */
const flag = (x) => (x < width / 2 ? [220, 30, 30] : [30, 30, 220]);

const filming = camera('peacock', [bird]);
/** In an order that no even sampling of frames turns into one scene alone. */
const flickering = camera('flicker', [bird, grey, grey, bird, bird, grey, bird]);

/** @param {Page} page @param {string | RegExp} name */
const button = (page, name) => page.getByRole('button', { name });

/** Opens the camera panel, starts the camera, and waits for answers. @param {import('node:test').TestContext} t @param {Parameters<typeof visit>[2]} [options] */
async function live(t, options) {
  const page = await visit(t, url, { switches: filming, ...options });
  await button(page, 'Start the camera').click();
  await predictions(page);
  return page;
}

/** Whether the camera is on, as its light would tell. @param {Page} page */
const light = (page) =>
  page.evaluate(() => {
    const { tracks, isLive } = /** @type {any} */ (globalThis);
    return tracks.some(isLive);
  });

/** Waits until the camera is off. @param {Page} page */
const dark = (page) =>
  page.waitForFunction(() => {
    const { tracks, isLive } = /** @type {any} */ (globalThis);
    return !tracks.some(isLive);
  });

/** Remembers every track that the page is given. */
function remember() {
  if (!navigator.mediaDevices) return; // a page that is not secure
  const media = Object.getPrototypeOf(navigator.mediaDevices);
  const actual = media.getUserMedia;
  /** @type {MediaStreamTrack[]} */
  const tracks = [];
  Object.assign(globalThis, { tracks, isLive: (/** @type {MediaStreamTrack} */ track) => track.readyState === 'live' });
  media.getUserMedia = async function (/** @type {unknown[]} */ ...given) {
    const stream = await actual.apply(this, given);
    tracks.push(...stream.getTracks());
    return stream;
  };
}

/** The colour at a place of a picture file, in fractions of its size. @param {Page} page @param {Buffer} bytes */
function colourAt(page, bytes, x = 0, y = 0) {
  return page.evaluate(
    async ({ base64, x, y }) => {
      const binary = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([binary]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(bitmap, 0, 0);
      const [r, g, b] = context.getImageData(bitmap.width * x, bitmap.height * y, 1, 1).data;
      return { width: bitmap.width, height: bitmap.height, colour: [r, g, b] };
    },
    { base64: bytes.toString('base64'), x, y },
  );
}

/** @param {number[]} colour */
const nameOf = ([red, , blue]) => (red > 2 * blue ? 'red' : blue > 2 * red ? 'blue' : 'neither');

/** Presses a button that saves, and gives the file. @param {Page} page @param {string} name */
async function saved(page, name) {
  const coming = page.waitForEvent('download');
  await button(page, name).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test('says live that it sees a peacock, aloud once, and lets go of the camera when stopped', async (t) => {
  const page = await live(t, { before: remember });
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

  assert.ok(await light(page));
  await button(page, 'Stop').click();
  assert.ok(!(await light(page)));
  await page.getByRole('heading', { name: 'What does your camera see?' }).waitFor();
  await button(page, 'Start the camera').click();
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('started before the network is there: the picture at once, answers then', async (t) => {
  const part = gate(0.4);
  site.faults.push({ path: /\.tflite/, gate: part });
  t.after(() => {
    site.faults.length = 0;
  });
  const page = await visit(t, url, { switches: filming });
  await button(page, 'Start the camera').click();
  await button(page, 'Freeze').waitFor();
  assert.equal(await page.getByRole('list', { name: 'Predictions' }).getByRole('listitem').count(), 0);
  part.release();
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('without requestVideoFrameCallback it looks at animation frames', async (t) => {
  const page = await live(t, {
    before: () => {
      delete (/** @type {any} */ (HTMLVideoElement.prototype).requestVideoFrameCallback);
    },
  });
  assert.equal((await predictions(page))[0].label, 'peacock');
  await page.getByText(/frames? a second/).waitFor();
});

test('works from web/serve, isolated and under its strict policy', async (t) => {
  const own = await ownSite();
  t.after(() => own.close());
  const page = await visit(t, `${own.url}#camera`, { switches: filming });
  assert.ok(await page.evaluate(() => crossOriginIsolated));
  await button(page, 'Start the camera').click();
  assert.equal((await predictions(page))[0].label, 'peacock');
  await page.getByRole('switch', { name: 'Show where it looks' }).check();
  await page.getByText('What speaks for “peacock”').waitFor();
  await button(page, 'Freeze').click();
  assert.match((await saved(page, 'Save as JPEG')).name, /\.jpg$/);
});

test('a frozen frame is saved with its answers, as PNG and as JPEG', async (t) => {
  const page = await live(t, { before: remember });
  await button(page, 'Freeze').click();
  await page.getByRole('img', { name: 'Frozen frame' }).waitFor();
  for (const [name, type] of [
    ['Save as PNG', 'png'],
    ['Save as JPEG', 'jpg'],
  ]) {
    const file = await saved(page, name);
    assert.match(file.name, new RegExp(`^depthwise-peacock-\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d-\\d\\d\\.${type}$`));
    await page.getByText(`Saved as ${file.name}`).first().waitFor();
    assert.equal(
      file.bytes.toString('latin1', ...(type === 'png' ? [1, 4] : [6, 10])),
      type === 'png' ? 'PNG' : 'JFIF',
    );
    const { colour, ...size } = await colourAt(page, file.bytes, 0.5, 0.25);
    assert.equal(size.width, 720);
    assert.ok(size.height > (720 * height) / width + 150, `room for the answers in ${size.height} pixels`);
    // The picture itself is there, as the camera gave it: near enough, after film, screen and file.
    const scale = size.width / width;
    const drawn = bird(0.5 * width, (0.25 * size.height) / scale);
    assert.ok(
      colour.every((c, i) => Math.abs(c - drawn[i]) < 40),
      `${name}: ${colour} where the camera saw ${drawn}`,
    );
  }
  await button(page, 'Go on').click();
  await page.getByText(/frames? a second/).waitFor();
  assert.ok(await light(page));
});

test('the saved answers are read again by the network they came from', async (t) => {
  const page = await live(t);
  await button(page, 'Freeze').click();
  const file = await saved(page, 'Save as PNG');
  const top = await page.evaluate(async (base64) => {
    const binary = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const { load } = await import(String(new URL('mobilenet/mobilenet.js', location.href)));
    const net = await load();
    const { predictions } = await net.classify(new Blob([binary]));
    await net.close();
    return predictions[0].label;
  }, file.bytes.toString('base64'));
  assert.equal(top, 'peacock');
});

test('smoothing holds answers still, and can be switched off', async (t) => {
  const page = await visit(t, url, {
    switches: flickering,
    before: () => {
      // The largest step of the peacock's probability from one answer to the next; nothing counts for a class not shown.
      Object.assign(globalThis, { largest: 0 });
      let last = /** @type {number | undefined} */ (undefined);
      new MutationObserver(() => {
        const items = [...document.querySelectorAll('camera-answers li:not([hidden])')];
        if (items.length === 0) return;
        const item = /** @type {HTMLElement | undefined} */ (
          items.find((i) => /** @type {HTMLElement} */ (i).dataset.label === 'peacock')
        );
        const now = Number(item?.dataset.probability ?? 0);
        const page = /** @type {any} */ (globalThis);
        if (last !== undefined) page.largest = Math.max(page.largest, Math.abs(now - last));
        last = now;
      }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-probability'] });
    },
  });
  const largest = () => page.evaluate(() => /** @type {any} */ (globalThis).largest);
  await ready(page);
  await button(page, 'Start the camera').click();
  await predictions(page);
  await page.getByText(/frames? a second/).waitFor();
  const steady = await largest();
  await page.getByRole('switch', { name: 'Steady answers' }).uncheck();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).largest > 0.9);
  t.diagnostic(`largest step: ${steady} smoothed, ${await largest()} raw`);
  assert.ok(steady < 0.9, `a step of ${steady}`);
});

test('the preview is a mirror image; what is classified and saved is not', async (t) => {
  const page = await live(t, { switches: camera('flag', [flag]) });
  const shown = async () => {
    const { colour } = await colourAt(page, await page.locator('.view').screenshot(), 0.1, 0.5);
    return nameOf(colour);
  };
  assert.equal(await shown(), 'blue', 'the left of the mirror image is the right of the picture');
  await button(page, 'Freeze').click();
  await page.getByRole('img', { name: 'Frozen frame' }).waitFor();
  assert.equal(await shown(), 'blue', 'frozen, nothing jumps');
  const file = await saved(page, 'Save as PNG');
  const { colour } = await colourAt(page, file.bytes, 0.1, 0.25);
  assert.equal(nameOf(colour), 'red', 'the saved picture is as the world is');
  const mirror = page.getByRole('switch', { name: 'Mirror image' });
  await mirror.uncheck();
  assert.equal(await shown(), 'red');
  await button(page, 'Go on').click();
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
  const page = await live(t);
  await page.getByRole('switch', { name: 'Show where it looks' }).check();
  const map = page.locator('heat-map').getByRole('img');
  await page.getByText('2 looks').click(); // then the map is of the larger square, and so are the corners
  await page.getByText('What speaks for “peacock”').waitFor();
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
  await page.getByText('What speaks for “jay”').waitFor();
  assert.equal(await answers.filter({ hasText: 'jay' }).getAttribute('aria-pressed'), 'true');
  await button(page, 'Freeze').click();
  await button(page, 'Save as PNG').waitFor();
  await page.getByText('What speaks for “jay”').waitFor();
  await page
    .getByRole('list', { name: 'Predictions' })
    .getByRole('button', { name: /^peacock/ })
    .click();
  await page.getByText('What speaks for “peacock”').waitFor();
  await page
    .getByRole('list', { name: 'Predictions' })
    .getByRole('button', { name: /^peacock/ })
    .click();
  await map.waitFor({ state: 'hidden' });
  assert.equal(await page.getByRole('switch', { name: 'Show where it looks' }).isChecked(), false);
});

test('the library’s classify gives the same heat map as heatmap, and checks what is asked', async (t) => {
  const page = await visit(t, url, { switches: filming });
  const { equal, boxes, code } = await page.evaluate(async (base64) => {
    const { load } = await import(String(new URL('mobilenet/mobilenet.js', location.href)));
    const net = await load();
    const photo = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]);
    const { predictions, heatmap: best } = await net.classify(photo, { heatmap: 'best' });
    const { heatmap: jay } = await net.classify(photo, { heatmap: 18, views: 2 });
    const [bestAlone, jayAlone] = [
      await net.heatmap(photo, predictions[0].index),
      await net.heatmap(photo, 18, { crop: 'square' }),
    ];
    const code = await net.classify(photo, { heatmap: 1001 }).catch((/** @type {any} */ error) => error.code);
    await net.close();
    const same = (/** @type {Float32Array} */ a, /** @type {Float32Array} */ b) => a.every((v, i) => v === b[i]);
    return {
      equal: [same(best.data, bestAlone.data), same(jay.data, jayAlone.data)],
      boxes: [best.box, bestAlone.box, jay.box, jayAlone.box],
      code,
    };
  }, readFileSync(peacock).toString('base64'));
  assert.deepEqual(equal, [true, true]);
  assert.deepEqual(boxes[0], boxes[1]);
  assert.deepEqual(boxes[2], boxes[3]);
  assert.equal(code, 'bad-argument');
});

test('the address’s crop is what the network sees', async (t) => {
  const page = await visit(t, `${site.url}#camera?crop=whole`, { switches: filming });
  await button(page, 'Start the camera').click();
  await predictions(page);
  await page.getByText('The network sees all of it, squeezed into a square.').waitFor();
  const [picture, corners] = [await page.locator('.view').boundingBox(), await page.locator('.crop').boundingBox()];
  assert.deepEqual(corners, picture);
});

test('of two cameras one can be chosen', async (t) => {
  const page = await live(t, { switches: cameras(2), before: remember });
  const choice = page.getByRole('combobox', { name: 'Camera' });
  const names = await choice.getByRole('option').allInnerTexts();
  assert.equal(names.length, 2);
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
  const page = await live(t, {
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

test('a “no” is explained: for now, and for good', async (t) => {
  const page = await visit(t, url, { switches: camera('unasked', [grey], { ask: true }) });
  await button(page, 'Start the camera').click();
  await alert(page, /not allowed|may not use/);
  const browser = await page.context().newCDPSession(page);
  await browser.send('Browser.setPermission', {
    permission: { name: 'camera' },
    setting: 'denied',
    origin: new URL(url).origin,
  });
  await button(page, 'Start the camera').click();
  await alert(page, /remembers a “no”/);
  await page.context().grantPermissions(['camera']);
  await button(page, 'Start the camera').click();
  await predictions(page);
  assert.equal(await page.getByRole('alert').filter({ hasText: /\S/ }).count(), 0, 'the refusal is gone');
});

test('no camera is said', async (t) => {
  const page = await visit(t, url, { switches: cameras(0) });
  await button(page, 'Start the camera').click();
  await alert(page, /No camera was found/);
});

/** @type {[string, string, string, RegExp][]} */
const refusals = [
  ['a camera that another program has', 'NotReadableError', 'Could not start video source', /in use elsewhere/],
  ['a system that keeps the camera', 'NotAllowedError', 'Permission denied by system', /privacy settings/],
  ['a reason nobody knows', 'OddError', 'odd', /did not start/],
];
for (const [what, name, message, words] of refusals) {
  test(`${what}: said, with what to do`, async (t) => {
    const page = await visit(t, url, { switches: filming });
    await page.evaluate(
      ([message, name]) => {
        navigator.mediaDevices.getUserMedia = async () => {
          throw new DOMException(message, name);
        };
      },
      [message, name],
    );
    await button(page, 'Start the camera').click();
    await alert(page, words);
    await page.evaluate(() => delete (/** @type {any} */ (navigator.mediaDevices).getUserMedia));
    await button(page, 'Start the camera').click();
    await predictions(page);
  });
}

test('an address that is not secure gets no camera, and is told why', async (t) => {
  const { port } = new URL(site.url);
  const page = await visit(t, `http://depthwise.test:${port}/#camera`, {
    switches: ['--host-resolver-rules=MAP depthwise.test 127.0.0.1'],
  });
  await button(page, 'Start the camera').click();
  await alert(page, /secure address/);
});

test('a frame of another site needs that site’s leave', async (t) => {
  site.pages['/around.html'] =
    `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Around</title><iframe title="Depthwise" src="${url.replace('localhost', '127.0.0.1')}">`;
  const page = await visit(t, `${site.origin}/around.html`, {
    switches: filming,
    origins: [site.origin.replace('localhost', '127.0.0.1')],
    expected: [/[Pp]ermissions.?[Pp]olicy/],
  });
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Start the camera' }).click();
  await frame.getByRole('alert').filter({ hasText: 'The site around this page' }).waitFor();
});

test('unplugged: said, and started again', async (t) => {
  const page = await live(t, { before: remember });
  await page.evaluate(() => {
    for (const track of /** @type {any} */ (globalThis).tracks) {
      track.stop();
      track.dispatchEvent(new Event('ended')); // stop() alone tells only others
    }
  });
  await alert(page, /The camera is gone/);
  await button(page, 'Start the camera').click();
  assert.equal((await predictions(page))[0].label, 'peacock');

  await button(page, 'Freeze').click();
  await button(page, 'Save as PNG').waitFor();
  await page.evaluate(() => /** @type {any} */ (globalThis).tracks.at(-1).dispatchEvent(new Event('ended')));
  assert.ok(!(await light(page)));
  assert.ok(await page.getByRole('img', { name: 'Frozen frame' }).isVisible(), 'a frozen frame stays');
  await button(page, 'Go on').click();
  await page.getByText(/frames? a second/).waitFor();
  assert.ok(await light(page));
});

test('a picture that cannot be played is a camera that did not start', async (t) => {
  const page = await visit(t, url, {
    switches: filming,
    before: () => {
      HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('no', 'NotSupportedError'));
    },
  });
  await button(page, 'Start the camera').click();
  await alert(page, /did not start/);
});

test('a picture that cannot be written is said, and kept', async (t) => {
  const page = await live(t);
  await page.evaluate(() => {
    HTMLCanvasElement.prototype.toBlob = (take) => take(null);
  });
  await button(page, 'Freeze').click();
  await button(page, 'Save as PNG').click();
  await page.getByText('That did not work').first().waitFor();
  assert.ok(await page.getByRole('img', { name: 'Frozen frame' }).isVisible());
});

test('a camera that sends nothing for a while says so', async (t) => {
  const page = await live(t, { before: remember });
  const mute = (/** @type {boolean} */ on) =>
    page.evaluate((on) => {
      const [track] = /** @type {any} */ (globalThis).tracks;
      Object.defineProperty(track, 'muted', { value: on, configurable: true });
      track.dispatchEvent(new Event(on ? 'mute' : 'unmute'));
    }, on);
  const notice = page.getByText('The camera sends no picture at the moment');
  await mute(true);
  await notice.waitFor();
  await mute(false);
  await notice.waitFor({ state: 'hidden' });
});

test('a hidden page switches the camera off after a while, not at once', async (t) => {
  const page = await visit(t, 'about:blank', { switches: filming, origins: [site.origin], before: remember });
  await page.clock.install();
  await page.goto(url);
  await button(page, 'Start the camera').click();
  await button(page, 'Freeze').waitFor();
  const hide = (/** @type {boolean} */ on) =>
    page.evaluate((on) => {
      Object.defineProperty(document, 'hidden', { value: on, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, on);
  await hide(true);
  await page.clock.fastForward(20_000);
  await hide(false);
  await page.clock.fastForward(20_000);
  assert.ok(await light(page), 'a short look elsewhere changes nothing');
  await hide(true);
  await page.clock.fastForward(31_000);
  assert.ok(!(await light(page)));
  await hide(false);
  await alert(page, /switched off/);
  await button(page, 'Start the camera').click();
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('leaving the panel or the page switches the camera off', async (t) => {
  const page = await live(t, { before: remember });
  const tab = (/** @type {string} */ name) => page.getByRole('navigation').getByRole('link', { name, exact: true });
  await tab('Photo').click();
  await dark(page); // the browser tells the page of its new address a little later
  await tab('Camera').click();
  await button(page, 'Start the camera').click();
  await button(page, 'Freeze').click();
  await button(page, 'Save as PNG').waitFor();
  await tab('Photo').click();
  await dark(page);
  await page.goBack();
  await page.getByRole('img', { name: 'Frozen frame' }).waitFor(); // it stays
  await button(page, 'Go on').click();
  await page.getByText(/frames? a second/).waitFor();
  assert.ok(await light(page));
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
  assert.ok(!(await light(page)));
});

test('cancelled while the browser asks: a camera that comes later is let go at once', async (t) => {
  const page = await visit(t, url, { switches: filming, before: remember });
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const actual = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wanted) => {
      await new Promise((resolve) => Object.assign(globalThis, { allow: resolve }));
      return actual(wanted);
    };
  });
  await button(page, 'Start the camera').click();
  await page.getByRole('heading', { name: 'Waiting for your camera' }).waitFor();
  await button(page, 'Cancel').click();
  await button(page, 'Start the camera').waitFor();
  await page.evaluate(() => /** @type {any} */ (globalThis).allow());
  await page.waitForFunction(() => {
    const { tracks } = /** @type {any} */ (globalThis);
    return tracks.length === 1 && tracks[0].readyState === 'ended';
  });
  assert.ok(await button(page, 'Start the camera').isVisible());
});

test('hundreds of frames leave nothing behind, and none waits for its turn', async (t) => {
  const page = await live(t, {
    before: () => {
      const actual = createImageBitmap;
      /** @type {ImageBitmap[]} */
      const bitmaps = [];
      const page = /** @type {any} */ (globalThis);
      Object.assign(globalThis, { bitmaps, answers: 0, tasks: [], ahead: 0 });
      page.createImageBitmap = async (/** @type {ImageBitmapSource} */ source) => {
        const bitmap = await actual(source);
        if (source instanceof HTMLVideoElement) {
          bitmaps.push(bitmap);
          page.ahead = Math.max(page.ahead, bitmaps.length - page.answers);
        }
        return bitmap;
      };
      new MutationObserver((records) => {
        // Each answer writes the first row once.
        page.answers += records.filter(
          ({ target }) => target instanceof Element && target.matches('camera-answers li:first-child'),
        ).length;
      }).observe(document, { subtree: true, attributeFilter: ['data-probability'] });
      new PerformanceObserver((list) =>
        page.tasks.push(...list.getEntries().map((e) => Math.round(e.duration))),
      ).observe({ type: 'longtask' });
    },
  });
  const browser = await page.context().newCDPSession(page);
  await browser.send('Performance.enable');
  const measure = async (/** @type {number} */ answers) => {
    await page.waitForFunction((n) => /** @type {any} */ (globalThis).answers >= n, answers, { timeout: 60_000 });
    const tasks = await page.evaluate(() => /** @type {any} */ (globalThis).tasks);
    t.diagnostic(`until answer ${answers}, tasks over 50 ms on the page's thread: ${tasks.length ? tasks : 'none'}`);
    await browser.send('HeapProfiler.collectGarbage');
    await page.evaluate(() => {
      /** @type {any} */ (globalThis).tasks.length = 0;
    });
    const { metrics } = await browser.send('Performance.getMetrics');
    const value = (/** @type {string} */ name) => metrics.find((m) => m.name === name)?.value ?? Number.NaN;
    return {
      heap: value('JSHeapUsedSize'),
      nodes: value('Nodes'),
      listeners: value('JSEventListeners'),
      entries: await page.evaluate(() => performance.getEntriesByType('measure').length),
    };
  };
  const early = await measure(40);
  const plain = await measure(180);
  await page.getByRole('switch', { name: 'Show where it looks' }).check();
  await page.getByText('What speaks for').waitFor();
  let heat = await measure(220);
  let late = await measure(300);
  // What leaks grows in every stretch, the code that a busy browser compiles late in one alone.
  if (late.heap - heat.heap >= 500_000) [heat, late] = [late, await measure(380)];
  t.diagnostic(`heap in bytes: ${early.heap}, ${plain.heap}, with heat map ${heat.heap}, ${late.heap}`);
  for (const [before, now] of [
    [early, plain],
    [heat, late],
  ]) {
    assert.ok(now.heap - before.heap < 500_000, `the heap grew by ${now.heap - before.heap} bytes`);
    assert.ok(now.nodes - before.nodes < 20, `${now.nodes - before.nodes} nodes more`);
    assert.ok(now.listeners - before.listeners < 10, `${now.listeners - before.listeners} listeners more`);
    assert.ok(now.entries <= before.entries, `${now.entries - before.entries} performance entries more`);
  }
  await button(page, 'Stop').click();
  const { open, ahead } = await page.evaluate(() => {
    const { bitmaps, ahead } = /** @type {any} */ (globalThis);
    // A bitmap that was closed or handed to the worker has no width any more.
    const open = bitmaps.filter((/** @type {ImageBitmap} */ { width }) => width > 0).length;
    return { open, ahead };
  });
  assert.equal(open, 0, 'every frame is closed');
  assert.ok(ahead <= 1, `${ahead} frames were under way at once`);
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
  await tabTo(page.getByRole('switch', { name: 'Show where it looks' }));
  await page.keyboard.press('Space');
  await page.getByText('What speaks for “peacock”').waitFor();
  await tabTo(button(page, 'Freeze'));
  await page.keyboard.press('Enter');
  await button(page, 'Save as JPEG').waitFor();
  assert.ok(await button(page, 'Go on').evaluate((element) => element === document.activeElement), 'the focus stays');
  await tabTo(button(page, 'Save as JPEG'));
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  assert.match((await download).suggestedFilename(), /\.jpg$/);
  await tabTo(page.getByRole('list', { name: 'Predictions' }).getByRole('button').nth(1));
  await page.keyboard.press('Enter');
  await page.getByText('What speaks for').waitFor();
});

test('looks right in every state', async (t) => {
  const page = await visit(t, url, { switches: filming });
  await ready(page);
  await look(page, 'camera-off');
  await button(page, 'Start the camera').click();
  await predictions(page);
  await page.getByText(/frames? a second/).waitFor();
  await look(page, 'camera-live');
  await page.getByRole('switch', { name: 'Show where it looks' }).check();
  await page.getByText('What speaks for “peacock”').waitFor();
  await look(page, 'camera-heat');
  await button(page, 'Freeze').click();
  await saved(page, 'Save as JPEG');
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
