// What goes wrong around the page, and that the person's next step works all the same. Other faults are tested where they belong: of
// the model's files in page and model.test.mjs, of pictures in page and photo, of the camera in camera-problems and camera-off, of new
// versions in offline.
import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { visit } from '../support/browser.mjs';
import { cameras } from '../support/camera.mjs';
import { blankPage, librarySite, secondsByHand } from '../support/library.mjs';
import { alert, assertPeacock, drop, predictions, ready } from '../support/page.mjs';
import { dist, models, peacock } from '../support/paths.mjs';
import { noise } from '../support/pictures.mjs';
import { gate, plainSite, tamper, withFault, workerScript } from '../support/site.mjs';
import { finished, giveTiny, shown } from './support/folder.mjs';
import { button, light, live, remember } from './support/live.mjs';
import { withLimit } from './support/wasm.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('node:test').TestContext} TestContext */

const library = await librarySite({ isolated: true });
after(() => library.close());
const photo = `${library.origin}/samples/${basename(peacock)}`;

/** Has the library's worker begin with other code. @param {TestContext} t @param {string} code */
const tamperWorker = (t, code) => tamper(t, library, workerScript, code);

/** Chromium's own words about a request that fails. */
const failedRequest = /Failed to load resource/;

const model = join(dist, 'models', models[0].file);

/** The network's worker, not its threads. @param {Page} page */
const workerOf = (page) => page.workers().filter((worker) => workerScript.test(worker.url()))[0];

/** Has the network's worker end in the midst of the next picture, as where a browser ends it: without a word. @param {Page} page */
const endWorker = (page) =>
  workerOf(page).evaluate(() => {
    /** @type {any} */ (globalThis).mobilenet.classify = () => close();
  });

const loaded = (/** @type {Page} */ page) => page.evaluateHandle(() => load({ threads: 2 }));

/** Lets the page wait for its worker, from when it does, for longer than it will. @param {Page} page */
async function waitInVain(page) {
  await page.waitForFunction(() => /** @type {any} */ (globalThis).second);
  await page.evaluate(() => {
    const { second } = /** @type {any} */ (globalThis);
    for (let seconds = 0; seconds <= 15; seconds++) second();
  });
}

/** What a call gives: the best label, or the error's code and message. @param {Awaited<ReturnType<typeof loaded>>} net */
const classify = (net) =>
  net.evaluate(
    (net, url) =>
      net.classify(url).then(
        ({ predictions }) => predictions[0].label,
        ({ code, message }) => `${code}: ${message}`,
      ),
    photo,
  );

test('a worker that the browser ends in the midst of a picture', async (t) => {
  const page = await blankPage(t, library);
  const net = await loaded(page);
  await endWorker(page);
  assert.match(await classify(net), /^worker-failed: The browser ended .* memory/);
  assert.equal(await classify(net), 'peacock');
});

test('a worker that the browser ends where a page has no locks, as insecure ones have none', async (t) => {
  tamperWorker(t, `Object.defineProperty(navigator, 'locks', {});`);
  const page = await blankPage(t, library, { before: secondsByHand });
  const net = await loaded(page);
  await workerOf(page).evaluate(() => addEventListener('message', ({ data }) => 'request' in data && close()));
  const answer = classify(net);
  await waitInVain(page);
  assert.match(await answer, /^worker-failed: .* no sign of life for 15 seconds/);
  assert.equal(await classify(net), 'peacock');
});

test('a worker that stands still when it starts a thread, as in Firefox under a debugger', async (t) => {
  tamperWorker(
    t,
    `globalThis.Worker = class { constructor() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); } };`,
  );
  const page = await blankPage(t, library, { before: secondsByHand });
  const loading = loaded(page);
  await waitInVain(page);
  const net = await loading;
  const { info } = await net.evaluate(({ info }) => ({ info }));
  assert.deepEqual([info.engine, info.threads], ['relaxed', 1]);
  assert.match(info.why, /^one thread, for the worker gave no sign of life/);
  assert.equal(await classify(net), 'peacock');
});

test('a worker that never answers is started twice, and then load says so', async (t) => {
  const mend = withFault(t, library, { path: workerScript, change: () => Buffer.from('for (;;);') });
  const page = await blankPage(t, library, { before: secondsByHand });
  const refused = page.evaluate(() => load().then(String, ({ code, message }) => `${code}: ${message}`));
  await waitInVain(page);
  await waitInVain(page);
  assert.match(await refused, /^worker-failed: .* no sign of life for 15 seconds/);
  mend();
  assert.equal(await classify(await loaded(page)), 'peacock');
});

