// The camera goes off when nobody looks, and its frames leave nothing behind.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { alert, predictions } from '../support/page.mjs';
import { plainSite } from '../support/site.mjs';
import { button, filming, light, live, remember } from './support/live.mjs';

const site = await plainSite();
after(() => site.close());
const url = `${site.url}#camera`;

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
  await light(page, true); // a short look elsewhere changes nothing
  await hide(true);
  await page.clock.fastForward(31_000);
  await light(page, false);
  await hide(false);
  await alert(page, /switched off/);
  await button(page, 'Start the camera').click();
  assert.equal((await predictions(page))[0].label, 'peacock');
});

test('leaving the panel or the page switches the camera off', async (t) => {
  const page = await live(t, url, { before: remember });
  const tab = (/** @type {string} */ name) => page.getByRole('navigation').getByRole('link', { name, exact: true });
  await tab('Photo').click();
  await light(page, false);
  await tab('Camera').click();
  await alert(page, /switched off.*You left this tab/s);
  await button(page, 'Start the camera').click();
  await button(page, 'Freeze').click();
  await button(page, 'Save').waitFor();
  await tab('Photo').click();
  await light(page, false);
  await page.goBack();
  await page.getByRole('img', { name: 'Frozen frame' }).waitFor(); // it stays
  await button(page, 'Resume').click();
  await page.getByText(/frames? a second/).waitFor();
  await light(page, true);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
  await light(page, false);
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

/** How much a hundred frames may leave behind, of which a leak would leave more: the heap in bytes, the rest counted. */
const limits = { heap: 500_000, nodes: 20, listeners: 10, entries: 1 };

test('hundreds of frames leave nothing behind, and none waits for its turn', async (t) => {
  const page = await live(t, url, {
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
    await page.waitForFunction((n) => /** @type {any} */ (globalThis).answers >= n, answers);
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
  const plain = [await measure(40)];
  for (const answers of [110, 180, 250]) plain.push(await measure(answers));
  await page.getByRole('switch', { name: 'Show heat map' }).check();
  await page.getByText(/^Why “/).waitFor();
  const heat = [];
  for (const answers of [290, 370, 450, 530]) heat.push(await measure(answers));
  for (const measured of [plain, heat]) {
    for (const key of /** @type {const} */ (['heap', 'nodes', 'listeners', 'entries'])) {
      const values = measured.map((found) => found[key]);
      t.diagnostic(`${key}: ${values.join(', ')}`);
      // What leaks grows in every stretch, the code that a busy browser compiles late in one alone.
      const growth = values.slice(1).map((value, i) => value - values[i]);
      assert.ok(Math.min(...growth) < limits[key], `${key} grew by ${growth.join(', ')}`);
    }
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
