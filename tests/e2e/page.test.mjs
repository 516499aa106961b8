// The page as a person uses it, with the real model. The plain server adds no header and compresses nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { alert, assertPeacock, drop, fileInput, notice, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { gate, ownSite, plainSite, tamper, withFault, workerScript } from '../support/site.mjs';

/** @typedef {import('../support/site.mjs').Fault} Fault */

const site = await plainSite();
after(() => site.close());

/** Chromium's own words about an answer that is not as it should be: not the page's, and not to be avoided. */
const failedRequest = /Failed to load resource/;

test('a dropped photo of a peacock is a peacock', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await assertPeacock(page);
  const said = await page.getByRole('status').first().innerText();
  assert.match(said, /^peacock, \d.*%\.\s+\d.* ms total, \d.* ms model$/);
  await page.getByRole('button', { name: 'Details' }).click();
  const shown = await page.locator('network-status dl').innerText();
  const ms = '\\d.* ms\\s+';
  const rows = `^Decode\\s+${ms}Resize\\s+${ms}Model\\s+${ms}Total\\s+${ms}Engine\\s+Relaxed SIMD\\s+Threads\\s+\\d+$`;
  assert.match(shown, new RegExp(rows));
  await page.getByRole('button', { name: 'Details' }).click();
  assert.ok(await page.locator('network-status dl').isHidden());
  assert.ok(await page.getByRole('img', { name: /peacock/ }).isVisible(), 'the picture is shown');
});

test('picked by the file input', async (t) => {
  const page = await visit(t, site.url);
  await fileInput(page).setInputFiles(peacock);
  await assertPeacock(page);
});

test('pasted from the clipboard', async (t) => {
  const page = await visit(t, site.url, { context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  await page.evaluate(async (base64) => {
    const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
  }, readFileSync(peacock).toString('base64'));
  await page.keyboard.press('ControlOrMeta+V');
  await assertPeacock(page);
});

test('by keyboard alone', async (t) => {
  const page = await visit(t, site.url);
  /** @param {import('playwright-core').Locator} control */
  const tabTo = async (control) => {
    const focused = () => control.evaluate((element) => element === document.activeElement);
    for (let presses = 0; presses < 20 && !(await focused()); presses++) await page.keyboard.press('Tab');
    assert.ok(await focused(), 'Tab reaches the control');
  };
  const chooser = page.waitForEvent('filechooser');
  await tabTo(fileInput(page));
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(peacock);
  await assertPeacock(page);

  await page.reload();
  await tabTo(page.getByRole('button', { name: /peacock/i }));
  await page.keyboard.press('Enter');
  await assertPeacock(page);
});

test('the sample picture', async (t) => {
  const page = await visit(t, site.url);
  await page.getByRole('button', { name: /peacock/i }).click();
  await assertPeacock(page);
});

test('a weak answer is called one, and the next picture replaces it', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, file('grey.png', png(256, 256, { pixel: () => 128 })));
  await page.getByText('Not sure').first().waitFor();
  await page.getByText('recognises 1,000 things').waitFor();
  await drop(page, peacock);
  await page.getByText('recognises 1,000 things').waitFor({ state: 'hidden' });
  await assertPeacock(page);
});

test('two pictures in a row: the last one counts', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, file('grey.png', png(256, 256, { pixel: () => 128 })));
  await drop(page, peacock);
  await assertPeacock(page);
});

test('a picture dropped during the download waits for it', async (t) => {
  const half = gate(0.5);
  withFault(t, site, { path: /\.tflite/, gate: half });
  const page = await visit(t, site.url);
  const bar = page.getByRole('progressbar');
  await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0.2);
  const share = await bar.evaluate((element) => /** @type {HTMLProgressElement} */ (element).value);
  assert.ok(share < 0.9, `half of the model is here, the bar stands at ${share}`);
  await page.getByText(/\d [kM]B of \d.*[kM]B/).waitFor();
  await drop(page, peacock);
  await page.getByText(/Loading the model first/).waitFor();
  assert.equal(await page.getByRole('listitem').count(), 0);
  half.release();
  await assertPeacock(page);
  await bar.waitFor({ state: 'hidden' });
});

