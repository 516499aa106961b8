// Every state of the page, light and dark, wide and on a phone: nothing for axe-core to say, nothing wider than the
// window, and a picture in tests/out for people to look at.
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { alert, drop, predictions, ready } from '../support/page.mjs';
import { peacock } from '../support/paths.mjs';
import { file, png } from '../support/pictures.mjs';
import { gate, plainSite, withFault } from '../support/site.mjs';
import { look } from './support/look.mjs';

const site = await plainSite();
after(() => site.close());

test('before and during the download, then empty', async (t) => {
  const part = gate(0.4);
  withFault(t, site, { path: /\.tflite/, gate: part });
  const page = await visit(t, site.url);
  await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0.2);
  await look(page, 'loading');
  await drop(page, peacock);
  await page.getByText(/Loading the model first/).waitFor();
  await look(page, 'waiting');
  part.release();
  await predictions(page);
  await page.reload();
  await ready(page);
  await look(page, 'empty');
});

test('answers', async (t) => {
  const page = await visit(t, site.url, {
    before: () => {
      const { tasks } = Object.assign(globalThis, { tasks: /** @type {number[]} */ ([]) });
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration))).observe({
        type: 'longtask',
      });
    },
  });
  await drop(page, peacock);
  await predictions(page);
  const tasks = await page.evaluate(() => /** @type {any} */ (globalThis).tasks);
  t.diagnostic(`tasks over 50 ms on the page's thread until the answer: ${tasks.length ? `${tasks} ms` : 'none'}`);
  await look(page, 'answer');
  await drop(page, file('grey.png', png(256, 256, { pixel: () => 128 })));
  await page.getByText('recognises 1,000 things').waitFor();
  await predictions(page);
  await look(page, 'unsure');
});

test('refusals and failures', async (t) => {
  withFault(t, site, { path: /\.tflite/, status: 404 });
  const page = await visit(t, site.url, { expected: [/Failed to load resource/] });
  await alert(page, /model is missing/);
  await look(page, 'failed');
  await drop(page, file('a letter with quite a long name, as people give them to their letters.txt', 'Dear reader'));
  await alert(page, /isn’t an image/);
  await look(page, 'refused');
});

test('no WebAssembly', async (t) => {
  const page = await visit(t, site.url, { switches: ['--js-flags=--jitless'] });
  await alert(page, /WebAssembly/);
  await look(page, 'no-webassembly');
});
