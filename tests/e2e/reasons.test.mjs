// What the library says where something is wrong: always by a MobileNetError, with a code that is documented, and for the reason that
// is true.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { blankPage, librarySite } from '../support/library.mjs';
import { synthetic } from '../support/models.mjs';
import { alert, drop, predictions, ready } from '../support/page.mjs';
import { peacock, root } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { withFault } from '../support/site.mjs';

const site = await librarySite();
after(() => site.close());
site.pages['/tiny.tflite'] = readFileSync(synthetic('int8_keras')('int8_keras')); // ten classes
const photo = `${site.origin}/samples/${basename(peacock)}`;

const documentation = readFileSync(join(root, 'web/mobilenet/mobilenet.d.ts'), 'utf8');
const codes = [...documentation.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code);

/** Chromium's own words about a request that fails. */
const failedRequest = /Failed to load resource/;

test('every code is in the table of what happened', () => {
  assert.ok(codes.length >= 17, codes.join());
  for (const code of codes) assert.match(documentation, new RegExp(`^ \\* \\| '${code}' +\\| \\w`, 'm'));
});

/**
 * Whether what is given is good after all: options are any object, and one of them is for such a value.
 * @param {{call: string, value: string}} given
 */
const isGood = ({ call, value }) =>
  (call.endsWith('options)') && /^(an (array|object)|one that says|a date)/.test(value)) ||
  ['load({onProgress}) a function', 'classify(image, {embedding}) true'].includes(`${call} ${value}`);

test('whatever is given to whichever method is refused as a bad argument, by the promise', async (t) => {
  const page = await blankPage(t, site, { expected: [failedRequest] });
  const outcomes = await page.evaluate(async () => {
    // What nobody should give, by what it is.
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const throwing = new Proxy(
      {},
      {
        get() {
          throw new RangeError('looked at');
        },
        getPrototypeOf() {
          throw new RangeError('looked at');
        },
      },
    );
    const strange = {
      null: null,
      'no text': '',
      text: '//[',
      '-1': -1,
      0.5: 0.5,
      NaN,
      Infinity,
      'a bigint': 1n,
      true: true,
      'a symbol': Symbol('strange'),
      'a function': () => {},
      'an array': [null],
      'an object': { mean: 'x', aborted: false },
      'an object without a prototype': Object.create(null),
      'one that throws where it is looked at': throwing,
      'a revoked proxy': revoked.proxy,
      'one that says it is what it is not': { [Symbol.toStringTag]: 'AbortSignal' },
      'a date': new Date(),
    };
    const model = '/tiny.tflite';
    const net = await load({ model });
    const { models } = /** @type {any} */ (globalThis);
    const image = new ImageData(8, 8);
    const rgb = new Uint8Array(net.info.resolution ** 2 * 3);
    /** @type {Record<string, (value: any) => unknown>} */
    const calls = {
      'load(options)': (value) => load(value),
      'models(options)': (value) => models(value),
      'models({signal})': (signal) => models({ signal }),
      'classify(…)': (value) => net.classify(value),
      'classify(image, options)': (value) => net.classify(image, value),
      'embed(…)': (value) => net.embed(value),
      'embed(image, options)': (value) => net.embed(image, value),
      'embed(image, {crop})': (crop) => net.embed(image, { crop }),
      'embed(image, {signal})': (signal) => net.embed(image, { signal }),
      'heatmap(…, 0)': (value) => net.heatmap(value, 0),
      'heatmap(image, …)': (value) => net.heatmap(image, value),
      'heatmap(image, 0, {signal})': (signal) => net.heatmap(image, 0, { signal }),
      'activations(…, 0)': (value) => net.activations(value, 0),
      'activations(image, …)': (value) => net.activations(image, value),
      'activations(image, 0, {signal})': (signal) => net.activations(image, 0, { signal }),
      'run(…)': (value) => net.run(value),
      'run(rgb, {signal})': (signal) => net.run(rgb, { signal }),
      'profile(…)': (value) => net.profile(value),
      'profile(rgb, {signal})': (signal) => net.profile(rgb, { signal }),
      'memory(options)': (value) => net.memory(value),
      'memory({signal})': (signal) => net.memory({ signal }),
      'weights(…)': (value) => net.weights(value),
      'weights(0, {signal})': (signal) => net.weights(0, { signal }),
      'load({normalize: {mean}})': (mean) => load({ model, normalize: { mean, scale: 1 } }),
      'load({normalize: {scale}})': (scale) => load({ model, normalize: { mean: 0, scale } }),
      'load({labels: […]})': (label) => load({ model, labels: [label] }),
    };
    for (const name of ['model', 'labels', 'normalize', 'resolution', 'engine', 'threads', 'onProgress', 'signal']) {
      calls[`load({${name}})`] = (value) => load({ model, [name]: value });
    }
    for (const name of ['crop', 'views', 'thumbnail', 'topK', 'embedding', 'heatmap', 'signal']) {
      calls[`classify(image, {${name}})`] = (value) => net.classify(image, { [name]: value });
    }
    /** @type {{call: string, value: string, outcome: string}[]} */
    const outcomes = [];
    for (const [call, ask] of Object.entries(calls)) {
      for (const [value, given] of Object.entries(strange)) {
        let outcome = 'thrown, and not by the promise';
        try {
          const promise = ask(given);
          outcome = await Promise.resolve(promise).then(
            () => 'taken',
            (error) => (error instanceof MobileNetError ? `${error.code}: ${error.message}` : `bare ${error}`),
          );
        } catch {
          // said already
        }
        outcomes.push({ call, value, outcome });
      }
    }
    // Nothing of all that has done harm.
    await net.classify(image);
    return outcomes;
  });
  const wrong = outcomes.filter((o) => !(isGood(o) ? /^taken$/ : /^bad-argument: .*\w \w/).test(o.outcome));
  assert.deepEqual(
    wrong.map(({ call, value, outcome }) => `${call}, given ${value}: ${outcome}`),
    [],
  );
});

