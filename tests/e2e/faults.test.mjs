// What goes wrong around the page, and that the person's next step works all the same. Other faults are tested where they belong: of
// the library in library-faults, of the model's files in page and model, of pictures in page and photo-formats, of the camera in
// camera-problems and camera-off, of new versions in offline.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { visit } from '../support/browser.mjs';
import { cameras } from '../support/camera.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { alert, assertPeacock, drop, modelSheet, predictions, ready } from '../support/page.mjs';
import { dist, models, peacock } from '../support/paths.mjs';
import { gate, plainSite, withFault, workerScript } from '../support/site.mjs';
import { endWorker, failedRequest, workerOf } from './support/faults.mjs';
import { finished, giveTiny, shown } from './support/folder.mjs';
import { button, light, live, remember } from './support/live.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('node:test').TestContext} TestContext */

const model = join(dist, 'models', models[0].file);

/** A site of its own, so that its service worker meets no other test. @param {TestContext} t */
async function start(t) {
  const site = await plainSite();
  cleanup(t, () => site.close());
  return site;
}

const tab = (/** @type {Page} */ page, /** @type {string} */ name) =>
  page.getByRole('navigation').getByRole('link', { name, exact: true });

test('a worker that the browser ends in the midst of a photo', async (t) => {
  const site = await start(t);
  const page = await visit(t, site.url);
  await ready(page);
  await endWorker(page);
  await drop(page, peacock);
  t.diagnostic(await alert(page, /stopped unexpectedly/));
  await button(page, 'Try again').click();
  await assertPeacock(page);
});

test('a worker that the browser ends while the camera is on: it goes off, and can be started again', async (t) => {
  const site = await start(t);
  const page = await live(t, `${site.url}#camera`, { before: remember });
  await endWorker(page);
  t.diagnostic(await alert(page, /stopped unexpectedly/));
  await light(page, false);
  await button(page, 'Start the camera').click();
  assert.equal((await predictions(page))[0].label, 'peacock');
  await light(page, true);
  await page.getByText(/frames? a second/).waitFor();
});

test('a worker that the browser ends while a frame is frozen: the frame stays, and can be asked about again', async (t) => {
  const site = await start(t);
  const page = await live(t, `${site.url}#camera`);
  await button(page, 'Freeze').click();
  await button(page, 'Save').and(page.locator(':enabled')).waitFor();
  const best = page.getByRole('list', { name: 'Predictions' }).getByRole('button', { name: /^peacock/ });
  await workerOf(page).evaluate(() => {
    /** @type {any} */ (globalThis).mobilenet.heatmap = () => close();
  });
  await best.click();
  await page.locator('.figures').filter({ hasText: 'stopped unexpectedly' }).waitFor();
  assert.ok(await page.getByRole('img', { name: 'Frozen frame' }).isVisible());
  await best.click();
  await page.getByText('Why “peacock”').waitFor();
});

test('the line breaks in the midst of the first visit', async (t) => {
  const site = await start(t);
  const mend = withFault(t, site, { path: /\.tflite/, gate: gate(0.5) });
  const page = await visit(t, site.url, { expected: [failedRequest] });
  await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0.2);
  await page.context().setOffline(true);
  await drop(page, peacock);
  mend();
  site.drop(); // the server's end of the line is dead too
  t.diagnostic(await alert(page, /download/i));
  await tab(page, 'About').click();
  await page.locator('main > .failure').getByRole('alert').waitFor();
  await tab(page, 'Photo').click();
  await page.locator('main > .failure').waitFor({ state: 'hidden' }); // that one has such a button too
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await assertPeacock(page);
});

test('types that a host does not know matter only for the worker, whose refusal is said', async (t) => {
  const site = await start(t);
  for (const [path, type] of /** @type {const} */ ([
    [/\.wasm/, 'text/plain'],
    [/\.tflite/, 'image/png'],
    [/models\.json/, 'application/octet-stream'],
  ]))
    withFault(t, site, { path, type });
  const mend = withFault(t, site, { path: workerScript, type: 'application/octet-stream' });
  const page = await visit(t, site.url, { expected: [failedRequest, /MIME type/] });
  await drop(page, peacock);
  t.diagnostic(await alert(page, /worker/));
  mend();
  await page.getByRole('button', { name: 'Try again' }).click();
  await assertPeacock(page);
});

