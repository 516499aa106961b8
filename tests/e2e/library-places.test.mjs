// Where the library runs and where its files are: in other folders, on hosts that send headers with HTML alone, in a worker of one's own.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { blank, blankPage, librarySite } from '../support/library.mjs';
import { eightBit } from '../support/machine.mjs';
import { dist, peacock } from '../support/paths.mjs';
import { withFault } from '../support/site.mjs';

const copies = mkdtempSync(join(tmpdir(), 'depthwise-copies-'));
for (const folder of ['mobilenet', 'models']) cpSync(join(dist, folder), copies, { recursive: true });
const site = await librarySite({ folders: { '/copies/': `${copies}/` } });
after(() => {
  site.close();
  rmSync(copies, { recursive: true });
});

const photo = `${site.origin}/samples/${basename(peacock)}`;

test('all files in another folder, which the option assets names', async (t) => {
  // Where they are by default there is nothing.
  withFault(t, site, { path: /^\/(mobilenet\/(worker|tab)|models\/)/, status: 404 });
  const page = await blankPage(t, site);
  for (const assets of ['/copies/', '/copies', `${site.origin}/copies/`]) {
    const found = await page.evaluate(
      async ({ assets, photo }) => {
        const [listed] = await /** @type {any} */ (globalThis).models({ assets });
        const net = await load({ assets });
        const { predictions } = await net.classify(photo);
        await net.close();
        return [predictions[0].label, net.info.model === listed.name];
      },
      { assets, photo },
    );
    assert.deepEqual(found, ['peacock', true], assets);
  }
});

for (const [what, path, code] of /** @type {const} */ ([
  ['the program', /tab-[0-9a-f]*\.wasm/, 'download-failed'],
  ['the worker', /worker-[0-9a-f]*\.js/, 'worker-failed'],
  ['the list of models', /models\.json/, 'model-not-found'],
  ['the weights', /\.tflite/, 'model-not-found'],
  ['the labels', /labels[^/]*\.txt/, 'labels-not-found'],
])) {
  test(`says where it looked for ${what}, and what to do`, async (t) => {
    withFault(t, site, { path, status: 404 });
    const page = await blankPage(t, site, { expected: [/404/] });
    const refusal = await page.evaluate(() =>
      load({ assets: '/copies/' }).then(
        () => ({ code: 'none', message: '' }),
        ({ code, message }) => ({ code, message }),
      ),
    );
    assert.equal(refusal.code, code);
    assert.match(refusal.message, new RegExp(`${path.source}.*${site.origin}/copies/.*by the option assets`));
  });
}

test('says so under the strictest policy, too, on an isolated page', async (t) => {
  const host = await librarySite({ isolated: true });
  cleanup(t, () => host.close());
  host.pages['/strict.html'] =
    `${blank}<meta http-equiv="Content-Security-Policy" content="script-src 'self' 'wasm-unsafe-eval';
    connect-src 'self'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types mobilenet">`;
  withFault(t, host, { path: /worker-/, status: 404 });
  const page = await visit(t, `${host.origin}/strict.html`, { expected: [/404/, /Content Security Policy/] });
  const refusal = await page.evaluate(async () => {
    const { load } = await import(`${location.origin}/mobilenet/mobilenet.js`);
    return load().catch((/** @type {any} */ { code, message }) => `${code}: ${message}`);
  });
  assert.match(String(refusal), /^worker-failed: worker-.* could not be started from .*by the option assets/);
});

test('no attribute of the element names the folder of the files: markup chooses no script', async (t) => {
  const page = await visit(t, `${site.origin}/blank.html`);
  const label = await page.evaluate(async (src) => {
    await import(`${location.origin}/mobilenet/element.js`);
    const element = document.createElement('mobilenet-classifier');
    for (const [name, value] of Object.entries({ assets: '/nowhere/', src })) element.setAttribute(name, value);
    const shown = new Promise((resolve) => element.addEventListener('predictions', resolve));
    document.body.append(element);
    return /** @type {CustomEvent} */ (await shown).detail.predictions[0].label;
  }, photo);
  assert.equal(label, 'peacock');
});

test('models() gives what its type says, and nothing of the library’s own', async (t) => {
  const page = await blankPage(t, site);
  const [listed] = await page.evaluate(() => /** @type {any} */ (globalThis).models());
  assert.deepEqual(Object.keys(listed).sort(), [
    'alpha',
    'classes',
    'labels',
    'license',
    'name',
    'resolution',
    'size',
    'source',
    'type',
  ]);
});

test('refuses assets that are no URL', async (t) => {
  const page = await blankPage(t, site);
  const refusals = await page.evaluate(() =>
    Promise.all(
      ['', 7, 'http://[', 'data:,', 'blob:x'].map((assets) =>
        load({ assets: /** @type {any} */ (assets) }).catch(({ code }) => code),
      ),
    ),
  );
  assert.deepEqual(new Set(refusals), new Set(['bad-argument']));
});