test('a worker that breaks while the model is on its way: that comes in vain, and nobody waits for an answer', async (t) => {
  tamperWorker(t, `throw new Error('broken');`);
  const line = gate(0.5);
  withFault(t, library, { path: /\.tflite/, gate: line });
  const page = await blankPage(t, library, { before: secondsByHand });
  const code = await page.evaluate(() => {
    const onProgress = (/** @type {{stage: string}} */ { stage }) => Object.assign(globalThis, { stage });
    return load({ onProgress }).then(String, ({ code }) => code);
  });
  assert.equal(code, 'worker-failed');
  line.release();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).stage === 'start');
  assert.equal(await page.evaluate(() => typeof (/** @type {any} */ (globalThis).second)), 'undefined');
});

test('a worker that is only slow is waited for', async (t) => {
  tamperWorker(
    t,
    `const { compile } = WebAssembly;
     const enough = new Promise((resolve) => { globalThis.enough = resolve; });
     WebAssembly.compile = (bytes) => enough.then(() => compile.call(WebAssembly, bytes));`,
  );
  const page = await blankPage(t, library, { before: secondsByHand });
  const loading = loaded(page);
  for (let seconds = 0; seconds < 60; seconds++) {
    await page.waitForFunction(() => /** @type {any} */ (globalThis).second);
    await page.evaluate(() => /** @type {any} */ (globalThis).second());
    await workerOf(page).evaluate(() => 'has had time to answer');
  }
  await workerOf(page).evaluate(() => /** @type {any} */ (globalThis).enough());
  assert.equal(await (await loading).evaluate((net) => net.info.threads), 2);
});

test('a thread that ends between two pictures', async (t) => {
  tamperWorker(
    t,
    `const Actual = Worker;
     const threads = globalThis.threads = [];
     globalThis.Worker = class extends Actual { constructor(...given) { super(...given); threads.push(this); } };`,
  );
  const page = await blankPage(t, library);
  const net = await loaded(page);
  assert.equal(await net.evaluate((net) => net.info.threads), 2);
  await workerOf(page).evaluate(() => /** @type {any} */ (globalThis).threads[0].terminate());
  // Chromium lets it finish for a while.
  const { outputs, why } = await net.evaluate(
    async (net, noise) => {
      const rgb = Uint8Array.from(noise);
      const outputs = new Set();
      do outputs.add(String((await net.run(rgb)).output));
      while (net.info.threads > 1);
      outputs.add(String((await net.run(rgb)).output));
      return { outputs: outputs.size, why: net.info.why };
    },
    noise(224 * 224 * 3),
  );
  assert.equal(outputs, 1, 'the same bytes with and without it');
  assert.match(why, /a thread did not answer in time/);
  assert.equal(await classify(net), 'peacock');
});

test('no memory for the engine: the next best one, and why', async (t) => {
  const noMemory = (/** @type {string} */ kind) =>
    `const Memory = WebAssembly.Memory;
     WebAssembly.Memory = function (wanted) {
       if (${kind}) throw new RangeError('could not allocate memory');
       return new Memory(wanted);
     };`;
  for (const [kind, engine, threads] of /** @type {const} */ ([
    ['wanted.shared && wanted.initial > 9', 'relaxed', 1], // smaller ones are for asking what there is
    ['wanted.initial > 9', 'go', 1],
  ])) {
    const mend = tamperWorker(t, noMemory(kind));
    const page = await blankPage(t, library);
    const net = await loaded(page);
    const { info } = await net.evaluate(({ info }) => ({ info }));
    assert.deepEqual([info.engine, info.threads], [engine, threads]);
    assert.match(info.why, /no memory of \d+ pages .* could not allocate memory/);
    assert.equal(await classify(net), 'peacock');
    mend();
  }
});

test('no more memory for the program: load says so', async (t) => {
  const mend = withFault(t, library, {
    path: /tab-.*\.wasm\.gz$/,
    change: (bytes) => gzipSync(withLimit(gunzipSync(bytes), 16)),
  });
  const page = await blankPage(t, library);
  const refusal = await page.evaluate(() => load().then(String, ({ code, message }) => `${code}: ${message}`));
  assert.match(refusal, /^worker-failed: .*out of memory/);
  while (page.workers().length > 0) await page.evaluate(() => 0); // the broken one goes

  mend();
  assert.equal(await classify(await loaded(await blankPage(t, library))), 'peacock', 'a page with memory');
});

