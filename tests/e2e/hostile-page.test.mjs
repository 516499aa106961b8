// Pages that take away what others have: sandboxed frames, whose origin is opaque, and pages that freeze what is built in.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { blank, blankPage, librarySite } from '../support/library.mjs';
import { assertPeacock, drop, notice, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { plainSite } from '../support/site.mjs';

/** @typedef {import('playwright-core').Page} Page */

const site = await librarySite();
after(() => site.close());
const photo = `${site.origin}/samples/${basename(peacock)}`;

/** A page that is all one sandboxed frame. @param {string} src */
const around = (src) =>
  `${blank}<style>iframe { position: fixed; inset: 0; width: 100%; height: 100%; border: 0 }</style>
  <iframe sandbox="allow-scripts" src="${src}"></iframe>`;

/**
 * Opens a page of a site in a sandboxed frame; gives the page around it, and the frame, which is asked as pages are.
 * @param {import('node:test').TestContext} t @param {{origin: string, pages: Record<string, string | Buffer>}} site
 * @param {string} path @param {Parameters<typeof visit>[2]} [options]
 */
async function sandboxed(t, site, path, options) {
  site.pages['/around.html'] = around(path);
  const page = await visit(t, `${site.origin}/around.html`, options);
  const frame = /** @type {Page} */ (/** @type {unknown} */ (page.frames()[1]));
  assert.equal(await frame.evaluate(() => self.origin), 'null');
  return { page, frame };
}

test('the page in a sandboxed frame classifies a dropped photo, and every panel opens', async (t) => {
  const { page, frame } = await sandboxed(t, site, '/', { expected: [/sandboxed/] });
  await ready(frame);
  await drop(page, peacock);
  await assertPeacock(frame);
  const tabs = frame.locator('nav').getByRole('link');
  for (const tab of await tabs.all()) {
    await tab.click();
    const id = new URL((await tab.getAttribute('href')) ?? '', site.origin).hash.slice(1).split('?')[0];
    await frame.locator(`main > ${id}-panel:not([hidden])`).waitFor();
  }
  await frame.getByRole('link', { name: 'About' }).click();
  // What is kept on the device: nothing, and to remove that is no error.
  await frame.getByText('does not let pages work offline').waitFor();
  await frame.getByRole('button', { name: 'Remove everything' }).click();
  await frame.getByRole('dialog').getByRole('button', { name: 'Remove everything' }).click();
  await frame.getByText('Everything is removed').waitFor();
  assert.equal(await frame.getByRole('alert').filter({ hasText: /\S/ }).count(), 0);
});

test('the library in a sandboxed frame, whose server allows CORS', async (t) => {
  const { frame } = await sandboxed(t, site, '/blank.html');
  const { label, threads, why } = await frame.evaluate(
    async ([library, photo]) => {
      const { load } = await import(library);
      const net = await load({ threads: 2 });
      const { predictions } = await net.classify(photo);
      return { label: predictions[0].label, threads: net.info.threads, why: net.info.why };
    },
    [`${site.origin}/mobilenet/mobilenet.js`, photo],
  );
  assert.equal(label, 'peacock');
  assert.equal(threads, 1);
  assert.match(why, /^one thread, for the page is not cross-origin isolated/);
});

test('a model whose server does not allow CORS: said to pages of other origins, and to sandboxed frames why they are', async (t) => {
  const closed = await plainSite();
  cleanup(t, () => closed.close());
  const model = `${closed.origin}/models/any.tflite`;
  const refusal = (/** @type {Page} */ page) =>
    page.evaluate(
      async ([library, model]) => {
        const { load } = await import(library);
        return load({ model }).then(String, (/** @type {any} */ { code, message }) => `${code}: ${message}`);
      },
      [`${site.origin}/mobilenet/mobilenet.js`, model],
    );
  const options = { origins: [closed.origin], expected: [/CORS policy/, /Failed to load resource/] };
  const page = await blankPage(t, site, options);
  assert.match(
    await refusal(page),
    /^download-failed: .*any\.tflite.* Or its server must let .*Access-Control-Allow-Origin/,
  );
  const { frame } = await sandboxed(t, site, '/blank.html', options);
  assert.match(
    await refusal(frame),
    /^download-failed: .* Or this page's origin is opaque.* allow-same-origin.*Access-Control-Allow-Origin/,
  );
});

/** Freezes all that is built in, as SES's lockdown does, and some pages. */
function freezeIntrinsics() {
  /** @type {any} */
  const global = globalThis;
  for (const name of Object.getOwnPropertyNames(global)) {
    const value = Object.getOwnPropertyDescriptor(global, name)?.value;
    if (typeof value !== 'function' || !/native code/.test(Function.prototype.toString.call(value))) continue;
    Object.freeze(value);
    if (value.prototype) Object.freeze(value.prototype);
  }
  const hidden = [async () => {}, function* () {}, async function* () {}, new Uint8Array(), [].values()];
  for (const value of hidden) Object.freeze(Object.getPrototypeOf(Object.getPrototypeOf(value)));
}

test('on a page that has frozen what is built in, the library works and its failures settle', async (t) => {
  const page = await blankPage(t, site, { before: freezeIntrinsics, expected: [/Failed to load resource/] });
  assert.ok(await page.evaluate(() => Object.isFrozen(Error.prototype) && Object.isFrozen(Array.prototype)));
  const said = await page.evaluate(async (photo) => {
    const code = (/** @type {Promise<unknown>} */ call) =>
      call.then(
        () => 'no error',
        (error) => `${error.name} ${error.code} ${error instanceof MobileNetError}`,
      );
    const net = await load();
    const { predictions } = await net.classify(photo);
    const control = new AbortController();
    const late = code(net.classify(photo, { signal: control.signal }));
    control.abort();
    return [
      predictions[0].label,
      await code(net.classify(new Blob(['no picture']))), // the worker says so
      await code(net.classify(photo, { topK: 0 })),
      await late,
      await code(load({ model: '/none.tflite' })),
      await code(net.close().then(() => net.memory())),
    ];
  }, photo);
  assert.deepEqual(said, [
    'peacock',
    'MobileNetError not-an-image true',
    'MobileNetError bad-argument true',
    'AbortError aborted true',
    'MobileNetError model-not-found true',
    'MobileNetError closed true',
  ]);
});

test('the page itself where what is built in is frozen', async (t) => {
  const page = await visit(t, site.url, { before: freezeIntrinsics });
  await drop(page, peacock);
  await assertPeacock(page);
  await drop(page, file('no picture.txt', 'no picture'));
  await notice(page, /isn’t an image/);
});

test('two copies of the library on a page that requires Trusted Types: what to allow is said, and works', async (t) => {
  const copy = await librarySite();
  cleanup(t, () => copy.close());
  /** Loads both; gives what the second says. @param {string} duplicates */
  const second = async (duplicates) => {
    const { origin } = copy;
    const own = site.origin;
    const policy = `script-src ${origin} ${own} 'wasm-unsafe-eval'; connect-src ${origin} ${own}; worker-src 'self' blob: ${origin}; require-trusted-types-for 'script'; trusted-types mobilenet ${duplicates}`;
    site.pages['/two.html'] = `${blank}<meta http-equiv="Content-Security-Policy" content="${policy}">`;
    const page = await visit(t, `${own}/two.html`, { origins: [origin], expected: [/TrustedScriptURL|Trusted ?Type/] });
    return page.evaluate(
      async (copies) => {
        const [one, two] = await Promise.all(copies.map((url) => import(url)));
        await one.load();
        return two.load().then(
          () => 'loaded',
          (/** @type {any} */ { code, message }) => `${code}: ${message}`,
        );
      },
      [own, origin].map((from) => `${from}/mobilenet/mobilenet.js`),
    );
  };
  assert.match(await second(''), /^blocked-by-csp: .*'allow-duplicates' where the page has two copies/);
  assert.equal(await second("'allow-duplicates'"), 'loaded');
});
