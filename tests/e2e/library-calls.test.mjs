// The library's calls beyond their answers: refused, aborted, in order, after close or a crash, from another origin; what load tells.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { blank, blankPage, librarySite } from '../support/library.mjs';
import { ownSite, withFault } from '../support/site.mjs';
import { loaded, photo, site } from './support/loaded.mjs';

/** All that load tells of its progress. @param {import('playwright-core').Page} page @param {string} library */
const progressOf = (page, library) =>
  page.evaluate(async (library) => {
    const { load } = await import(library);
    /** @type {import('../../web/mobilenet/mobilenet.d.ts').Progress[]} */
    const steps = [];
    await load({ onProgress: (/** @type {typeof steps[0]} */ progress) => steps.push(progress) });
    return steps;
  }, library);

test('refuses with a code and a reason', async (t) => {
  const page = await blankPage(t, site, { expected: [/Failed to load resource/] });
  const net = await page.evaluateHandle(() => load());
  withFault(t, site, { path: /\/html-instead/, html: true });
  site.pages['/bomb.tflite'] = gzipSync(Buffer.alloc(135e6));
  const refusals = await net.evaluate(async (net) => {
    /** @param {Promise<unknown>} promise */
    const refusal = (promise) =>
      promise.then(
        () => null,
        (error) => ({ isError: error instanceof MobileNetError, code: error.code, message: error.message }),
      );
    const picture = new ImageData(8, 8);
    const box = (/** @type {object} */ change) =>
      /** @type {CropBox} */ ({ left: 0.25, top: 0, width: 0.5, height: 1, ...change });
    return {
      'unknown model': ['model-not-found', await refusal(load({ model: 'no_such_model' }))],
      'missing model': ['model-not-found', await refusal(load({ model: '/models/none.tflite' }))],
      'HTML for a model': ['model-is-html', await refusal(load({ model: '/html-instead/of.tflite' }))],
      'text for a model': ['model-unsupported', await refusal(load({ model: new Blob(['no model at all']) }))],
      '135 MB for a model': ['model-unsupported', await refusal(load({ model: new Blob([new Uint8Array(135e6)]) }))],
      'a file that unpacks to as much': ['model-unsupported', await refusal(load({ model: '/bomb.tflite' }))],
      'two labels': ['bad-argument', await refusal(load({ labels: ['cat', 'dog'] }))],
      'resolution 100': ['bad-argument', await refusal(load({ resolution: 100 }))],
      'text for a picture': ['not-an-image', await refusal(net.classify(new Blob(['no picture'])))],
      'missing picture': ['url-refused', await refusal(net.classify('/none.png'))],
      'null for a picture': ['bad-argument', await refusal(net.classify(/** @type {any} */ (null)))],
      'topK -1': ['bad-argument', await refusal(net.classify(picture, { topK: -1 }))],
      'crop left': ['bad-argument', await refusal(net.classify(picture, { crop: /** @type {any} */ ('left') }))],
      'a box with a word': ['bad-argument', await refusal(net.classify(picture, { crop: box({ top: 'x' }) }))],
      'a box without a height': [
        'bad-argument',
        await refusal(net.classify(picture, { crop: box({ height: undefined }) })),
      ],
      'a box that is not finite': [
        'bad-argument',
        await refusal(net.heatmap(picture, 0, { crop: box({ left: NaN }) })),
      ],
      'a box before the image': ['bad-argument', await refusal(net.embed(picture, { crop: box({ left: -0.1 }) }))],
      'a box beyond the image': ['bad-argument', await refusal(net.classify(picture, { crop: box({ left: 0.75 }) }))],
      'an empty box': ['bad-argument', await refusal(net.activations(picture, 0, { crop: box({ width: 0 }) }))],
      'a box and 2 views': ['bad-argument', await refusal(net.classify(picture, { crop: box({}), views: 2 }))],
      'thumbnail of 0.5': ['bad-argument', await refusal(net.classify(picture, { thumbnail: 0.5 }))],
      '3 views': ['bad-argument', await refusal(net.classify(picture, { views: /** @type {any} */ (3) }))],
      'ten bytes for pixels': ['bad-argument', await refusal(net.run(new Uint8Array(10)))],
      'class 5000': ['bad-argument', await refusal(net.heatmap(picture, 5000))],
      'layer 99': ['bad-argument', await refusal(net.activations(picture, 99))],
    };
  });
  for (const [what, [code, refusal]] of Object.entries(refusals)) {
    await t.test(what, () => {
      assert.ok(refusal && typeof refusal === 'object', 'it must be refused');
      assert.ok(refusal.isError);
      assert.equal(refusal.code, code, refusal.message);
      assert.match(refusal.message, /\w+ \w+/);
      t.diagnostic(`${what}: ${refusal.message}`);
    });
  }
  const after = await net.evaluate((net, url) => net.classify(url), photo);
  assert.equal(after.predictions[0].label, 'peacock', 'refusals leave the network usable');
  await page.close();
});