test('what is no picture is refused in words, and the page goes on', async (t) => {
  const page = await visit(t, site.url);
  await ready(page);
  await drop(page, file('letter.txt', 'Dear reader'));
  assert.match(await alert(page, /isn’t an image/), /letter\.txt/);
  await drop(page, file('nothing.jpg', ''));
  assert.match(await alert(page, /is empty/), /nothing\.jpg/);
  await drop(page, file('broken.png', png(20, 30).subarray(0, 40)));
  assert.match(await alert(page, /can’t be opened/), /broken\.png/);
  await drop(page, file('cut.png', readFileSync(peacock).subarray(0, 20_000)));
  assert.match(await alert(page, /can’t be opened/), /cut\.png/);
  await drop(page, file('huge.png', png(30_000, 30_000, { bits: 1 })));
  assert.match(await alert(page, /too large/), /huge\.png/);
  await drop(page, peacock);
  await assertPeacock(page);
});

test('a dropped link or text is refused in words', async (t) => {
  const page = await visit(t, site.url);
  await page.locator('main').drop({ data: { 'text/uri-list': 'https://example.com/cat.jpg' } });
  await notice(page, /link/);
  await page.locator('main').drop({ data: { 'text/plain': 'a cat' } });
  await notice(page, /No image found/);
});

test('what is refused leaves the photo and its answers on show', async (t) => {
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await assertPeacock(page);
  await page.getByRole('button', { name: /^peacock/ }).click();
  await page.getByText('Why “peacock”').waitFor();
  const unchanged = async () => {
    await assertPeacock(page);
    assert.ok(await page.getByRole('img', { name: /Your photo: peacock/ }).isVisible());
    assert.ok(await page.getByText('Why “peacock”').isVisible());
  };
  await drop(page, file('letter.txt', 'Dear reader'));
  assert.match(await notice(page, /isn’t an image/), /letter\.txt/);
  await unchanged();
  await drop(page, file('cut.png', readFileSync(peacock).subarray(0, 20_000)));
  await notice(page, /cut\.png/);
  await unchanged();
  await page.locator('main').drop({ data: { 'text/plain': 'a cat' } });
  await notice(page, /No image found/);
  await unchanged();
  await page.getByRole('button', { name: 'Close' }).first().click();
  await page.locator('.notice').filter({ hasText: 'letter.txt' }).waitFor({ state: 'detached' });
});

test('a message goes away by itself, but not under the pointer', async (t) => {
  const page = await visit(t, site.url);
  await page.clock.install();
  await page.locator('main').drop({ data: { 'text/plain': 'a cat' } });
  await notice(page, /No image found/);
  await page.locator('.notice').hover();
  await page.clock.runFor(60_000);
  assert.ok(await page.locator('.notice').isVisible());
  await page.mouse.move(1, 1);
  await page.clock.runFor(60_000);
  await page.locator('.notice').waitFor({ state: 'detached' });
});

/** A model with one byte changed, compressed again where it was. @param {Buffer} bytes */
function alter(bytes) {
  const compressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const model = Buffer.from(compressed ? gunzipSync(bytes) : bytes);
  model[model.length >> 1] ^= 1;
  return compressed ? gzipSync(model, { level: 1 }) : model;
}

