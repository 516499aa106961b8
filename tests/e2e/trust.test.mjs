// Text stays text: Trusted Types are in force on the page and its workers, the library works on pages that require them, and
// what people and models bring - names of files, labels - is never markup.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { blank } from '../support/library.mjs';
import { synthetic } from '../support/models.mjs';
import { details, drop, notice, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { ownSite, plainSite } from '../support/site.mjs';
import { exported, finished, markup, options, parseCsv } from './support/folder.mjs';

const library = await plainSite({ cors: true });
after(() => library.close());

/** What a page that requires Trusted Types says of it, each to be refused here. */
const refused = [/TrustedHTML|TrustedScriptURL|Trusted Type|trusted-types/i];

/** Tries what text must not do; gives the names of what went through. */
function attempts() {
  /** @type {Record<string, () => unknown>} */
  const all = {
    'a worker from text': () => new Worker('data:text/javascript,'),
    'a policy of another name': () => /** @type {any} */ (globalThis).trustedTypes.createPolicy('other', {}),
  };
  if (typeof document === 'object') {
    all['markup from text'] = () => {
      document.createElement('p').innerHTML = '<b>bold</b>';
    };
    all['a script from text'] = () => {
      document.createElement('script').src = 'data:text/javascript,';
    };
  }
  return Object.keys(all).filter((name) => {
    try {
      all[name]();
      return true;
    } catch (error) {
      return !(error instanceof TypeError);
    }
  });
}

for (const [host, start] of /** @type {const} */ ([
  ['depthwise serve, which sends the policy', ownSite],
  ['a host that sends none, so by the page’s own <meta>', plainSite],
])) {
  test(`Trusted Types are in force from ${host}, and all works`, async (t) => {
    const site = await start();
    cleanup(t, () => site.close());
    const page = await visit(t, site.url, { context: { serviceWorkers: 'allow' }, expected: refused });
    if (start === plainSite) await page.waitForEvent('load'); // once more, isolated by its service worker
    await ready(page);
    await drop(page, peacock);
    assert.equal((await predictions(page))[0].label, 'peacock');
    assert.ok(Number((await details(page)).Threads) > 1, 'the worker has started more');
    assert.deepEqual(await page.evaluate(attempts), []);
    assert.ok(await page.evaluate(async () => (await navigator.serviceWorker.ready).active !== null));
    // A worker's own policy is that of its file, so of a host that sends one.
    if (start === ownSite) assert.deepEqual(await page.workers()[0].evaluate(attempts), []);
  });
}

/**
 * A page of another origin than the library, which requires Trusted Types and allows these policies; gives what loading says.
 * @param {import('node:test').TestContext} t @param {string} policies
 */
async function embed(t, policies) {
  const { origin } = library;
  const policy = `script-src ${origin} 'self' 'wasm-unsafe-eval'; connect-src ${origin}; worker-src blob: ${origin}; require-trusted-types-for 'script'; trusted-types ${policies}`;
  const site = await plainSite({
    prefix: '/nothing/',
    isolated: true,
    pages: { '/': `${blank}<meta http-equiv="Content-Security-Policy" content="${policy}">` },
  });
  cleanup(t, () => site.close());
  const page = await visit(t, `${site.origin}/`, { origins: [origin], expected: refused });
  return page.evaluate(async (url) => {
    const { load } = await import(url);
    try {
      const net = await load({ threads: 2 });
      const { predictions } = await net.classify(new ImageData(8, 8));
      return { threads: net.info.threads, answers: predictions.length };
    } catch (error) {
      const { code, message } = /** @type {{code: string, message: string}} */ (error);
      return { code, message };
    }
  }, `${origin}/mobilenet/mobilenet.js`);
}

test('the library, from another origin, on a page that requires Trusted Types', async (t) => {
  assert.deepEqual(await embed(t, 'mobilenet'), { threads: 2, answers: 5 });
});

test('where the page does not name the library’s policy, the library says what to allow', async (t) => {
  const { code, message = '' } = await embed(t, "'none'");
  assert.equal(code, 'blocked-by-csp', message);
  assert.match(message, /forbids its worker.*; and trusted-types mobilenet where Trusted Types are required/);
});

/** Labels that nobody should trust, for a model of ten classes. */
const labels = Array.from({ length: 10 }, (_, i) => `<img src=x${i} onerror="document.title=2"> & <b>${i}</b>`);

test('labels and file names that look like markup are shown and exported as they are', async (t) => {
  const site = await plainSite();
  cleanup(t, () => site.close());
  const page = await visit(t, `${site.url}#model`);

  const model = file(markup.replace('.png', '.tflite'), readFileSync(synthetic('int8_keras')('int8_keras')));
  const names = file(markup.replace('.png', '.txt'), `${labels.join('\n')}\n`);
  await page.getByLabel('Choose a .tflite file').setInputFiles([model, names]);
  for (const path of [model, names]) {
    await page.locator('model-sheet').getByText(basename(path), { exact: true }).waitFor();
  }

  const photo = file(markup, png(96, 96, { pixel: (x, y) => (x * y) % 256 }));
  await drop(page, photo);
  for (const { label, text } of await predictions(page)) {
    assert.ok(labels.includes(label), label);
    assert.ok(text.includes(label), text);
  }
  await page
    .getByRole('button', { name: labels[0].slice(0, 9) })
    .first()
    .click(); // whose map is described by the label
  await drop(page, file(`broken ${markup}`, 'no picture'));
  await notice(page, /<img src=x o/);

  await page.getByRole('link', { name: 'Folder' }).click();
  await page.locator('folder-panel').getByLabel('Choose photos').setInputFiles([photo]);
  await finished(page);
  await options(page).first().click();
  await page.locator('folder-side').getByText(markup).waitFor();
  const { files } = JSON.parse((await exported(page, 'JSON')).text);
  assert.equal(files[0].file, markup);
  for (const { label } of files[0].predictions) assert.ok(labels.includes(label), label);
  const [, [name, best]] = parseCsv((await exported(page, 'CSV')).text.slice(1));
  assert.deepEqual([name, best], [markup, files[0].predictions[0].label]);

  assert.equal(await page.title(), 'Folder · Depthwise', 'no markup has changed it');
  assert.equal(await page.locator('img[src^="x"]').count(), 0);
});