test('an isolated page whose host sends the headers with HTML alone has its threads', async (t) => {
  const host = await librarySite({ isolated: 'pages' });
  cleanup(t, () => host.close());
  // The browser says what it blocked before the library found another way.
  const page = await blankPage(t, host, { expected: [/ERR_BLOCKED_BY_RESPONSE/] });
  const found = await page.evaluate(
    async (photo) => {
      const net = await load({ threads: 2 });
      const { predictions } = await net.classify(photo);
      return { label: predictions[0].label, threads: net.info.threads, isolated: crossOriginIsolated };
    },
    `${host.origin}/samples/${basename(peacock)}`,
  );
  assert.deepEqual(found, { label: 'peacock', threads: 2, isolated: true });
});

/** Runs the library in a worker of the page's own. @param {import('node:test').TestContext} t @param {string} first code before it */
async function inOwnWorker(t, first) {
  site.pages['/own.html'] = blank;
  site.pages['/own.js'] = Buffer.from(`${first}
    const { load } = await import('/mobilenet/mobilenet.js');
    const photo = await (await fetch('${photo}')).blob();
    try {
      const net = await load();
      const { predictions } = await net.classify(photo);
      const map = await net.heatmap(photo, predictions[0].index);
      const { engine, threads, why } = net.info;
      await net.close();
      const closed = await net.classify(photo).catch(({ code }) => code);
      const again = await (await load()).classify(photo);
      postMessage({ label: predictions[0].label, map: map.data.length, again: again.predictions[0].label, closed, engine, threads, why });
    } catch ({ code, message }) {
      postMessage({ code, message });
    }`);
  const page = await visit(t, `${site.origin}/own.html`);
  const answer = await page.evaluate(
    () =>
      new Promise((resolve) => {
        new Worker('/own.js', { type: 'module' }).onmessage = ({ data }) => resolve(data);
      }),
  );
  return { page, answer };
}

test('in a worker of one’s own', async (t) => {
  const { page, answer } = await inOwnWorker(t, '');
  assert.deepEqual(
    { ...answer, engine: eightBit(answer.engine), why: '' },
    { label: 'peacock', map: 49, again: 'peacock', closed: 'closed', engine: true, threads: 1, why: '' },
  );
  assert.ok(page.workers().length > 1, 'it starts another worker');
});

test('in a worker of one’s own, in a browser whose workers cannot start others', async (t) => {
  const { page, answer } = await inOwnWorker(t, 'delete self.Worker;');
  assert.deepEqual(
    { ...answer, engine: eightBit(answer.engine), why: '' },
    { label: 'peacock', map: 49, again: 'peacock', closed: 'closed', engine: true, threads: 1, why: '' },
  );
  assert.equal(page.workers().length, 1);
});

test('pixels that the caller has decoded', async (t) => {
  const page = await blankPage(t, site);
  const found = await page.evaluate(async (photo) => {
    const net = await load();
    const bitmap = await createImageBitmap(await (await fetch(photo)).blob());
    const { width, height } = bitmap;
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      new OffscreenCanvas(width, height).getContext('2d')
    );
    context.drawImage(bitmap, 0, 0);
    const image = context.getImageData(0, 0, width, height);
    const data = new Uint8Array(image.data);
    const pixels = { data, width, height };
    const before = data.slice(0, 64).join();
    const same = async (/** @type {any} */ options) => {
      const [a, b] = await Promise.all([net.classify(image, options), net.classify(pixels, options)]);
      return JSON.stringify(a.predictions) === JSON.stringify(b.predictions);
    };
    /** @type {any[]} */
    const wrong = [
      { data, width: width + 1, height },
      { data: data.slice(0, 3 * width * height), width, height },
      { data: [1, 2, 3, 4], width: 1, height: 1 },
      { data, width: 0, height },
      { data, width: 1.5, height },
      { data, width: 20_000, height: 20_000 },
    ];
    const refusals = await Promise.all(
      wrong.map((source) => net.classify(source).catch(({ code, message }) => `${code}: ${message}`)),
    );
    // An ImageData is none of these objects, whatever its pixels' type is.
    await net.classify(/** @type {any} */ (new ImageData(8, 8, /** @type {any} */ ({ pixelFormat: 'rgba-float16' }))));
    return {
      same: [await same({}), await same({ views: 4 }), await same({ crop: 'whole' })],
      refusals,
      kept: data.slice(0, 64).join() === before,
    };
  }, photo);
  assert.deepEqual(found.same, [true, true, true]);
  assert.ok(found.kept);
  const patterns = [
    /^bad-argument: \d+ bytes/,
    /RGBA is needed/,
    /^bad-argument: the data an array/,
    /width 0/,
    /width 1.5/,
    /^image-too-large: .*125/,
  ];
  for (const [i, pattern] of patterns.entries()) assert.match(String(found.refusals[i]), pattern);
});