test('a picture for which the program has not enough memory', async (t) => {
  const page = await blankPage(t, library);
  const net = await loaded(page);
  // No program gets so much.
  await workerOf(page).evaluate(() => {
    const { mobilenet } = /** @type {any} */ (globalThis);
    const model = Object.defineProperty(new Uint8Array(), 'length', { value: 2 ** 32 });
    mobilenet.classify = (/** @type {unknown} */ _, /** @type {unknown} */ done) => mobilenet.open({ model }, done);
  });
  assert.match(await classify(net), /^worker-failed: .*out of memory/);
  assert.equal(await classify(net), 'peacock');
});

test('a download that breaks off early, late, or at the very end, begins anew', async (t) => {
  for (const path of [/\.wasm/, /\.tflite/]) {
    for (const cut of [0.1, 0.5, 0.99]) {
      const page = await blankPage(t, library, { expected: [failedRequest] }); // one that has no program yet
      const mend = withFault(t, library, { path, cut });
      const refusal = await page.evaluate(() => load().then(String, ({ code, message }) => `${code}: ${message}`));
      assert.match(refusal, /^download-failed: The download of .* failed/, `${path} cut at ${cut}`);
      mend();
      assert.equal(await classify(await loaded(page)), 'peacock', `${path} cut at ${cut}, and asked for again`);
      await page.close();
    }
  }
});

test('a line that dies while another load still waits for the program: that one fetches it anew', async (t) => {
  const page = await blankPage(t, library, { expected: [failedRequest] });
  const stall = withFault(t, library, { path: /\.wasm/, gate: gate(0.5) });
  const mend = withFault(t, library, { path: /\.tflite/, status: 404 });
  assert.match(await page.evaluate(() => load().then(String, ({ code }) => code)), /^model-not-found/);
  mend();
  const others = [/\.tflite/, /labels/].map((file) => page.waitForRequest(file));
  const answer = page.evaluate(
    (url) =>
      load({ threads: 1 }).then((net) => net.classify(url).then(({ predictions }) => predictions[0].label), String),
    photo,
  );
  // What else this load needs has come, so the dead line takes nothing from it but the program.
  for (const request of await Promise.all(others)) await (await request.response())?.finished();
  stall();
  library.drop();
  assert.equal(await answer, 'peacock');
});

/** A site of its own, so that its service worker meets no other test. @param {TestContext} t */
async function start(t) {
  const site = await plainSite();
  t.after(() => site.close());
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
  await button(page, 'Save as PNG').and(page.locator(':enabled')).waitFor();
  const best = page.getByRole('list', { name: 'Predictions' }).getByRole('button', { name: /^peacock/ });
  await workerOf(page).evaluate(() => {
    /** @type {any} */ (globalThis).mobilenet.heatmap = () => close();
  });
  await best.click();
  await page.locator('.figures').filter({ hasText: 'stopped unexpectedly' }).waitFor();
  assert.ok(await page.getByRole('img', { name: 'Frozen frame' }).isVisible());
  await best.click();
  await page.getByText('What speaks for “peacock”').waitFor();
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
  await tab(page, 'Model').click();
  await page.getByLabel('Choose a .tflite file').setInputFiles([model]);
  await page.getByText('keeps nothing here').waitFor();
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
  t.after(() => site.close());
  const page = await visit(t, `${site.url}#folder`, { before: settableClocks, freezable: true });
  const browser = await page.context().newCDPSession(page);
  await page.locator('network-status[data-phase="ready"]').waitFor();
  await workerOf(page).evaluate(settableClocks);
  await page.evaluate(() => document.addEventListener('freeze', () => Object.assign(globalThis, { frozen: true })));
  const done = () => page.getByRole('progressbar').evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).value);
  await giveTiny(page, 300);
  await page.getByText(/a second/).waitFor();

  const other = await page.context().newPage(); // a tab in front of it
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
  while (!(await page.evaluate(() => 'frozen' in globalThis)));
  const before = await done();
  await setTimeout(2000); // enough for dozens of pictures: that nothing happens can only be waited for
  assert.equal(await done(), before);
  assert.ok(before > 0 && before < 300, `${before} of 300`);
  const leapt = leapTo(page, { date: hour, performance: hour }); // in the worker when it goes on: it is frozen too
  await browser.send('Page.setWebLifecycleState', { state: 'active' });
  await leapt;
  await other.close();
  await page.bringToFront();
  await finished(page);
  assert.equal((await shown(page))[0].of, 300);
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