test('a box as the crop: the same pixels as the crop that has its name, and the heat map lies there', async (t) => {
  const { net } = await loaded(t);
  const { size, named, boxes, own, corner } = await net.evaluate(async (net, url) => {
    const image = await createImageBitmap(await (await fetch(url)).blob());
    const size = { width: image.width - 3, height: image.height }; // a size of which the shares are no round numbers
    const odd = await createImageBitmap(image, 0, 0, size.width, size.height);
    const side = Math.min(size.width, size.height);
    const square = {
      left: Math.floor((size.width - side) / 2) / size.width,
      top: Math.floor((size.height - side) / 2) / size.height,
      width: side / size.width,
      height: side / size.height,
    };
    const options = /** @type {const} */ ({ logits: true, features: true, heatmap: 'best' });
    const ask = async (/** @type {Crop | CropBox} */ crop) => {
      const { logits, features, heatmap } = await net.classify(odd, { ...options, crop });
      return { logits: [...(logits ?? [])], box: features?.box, heatmap: heatmap?.box };
    };
    const named = [await ask('whole'), await ask('square')];
    const boxes = [await ask({ left: 0, top: 0, width: 1, height: 1 }), await ask(square)];
    const own = await ask({ left: 0.5, top: 0.25, width: 0.25, height: 0.5 });
    const { box: corner } = await net.heatmap(odd, 85, { crop: { left: 1, top: 1, width: 1e-9, height: 1e-9 } });
    return { size, named, boxes, own, corner };
  }, photo);
  assert.deepEqual(boxes, named);
  const { width, height } = size;
  const want = {
    x: Math.round(width / 2),
    y: Math.round(height / 4),
    width: Math.round(width / 4),
    height: Math.round(height / 2),
  };
  assert.deepEqual([own.box, own.heatmap], [want, want]);
  assert.notDeepEqual(own.logits, named[0].logits);
  assert.deepEqual(corner, { x: width - 1, y: height - 1, width: 1, height: 1 }, 'at least a pixel');
});

test('aborts by signal: the running call, one in the queue, one made too late', async (t) => {
  const { net } = await loaded(t);
  const seen = await net.evaluate(async (net, url) => {
    const abort = new AbortController();
    const running = net.classify(url, { signal: abort.signal });
    const waiting = net.classify(url, { signal: abort.signal });
    const other = net.classify(url);
    abort.abort();
    const late = net.classify(url, { signal: abort.signal });
    const settled = await Promise.allSettled([running, waiting, other, late, net.classify(url)]);
    return settled.map((s) => (s.status === 'rejected' ? s.reason.name : s.value.predictions[0].label));
  }, photo);
  assert.deepEqual(seen, ['AbortError', 'AbortError', 'peacock', 'AbortError', 'peacock']);
});

test('answers in the order asked where nothing has to be awaited', async (t) => {
  const { net } = await loaded(t);
  const order = await net.evaluate(async (net, url) => {
    const file = await (await fetch(url)).blob();
    /** @type {number[]} */
    const order = [];
    const jobs = [
      net.classify(file).then(() => order.push(0)),
      net.run(new Uint8Array(224 * 224 * 3)).then(() => order.push(1)),
      net.embed(file).then(() => order.push(2)),
    ];
    await Promise.all(jobs);
    return order;
  }, photo);
  assert.deepEqual(order, [0, 1, 2]);
});

test('close ends the worker; calls after it are refused', async (t) => {
  const { page, net } = await loaded(t);
  assert.equal(page.workers().length, 1);
  const ended = page.workers()[0].waitForEvent('close');
  const refusal = await net.evaluate(async (net, url) => {
    const pending = net.classify(url).catch((error) => error.code);
    await net.close();
    await net.close();
    return [await pending, await net.classify(url).catch((error) => error.code)];
  }, photo);
  assert.deepEqual(refusal, ['closed', 'closed']);
  await ended;
});

