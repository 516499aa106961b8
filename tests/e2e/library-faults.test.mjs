// What goes wrong around the library, and that the next call works all the same.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { blankPage, librarySite, secondsByHand } from '../support/library.mjs';
import { eightBit } from '../support/machine.mjs';
import { peacock } from '../support/paths.mjs';
import { noise } from '../support/pictures.mjs';
import { gate, tamper, withFault, workerScript } from '../support/site.mjs';
import { endWorker, failedRequest, workerOf } from './support/faults.mjs';
import { withLimit } from './support/wasm.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('node:test').TestContext} TestContext */

const library = await librarySite({ isolated: true });
after(() => library.close());

const photo = `${library.origin}/samples/${basename(peacock)}`;

/** Has the library's worker begin with other code. @param {TestContext} t @param {string} code */
const tamperWorker = (t, code) => tamper(t, library, workerScript, code);

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
  assert.deepEqual([eightBit(info.engine), info.threads], [true, 1]);
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
    async (net, rgb) => {
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
  for (const [kind, fast, threads] of /** @type {const} */ ([
    ['wanted.shared && wanted.initial > 9', true, 1], // smaller ones are for asking what there is
    ['wanted.initial > 9', false, 1],
  ])) {
    const mend = tamperWorker(t, noMemory(kind));
    const page = await blankPage(t, library);
    const net = await loaded(page);
    const { info } = await net.evaluate(({ info }) => ({ info }));
    assert.deepEqual([eightBit(info.engine), info.threads], [fast, threads]);
    assert.match(info.why, /cannot allocate a memory of \d+ pages .* could not allocate memory/);
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