/** @type {[string, RegExp, Omit<Fault, 'path'>, RegExp][]} */
const failures = [
  ['a model that is not there', /\.tflite/, { status: 404 }, /model is missing/],
  ['a server that answers with HTML', /\.tflite/, { html: true }, /\b(page|HTML)\b/],
  ['a download cut short', /\.tflite/, { cut: 0.5 }, /download|connection|broke|cut/i],
  ['an altered model', /\.tflite/, { change: alter }, /damaged|altered|changed|not the (one|file)/i],
  ['a server that fails', /\.tflite/, { status: 500 }, /download|server/i],
  ['no list of models', /models\.json$/, { status: 404 }, /missing|not found/i],
  ['no labels', /labels/, { status: 404 }, /missing|not found|labels/i],
  ['no WebAssembly file', /\.wasm/, { status: 404 }, /./],
  ['HTML for the WebAssembly file', /\.wasm/, { html: true }, /./],
  ['HTML for the worker', /worker-/, { html: true }, /./],
];
for (const [what, path, fault, words] of failures) {
  test(`${what}: said in words, and tried again on request`, async (t) => {
    const mend = withFault(t, site, { path, ...fault });
    const page = await visit(t, site.url, { expected: [failedRequest] });
    await drop(page, peacock);
    t.diagnostic(await alert(page, words));
    mend();
    await page.getByRole('button', { name: 'Try again' }).click();
    await assertPeacock(page);
  });
}

test('a browser without WebAssembly is told so', async (t) => {
  const page = await visit(t, site.url, { switches: ['--js-flags=--jitless'] });
  await alert(page, /WebAssembly/);
  await drop(page, peacock);
  await alert(page, /WebAssembly/);
});

test('a browser without module workers is told so', async (t) => {
  const page = await visit(t, site.url, {
    before: () => {
      // As old browsers do: the option is not read, and the script starts as a classic one.
      const Actual = Worker;
      globalThis.Worker = class extends Actual {
        /** @param {[string | URL, WorkerOptions?]} options */
        constructor(...[url]) {
          super(url);
        }
      };
    },
  });
  await alert(page, /too old.*Firefox from 114/s);
  await drop(page, peacock);
  await alert(page, /too old.*Firefox from 114/s);
});

test('a browser without DecompressionStream fetches the plain files', async (t) => {
  for (const script of [/mobilenet\.js$/, workerScript])
    tamper(t, site, script, 'delete globalThis.DecompressionStream;\n');
  const page = await visit(t, site.url);
  await drop(page, peacock);
  await assertPeacock(page);
});

test('an insecure address has no crypto.subtle, and works', async (t) => {
  const { port } = new URL(site.url);
  const page = await visit(t, `http://depthwise.test:${port}/`, {
    switches: ['--host-resolver-rules=MAP depthwise.test 127.0.0.1'],
  });
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await drop(page, peacock);
  await assertPeacock(page);
});

test('works under a sub-path of a plain server', async (t) => {
  const deep = await plainSite({ prefix: '/some/where/else/' });
  cleanup(t, () => deep.close());
  const page = await visit(t, deep.url);
  await drop(page, peacock);
  await assertPeacock(page);
  assert.ok(
    deep.requests.some((path) => path.endsWith('.tflite.gz')),
    'the model came compressed',
  );
  assert.ok(!deep.requests.some((path) => path.endsWith('.tflite')), 'and only so');
  assert.deepEqual(
    deep.requests.filter((path) => !path.startsWith('/some/where/else/') && path !== '/favicon.ico'),
    [],
  );
});

test('works from depthwise serve, isolated and under its strict policy', async (t) => {
  const own = await ownSite();
  cleanup(t, () => own.close());
  const page = await visit(t, own.url, { expected: [/example\.com/] });
  assert.ok(await page.evaluate(() => crossOriginIsolated));
  await drop(page, peacock);
  await assertPeacock(page);
  await assert.rejects(
    page.evaluate(() => fetch('https://example.com/')),
    'the policy forbids to ask anyone else',
  );
});

test('works from depthwise serve below a path', async (t) => {
  const own = await ownSite(['--prefix', '/below/this']);
  cleanup(t, () => own.close());
  assert.match(own.url, /\/below\/this\/$/);
  const page = await visit(t, own.url);
  await drop(page, peacock);
  await assertPeacock(page);
});