/**
 * What calls in the page give: "taken", or the error's code and message.
 * @param {import('playwright-core').Page} page @param {string[]} calls their source
 */
const said = (page, calls) =>
  Promise.all(
    calls.map((call) =>
      page.evaluate(`(async () => ${call})().then(
        () => 'taken',
        (error) => (error instanceof MobileNetError ? error.code + ': ' + error.message : 'bare ' + error),
      )`),
    ),
  );

test('the reason is the true one', async (t) => {
  const page = await blankPage(t, site, { expected: [failedRequest] });
  withFault(t, site, { path: /\/html-instead/, html: true });
  await page.evaluate(async () => {
    const removed = new ArrayBuffer(8);
    structuredClone(removed, { transfer: [removed] });
    const gone = new Float32Array(2304);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const box = { x: 0, y: 0, width: 1, height: 1 };
    Object.assign(globalThis, { net: await load({ model: '/tiny.tflite' }), removed, gone, box });
  });
  const given = {
    'load({ model: "https://" })': /^bad-argument: model 'https:\/\/' is no URL/,
    'load({ model: "http://[/x.tflite" })': /^bad-argument: model 'http:\/\/\[\/x\.tflite' is no URL/,
    'load({ model: removed })': /^bad-argument: model is an ArrayBuffer that was transferred/,
    'net.classify("http://[/x.png")': /^bad-argument: source 'http:\/\/\[\/x\.png' is no URL/,
    'load({ labels: "https://" })': /^bad-argument: labels 'https:\/\/' is no URL/,
    'load({ model: "/tiny.tflite", labels: "/none.txt" })':
      /^labels-not-found: none\.txt .* the server answered 404 for http:\S+\/none\.txt/,
    'load({ model: "/tiny.tflite", labels: "/html-instead/labels.txt" })':
      /^labels-not-found: .* web page where labels\.txt should be: http:\S+\/labels\.txt/,
    'load({ model: "/tiny.tflite", labels: [] })': /^bad-argument: the list has 0 labels; the model needs 10 /,
    'load({ model: "/tiny.tflite", labels: ["cat", , "dog"] })': /^bad-argument: labels\[1\] undefined is no string/,
    'load({ normalize: { mean: NaN, scale: 1 } })': /^bad-argument: normalize\.mean NaN is neither a finite number nor/,
    'load({ normalize: { mean: [1, 2], scale: 1 } })': /^bad-argument: normalize\.mean an array is neither/,
    'load({ model: "/tiny.tflite", labels: ["cat", "dog", ""] })': /^bad-argument: labels\[2\] is empty/,
    'net.classify(new ImageData(8, 8), { topK: 1e300 })': /^taken$/,
    'net.classify(new ImageData(8, 8), { topK: 1e10 })': /^taken$/,
    'load({ model: "/tiny.tflite", threads: 2 ** 40 })': /^taken$/,
    'net.heatmap({ box, data: new Float32Array(3) }, 0)': /^bad-argument: .* no Float32Array of 2304 values/,
    'net.heatmap({ box, data: new Float32Array(2 ** 26) }, 0)': /^bad-argument: .* no Float32Array of 2304 values/,
    'net.heatmap({ box, data: gone }, 0)': /^bad-argument: .* no Float32Array of 2304 values/,
    'net.heatmap({ box, data: new Float32Array(2304) }, 0)': /^taken$/,
    'load({ resolution: 1e300 })': /^bad-argument: resolution/,
  };
  const answers = await said(page, Object.keys(given));
  for (const [i, [call, expected]] of Object.entries(given).entries()) {
    await t.test(call, () => assert.match(answers[i], expected));
  }
});