test('a crashed worker rejects its calls with the reason, and the next call works', async (t) => {
  const page = await blankPage(t, site, { expected: [/crash made by the test/] });
  const net = await page.evaluateHandle(() => load());
  const ended = page.workers()[0].waitForEvent('close');
  await page.workers()[0].evaluate(() => {
    addEventListener('message', () => {
      throw new Error('crash made by the test');
    });
  });
  const [reason, label] = await net.evaluate(async (net, url) => {
    const reason = await net.classify(url).catch((error) => error.message);
    const { predictions } = await net.classify(url);
    return [reason, predictions[0].label];
  }, photo);
  assert.match(reason, /crash made by the test/);
  assert.equal(label, 'peacock');
  await ended;
  assert.equal(page.workers().length, 1, 'the crashed worker is gone');
});

test('a worker that answers, but is of no more use, gives way to another', async (t) => {
  const page = await blankPage(t, site);
  const net = await page.evaluateHandle(() => load());
  const [worker] = page.workers();
  const ended = worker.waitForEvent('close');
  await worker.evaluate(() => {
    OffscreenCanvas.prototype.getContext = () => {
      throw new Error('no canvas, by the test');
    };
  });
  const [failure, label] = await net.evaluate(async (net, url) => {
    const both = [net.classify(url).catch(({ code, message }) => `${code}: ${message}`), net.classify(url)];
    const [failure, waiting] = await Promise.all(both);
    return [failure, typeof waiting === 'string' ? waiting : waiting.predictions[0].label];
  }, photo);
  assert.match(`${failure}`, /^worker-failed: no canvas, by the test/);
  assert.equal(label, 'peacock', 'the call that waited');
  await ended;
});

test('works when imported from another origin', async (t) => {
  const other = await librarySite();
  cleanup(t, () => other.close());
  const page = await blankPage(t, site, { library: `${other.origin}/mobilenet/mobilenet.js`, origins: [other.origin] });
  const best = await page.evaluate(async (url) => (await (await load()).classify(url)).predictions[0].label, photo);
  assert.equal(best, 'peacock');
});

test('says which policy forbids it', async (t) => {
  const other = await librarySite();
  cleanup(t, () => other.close());
  site.pages['/strict.html'] = `${blank}
    <meta http-equiv="Content-Security-Policy" content="script-src 'self' ${other.origin} 'wasm-unsafe-eval'; worker-src 'self'">`;
  const page = await visit(t, `${site.origin}/strict.html`, {
    expected: [/Content Security Policy/],
    origins: [other.origin],
  });
  const error = await page.evaluate(async (url) => {
    const { load } = await import(url);
    return load().then(
      () => null,
      (/** @type {any} */ { code, message }) => ({ code, message }),
    );
  }, `${other.origin}/mobilenet/mobilenet.js`);
  assert.equal(error?.code, 'blocked-by-csp', error?.message);
  assert.match(error?.message ?? '', /worker-src|blob:/);
});

test('tells how far the download is', async (t) => {
  const steps = await progressOf(await blankPage(t, site), `${site.origin}/mobilenet/mobilenet.js`);
  assert.ok(steps.length > 1, `${steps.length} steps`);
  for (let i = 1; i < steps.length; i++) assert.ok(steps[i].loaded >= steps[i - 1].loaded, 'it never goes back');
  const end = steps[steps.length - 1];
  assert.equal(end.loaded, end.total);
});

test('counts the bytes of the wire where a host packs them by brotli', async (t) => {
  const own = await ownSite();
  cleanup(t, () => own.close());
  const page = await visit(t, `${own.url}models/models.json`, { expected: [/favicon/] });
  const steps = await progressOf(page, `${own.url}mobilenet/mobilenet.js`);
  const wire = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => /\.(tflite|wasm)$/.test(name))
      .reduce((sum, entry) => sum + /** @type {PerformanceResourceTiming} */ (entry).encodedBodySize, 0),
  );
  const { loaded, total } = steps[steps.length - 1];
  assert.ok(wire > 3e6 && wire < 4e6, `${wire} bytes`);
  assert.ok(Math.abs(loaded - wire) < 1000 && loaded === total, `${loaded} of ${total} where ${wire} came`);
});
