// A checkpoint becomes a model in the browser: recognised, with other settings, quantised; and each way to fail.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { checkpoint } from '../support/checkpoints.mjs';
import { blankPage, librarySite } from '../support/library.mjs';
import { synthetic } from '../support/models.mjs';
import { peacock, shared } from '../support/paths.mjs';
import { withFault } from '../support/site.mjs';
import { failedRequest } from './support/faults.mjs';

const net = checkpoint(0.25, 3);
const made = synthetic('float32_keras', 'uint8_slim');
const site = await librarySite({ folders: { '/net/': dirname(net), '/made/': dirname(made('uint8_slim')) } });
after(() => site.close());
const isolated = await librarySite({ isolated: true, folders: { '/net/': dirname(net) } });
after(() => isolated.close());
const photo = `/samples/${basename(peacock)}`;

/** A page with convert beside load, and the checkpoint's bytes. @param {import('node:test').TestContext} t @param {{origin: string}} [where] @param {object} [options] */
async function convertPage(t, { origin } = site, options = {}) {
  const page = await blankPage(t, { origin }, options);
  await page.evaluate(async (origin) => {
    const { convert } = await import(`${origin}/mobilenet/convert.js`);
    const bytes = async (/** @type {string} */ url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
    const file = await bytes('/net/net.safetensors');
    Object.assign(globalThis, { convert, file, bytes });
  }, origin);
  return page;
}

test('a checkpoint is recognised, its settings can be changed, and its model classifies with its labels', async (t) => {
  const page = await convertPage(t);
  const { first, second, label } = await page.evaluate(async (photo) => {
    const { convert, file, load } = /** @type {any} */ (globalThis);
    const progress = /** @type {string[]} */ ([]);
    const labels = ['one', 'two', 'three'];
    const onProgress = (/** @type {{stage: string, done: number}} */ { stage, done }) =>
      progress.push(`${stage} ${done}`);
    const first = await convert(new Blob([file]), { labels, name: 'Mine', onProgress });
    const second = await convert(file, {
      ...{ activation: 'relu6', padding: 'same', epsilon: 0.001, resolution: 64 },
      normalize: { mean: 127.5, scale: 1 / 127.5 },
    });
    const net = await load({ model: first.file });
    const { predictions } = await net.classify(photo);
    const { resolution, normalize } = (await load({ model: second.file })).info;
    return {
      first: { ...first.recognized, progress, name: net.info.file.name, labels: net.labels },
      second: { ...second.recognized, opened: { resolution, normalize } },
      label: predictions[0].label,
    };
  }, photo);
  assert.equal(first.format, 'safetensors');
  assert.equal(first.layout, 'marvis/pytorch-mobilenet');
  assert.deepEqual([first.network, first.alpha, first.classes, first.parameters], ['MobileNetV1', 0.25, 3, 211_107]);
  assert.deepEqual(first.shape, [224, 224, 3]);
  assert.deepEqual(first.activation, { value: 'relu', from: 'assumed' });
  assert.deepEqual(first.padding, { value: 'symmetric', from: 'assumed' });
  assert.deepEqual(first.epsilon, { value: 1e-5, from: 'assumed' });
  assert.equal(first.normalize.from, 'assumed');
  assert.ok(Math.abs(first.normalize.value.mean[0] - 123.675) < 1e-3, 'ImageNet’s mean');
  assert.deepEqual([first.progress, first.name, first.labels], [['read 1'], 'Mine', ['one', 'two', 'three']]);
  assert.ok(['one', 'two', 'three'].includes(label));
  assert.deepEqual(second.activation, { value: 'relu6', from: 'option' });
  assert.deepEqual(second.padding, { value: 'same', from: 'option' });
  assert.deepEqual(
    [second.epsilon, second.resolution],
    [
      { value: 0.001, from: 'option' },
      { value: 64, from: 'option' },
    ],
  );
  assert.deepEqual([second.opened.resolution, second.opened.normalize.mean], [64, [127.5, 127.5, 127.5]]);
});

for (const where of /** @type {const} */ (['one thread', 'threads'])) {
  test(`images of every kind calibrate 8-bit integers of either type, on ${where}`, async (t) => {
    const page = await convertPage(t, where === 'threads' ? isolated : site);
    const seen = await page.evaluate(async (photo) => {
      const { convert, file, load } = /** @type {any} */ (globalThis);
      const canvas = new OffscreenCanvas(90, 70);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.fillStyle = 'tomato';
      context.fillRect(10, 5, 40, 50);
      const blob = await (await fetch(photo)).blob();
      const images = [photo, blob, canvas, context.getImageData(0, 0, 90, 70), await createImageBitmap(blob)];
      /** The best answers, and all probabilities by class. @param {Blob} model */
      const answers = async (model) => {
        const net = await load({ model });
        const of = [];
        for (const image of images) {
          const { predictions } = await net.classify(image, { topK: 3 });
          of.push(predictions.toSorted((/** @type {any} */ a, /** @type {any} */ b) => a.index - b.index));
        }
        return of.map((all) => all.map((/** @type {any} */ { probability }) => probability));
      };
      const best = (/** @type {number[]} */ all) => all.indexOf(Math.max(...all));
      const float = await answers((await convert(file, { resolution: 96 })).file);
      const results = [];
      for (const type of ['int8', 'uint8']) {
        const stages = new Set();
        const last = { done: 0 };
        const onProgress = (/** @type {{stage: string, done: number}} */ { stage, done }) => {
          stages.add(stage);
          last.done = done;
        };
        const { file: made, report } = await convert(file, { quantize: { images, type }, resolution: 96, onProgress });
        const net = await load({ model: made });
        const bytes = await answers(made);
        const counted = {
          same: bytes.filter((all, i) => best(all) === best(float[i])).length,
          difference: Math.max(
            ...bytes.flatMap((all, i) =>
              all.map((/** @type {number} */ p, /** @type {number} */ c) => Math.abs(p - float[i][c])),
            ),
          ),
        };
        results.push({
          type: net.info.type,
          stages: [...stages],
          last: last.done,
          ...report,
          counted,
          size: made.size,
        });
      }
      async function* later() {
        yield* images;
      }
      const again = await convert(file, { quantize: { images: later() }, resolution: 96 });
      return { results, same: again.file.size === results[0]?.size };
    }, photo);
    assert.deepEqual(
      seen.results.map(({ type }) => type),
      ['int8', 'uint8'],
    );
    for (const { stages, last, images, same, difference, counted, layers } of seen.results) {
      assert.deepEqual([stages, last, images], [['read', 'images', 'quantize'], 1, 5]);
      assert.equal(same, counted.same);
      assert.ok(
        difference < 0.1 && Math.abs(difference - counted.difference) < 1e-3,
        `${difference}, where ${counted.difference} is seen`,
      );
      assert.equal(layers.length, 29);
      assert.ok(layers.every((/** @type {any} */ { noise, least, most }) => noise > 10 && least <= 0 && most > 0));
    }
    assert.ok(seen.same, 'a generator gives images as a list does');
  });
}

test('what is no checkpoint, cut off, of another kind, or no option is refused in words', async (t) => {
  const page = await convertPage(t);
  const failures = await page.evaluate(async (photo) => {
    const { convert, file, bytes } = /** @type {any} */ (globalThis);
    const images = [photo];
    const failing = (/** @type {unknown} */ given, /** @type {object} */ options = {}) =>
      convert(given, options).then(
        () => 'none',
        (/** @type {any} */ { code, message, name }) => `${name} ${code}: ${message}`,
      );
    const broken = new Blob(['no image'], { type: 'image/png' });
    const left = /** @type {string[]} */ ([]);
    const onBroken = (/** @type {number} */ i, /** @type {Error} */ { message }) => left.push(`${i} ${message}`);
    const skipped = await convert(file, { resolution: 64, quantize: { images: [broken, photo], onBroken } });
    return {
      text: await failing(new Blob(['hello'])),
      empty: await failing(new Blob([])),
      cut: await failing(file.slice(0, 100_000)),
      uint8: await failing(await bytes('/made/uint8_slim.tflite')),
      activation: await failing(file, { activation: 'gelu' }),
      ofTflite: await failing(await bytes('/made/float32_keras.tflite'), { padding: 'same' }),
      number: await failing(5),
      labels: await failing(file, { labels: ['a'] }),
      resolution: await failing(file, { resolution: 0.5 }),
      scale: await failing(file, { normalize: { mean: 0, scale: 0 } }),
      images: await failing(file, { quantize: {} }),
      none: await failing(file, { quantize: { images: [] } }),
      type: await failing(file, { quantize: { images, type: 'int4' } }),
      broken: await failing(file, { quantize: { images: [photo, broken] } }),
      leaky: await failing(file, { activation: 'leaky:0.1', quantize: { images } }),
      aborted: await failing(file, { signal: AbortSignal.abort() }),
      left,
      skipped: skipped.report.images,
    };
  }, photo);
  const expected = {
    text: /^MobileNetError model-unsupported: the file is no checkpoint/,
    empty: /^MobileNetError model-unsupported: the file is empty/,
    cut: /^MobileNetError model-unsupported: ./,
    uint8: /model-unsupported: the file is a \.tflite of uint8 already/,
    activation: /bad-argument: activation 'gelu' is not 'relu'/,
    ofTflite: /model-unsupported: a \.tflite file holds its own padding/,
    number: /bad-argument: file 5 is no Blob/,
    labels: /bad-argument: the list has 1 label; the model needs 3/,
    resolution: /bad-argument: resolution 0\.5/,
    scale: /bad-argument: normalize\.scale is 0/,
    images: /bad-argument: quantize\.images undefined are no list/,
    none: /bad-argument: There are no images to calibrate with/,
    type: /bad-argument: quantize\.type 'int4'/,
    broken: /not-an-image: images\[1\]: This isn’t an image/,
    leaky: /model-unsupported: The network has LeakyReLU/,
    aborted: /^AbortError aborted/,
  };
  for (const [name, pattern] of Object.entries(expected)) {
    assert.match(/** @type {any} */ (failures)[name], pattern, name);
  }
  assert.deepEqual(failures.left.length, 1);
  assert.match(failures.left[0] ?? '', /^0 images\[0\]: This isn’t an image/);
  assert.equal(failures.skipped, 1);
});

test('an abort ends the conversion at once, and a program that is not there is told', async (t) => {
  const page = await convertPage(t);
  const { code, workers } = await page.evaluate(async (photo) => {
    const { convert, file } = /** @type {any} */ (globalThis);
    const controller = new AbortController();
    const onProgress = (/** @type {{stage: string}} */ { stage }) => stage === 'quantize' && controller.abort();
    const images = Array.from({ length: 20 }, () => photo);
    const error = await convert(file, { quantize: { images }, signal: controller.signal, onProgress }).catch(
      (/** @type {unknown} */ error) => error,
    );
    const { MobileNetError } = await import(/** @type {any} */ (`${location.origin}/mobilenet/mobilenet.js`));
    return { code: error.code, workers: error instanceof MobileNetError };
  }, photo);
  assert.deepEqual([code, workers], ['aborted', true]);
  const failing = await convertPage(t, site, { expected: [failedRequest] });
  withFault(t, site, { path: /workshop-[^/]*\.wasm/, status: 500 });
  const said = await failing.evaluate(() => {
    const { convert, file } = /** @type {any} */ (globalThis);
    return convert(file).catch((/** @type {any} */ { code, message }) => `${code}: ${message}`);
  });
  assert.match(said, /^download-failed: .*workshop-.*500/);
});

const cases = join(shared, 'cases/checkpoints');
test('people’s own checkpoints name what a photo shows', {
  skip: !existsSync(cases) && 'the shared checkpoints are not here',
}, async (t) => {
  const page = await convertPage(t);
  const best = await page.evaluate(async (photo) => {
    const { convert, bytes, load } = /** @type {any} */ (globalThis);
    const names = ['keras_0.25_128_imagenet.h5', 'pytorch_0.25_imagenet_leaky_relu_legacy.pth.tar'];
    const best = [];
    for (const name of names) {
      const { file } = await convert(await bytes(`/shared/cases/checkpoints/${name}`));
      const net = await load({ model: file });
      best.push((await net.classify(photo)).predictions.some((/** @type {any} */ { index }) => index === 84));
    }
    return best;
  }, photo);
  assert.deepEqual(best, [true, true], 'both see the peacock among their five');
});