test('a list of models that is none is called so', async (t) => {
  withFault(t, site, { path: /models\.json/, change: () => Buffer.from('{"models": []}') });
  const page = await blankPage(t, site);
  const [answer] = await said(page, ['load()']);
  assert.match(answer, /^model-corrupt: http:\S+models\.json is no list of models/);
});

test('labels that are missing beside the models are said to be, by the page too', async (t) => {
  withFault(t, site, { path: /labels\.[^/]*txt$/, status: 404 });
  const page = await visit(t, site.url, { expected: [failedRequest] });
  await drop(page, peacock);
  assert.match(await alert(page, /labels are missing/), /labels\.\w+\.txt could not be downloaded/);
});

test('what onProgress throws is reported as uncaught, and the download goes on', async (t) => {
  const page = await blankPage(t, site, { expected: [/of the caller’s own/] });
  const { label, uncaught, calls } = await page.evaluate(async (photo) => {
    let uncaught = 0;
    addEventListener('error', ({ message }) => {
      if (/of the caller’s own/.test(message)) uncaught++;
    });
    let calls = 0;
    const onProgress = () => {
      calls++;
      throw new Error('of the caller’s own');
    };
    const net = await load({ onProgress });
    const { predictions } = await net.classify(photo);
    return { label: predictions[0].label, uncaught, calls };
  }, photo);
  assert.equal(label, 'peacock');
  assert.ok(calls > 1);
  assert.equal(uncaught, calls);
});

/** Red, 64 pixels a side. @param {string} [more] */
const svg = (more = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="red"/>${more}</svg>`;
const html = '<foreignObject width="64" height="64"><p xmlns="http://www.w3.org/1999/xhtml">text</p></foreignObject>';

test('SVG: known by its content where it has no type; with HTML inside it, that is the reason', async (t) => {
  const page = await blankPage(t, site);
  await page.evaluate(async () => Object.assign(globalThis, { net: await load({ model: '/tiny.tflite' }) }));
  const blob = (/** @type {string} */ content, /** @type {string} */ type) =>
    `new Blob([${JSON.stringify(content)}], ${JSON.stringify({ type })})`;
  const answers = await said(page, [
    ...['image/svg+xml', '', 'text/xml', 'application/octet-stream'].map(
      (type) => `net.classify(${blob(svg(), type)})`,
    ),
    `net.classify(${blob(svg(html), 'image/svg+xml')})`,
    `net.classify(${blob(svg(html), '')}, { thumbnail: 32 })`,
  ]);
  assert.deepEqual(answers.slice(0, 4), Array(4).fill('taken'));
  for (const answer of answers.slice(4)) assert.match(answer, /^broken-image: .*<foreignObject>.* Save it as PNG/);
  // The same picture as an element.
  const element = await page.evaluate(async (content) => {
    const src = URL.createObjectURL(new Blob([content], { type: 'image/svg+xml' }));
    const { net } = /** @type {any} */ (globalThis);
    return net.classify(Object.assign(new Image(), { src })).then(String, (/** @type {Error} */ e) => e.message);
  }, svg(html));
  assert.match(element, /does not let the page read it.*<foreignObject>/);
});

test('SVG in a worker of the caller’s own, where nothing can draw it', async (t) => {
  site.pages['/own.js'] = `
    import { load } from '/mobilenet/mobilenet.js';
    onmessage = async ({ data }) => {
      const net = await load({ model: '/tiny.tflite' });
      const taken = await net.classify(new ImageData(8, 8));
      postMessage(await net.classify(data).then(String, ({ code, message }) => code + ': ' + message));
    };`;
  const page = await blankPage(t, site);
  const answer = await page.evaluate((content) => {
    const worker = new Worker('/own.js', { type: 'module' });
    worker.postMessage(new Blob([content], { type: 'image/svg+xml' }));
    return new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
  }, svg());
  assert.match(String(answer), /^broken-image: SVG can be drawn only by a page, and load\(\) was called in a worker/);
});

test('an SVG without a type, dropped on the page', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, file('drawing', svg())); // shown before the network is there
  assert.equal((await predictions(page)).length, 5);
  await page.reload();
  await ready(page);
  await drop(page, file('another', svg()));
  assert.equal((await predictions(page)).length, 5);
});