test('a full disk: the page works and says that nothing is kept', async (t) => {
  const site = await start(t);
  const page = await visit(t, 'about:blank', {
    context: { serviceWorkers: 'allow' },
    origins: [site.origin],
    expected: [/[Qq]uota/],
  });
  const browser = await page.context().newCDPSession(page);
  await browser.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 100_000 });
  await page.goto(`${site.url}#about`);
  await page.getByText('could not be kept').waitFor();
  await modelSheet.open(page);
  await page.getByLabel('Choose a .tflite file').setInputFiles([model]);
  await page.getByText('keeps nothing here').waitFor();
  await modelSheet.close(page);
  await tab(page, 'Photo').click();
  await drop(page, peacock);
  await predictions(page);

  // There is room again: the next visit keeps all.
  await browser.send('Storage.overrideQuotaForOrigin', { origin: site.origin });
  await page.goto('about:blank');
  await page.goto(`${site.url}#about`);
  await page.getByText('works without a connection').waitFor();
});

test('two tabs at once, each with its network', async (t) => {
  const site = await start(t);
  const first = await visit(t, site.url);
  const second = await first.context().newPage();
  await second.goto(site.url);
  for (const page of [first, second]) await ready(page);
  await Promise.all([first, second].map((page) => drop(page, peacock)));
  for (const page of [first, second]) await assertPeacock(page);
  await first.close();
  await drop(second, peacock);
  await assertPeacock(second);
});

/** Lets the page's clocks be set; that of performance never goes back, but leaps where a machine has slept. */
function settableClocks() {
  const leap = { date: 0, performance: 0 };
  const { now } = Date;
  const since = performance.now.bind(performance);
  Object.assign(globalThis, { leap });
  Date.now = () => now() + leap.date;
  performance.now = () => since() + leap.performance;
}

/** Sets the clocks of a page and of its network's worker, which had settableClocks. @param {Page} page @param {{date: number, performance: number}} leap in ms */
async function leapTo(page, leap) {
  const set = (/** @type {object} */ to) => void Object.assign(/** @type {any} */ (globalThis).leap, to);
  await Promise.all([page.evaluate(set, leap), workerOf(page).evaluate(set, leap)]);
}

const hour = 3_600_000;

test('a tab that is frozen for an hour in the midst of a folder stands still, and then goes on where it was', async (t) => {
  const site = await plainSite({ isolated: true });
  cleanup(t, () => site.close());
  const page = await visit(t, `${site.url}#folder`, { before: settableClocks, freezable: true });
  const browser = await page.context().newCDPSession(page);
  await page.locator('network-status[data-phase="ready"]').waitFor();
  await workerOf(page).evaluate(settableClocks);
  await page.evaluate(() => document.addEventListener('freeze', () => Object.assign(globalThis, { frozen: true })));
  const done = () => page.getByRole('progressbar').evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).value);
  await giveTiny(page, 1000);
  await page.getByText(/a second/).waitFor();

  const other = await page.context().newPage(); // a tab in front of it
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
  while (!(await page.evaluate(() => 'frozen' in globalThis)));
  const before = await done();
  await setTimeout(2000); // enough for dozens of pictures: that nothing happens can only be waited for
  assert.equal(await done(), before);
  assert.ok(before > 0 && before < 1000, `${before} of 1000`);
  const leapt = leapTo(page, { date: hour, performance: hour }); // in the worker when it goes on: it is frozen too
  await browser.send('Page.setWebLifecycleState', { state: 'active' });
  await leapt;
  await other.close();
  await page.bringToFront();
  await finished(page);
  assert.equal((await shown(page))[0].of, 1000);
  await tab(page, 'Photo').click();
  await drop(page, peacock);
  await assertPeacock(page);
});

test('clocks that leap', async (t) => {
  const site = await start(t);
  const page = await visit(t, `${site.url}#camera`, { switches: cameras(1), before: settableClocks });
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await predictions(page);
  await workerOf(page).evaluate(settableClocks);
  for (const leap of [
    { date: -hour, performance: 0 },
    { date: hour, performance: hour },
  ]) {
    await leapTo(page, leap);
    const figures = page.locator('camera-panel .figures');
    await figures.evaluate((element) => element.replaceChildren());
    await figures.filter({ hasText: /frames? a second/ }).waitFor();
    await predictions(page);
  }
  await tab(page, 'Photo').click();
  await drop(page, peacock);
  await assertPeacock(page);
});
