// The library as a developer uses it: on a page of their own, which imports dist/mobilenet/mobilenet.js.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import test, { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import { visit } from '../support/browser.mjs';
import { blank, blankPage, librarySite } from '../support/library.mjs';
import { models, peacock, shared, withoutShared } from '../support/paths.mjs';
import { withOrientation } from '../support/pictures.mjs';
import { ownSite, withFault } from '../support/site.mjs';

const site = await librarySite();
after(() => site.close());

const photo = `${site.origin}/samples/${basename(peacock)}`;

/** A blank page with a network loaded. @param {import('node:test').TestContext} t @param {LoadOptions} [options] */
async function loaded(t, options) {
  const page = await blankPage(t, site);
  const net = await page.evaluateHandle((o) => load(o), options);
  return { page, net };
}

test('describes the model and the engine', async (t) => {
  const { net } = await loaded(t);
  const { info, layers } = await net.evaluate(({ info, layers }) => ({ info, layers }));
  assert.equal(info.model, models[0].name);
  assert.equal(info.alpha, 1);
  assert.equal(info.resolution, 224);
  assert.equal(info.classes, 1001);
  assert.match(info.engine, /^(go|simd|relaxed)$/);
  assert.equal(typeof info.threads, 'number');
  assert.equal(typeof info.why, 'string');
  assert.deepEqual(layers[0].shape, [112, 112, 32]);
  assert.deepEqual([layers[0].kernel, layers[0].stride], [3, 2]);
  assert.equal(layers[0].multiplyAdds, 112 * 112 * 32 * 27);
  assert.equal(
    layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
    567_716_352 + 1024 * 1001,
    'the paper’s 569 million, with the background class',
  );
});

test('takes every kind of source', async (t) => {
  const { net } = await loaded(t);
  const answers = await net.evaluate(async (net, url) => {
    const blob = await (await fetch(url)).blob();
    const bitmap = await createImageBitmap(blob);
    const { width, height } = bitmap;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(bitmap, 0, 0);
    const offscreen = new OffscreenCanvas(width, height);
    offscreen.getContext('2d')?.drawImage(bitmap, 0, 0);
    const img = Object.assign(new Image(), { src: url });
    await img.decode();
    const video = Object.assign(document.createElement('video'), { muted: true, srcObject: canvas.captureStream() });
    document.body.append(video);
    const playing = video.play();
    context.drawImage(bitmap, 0, 0); // the stream gives a frame when the canvas is drawn on
    await playing;
    const frame = new VideoFrame(canvas, { timestamp: 0 });
    /** @type {[string, Source][]} */
    const sources = [
      ['Blob', blob],
      ['File', new File([blob], 'peacock.png', { type: 'image/png' })],
      ['URL string', url],
      ['URL', new URL(url)],
      ['ImageBitmap', bitmap],
      ['ImageData', context.getImageData(0, 0, width, height)],
      ['img', img],
      ['canvas', canvas],
      ['OffscreenCanvas', offscreen],
      ['video', video],
      ['VideoFrame', frame],
    ];
    /** @type {[string, Prediction][]} */
    const answers = [];
    for (const [kind, source] of sources) {
      const { predictions } = await net.classify(source);
      answers.push([kind, predictions[0]]);
    }
    if (bitmap.width !== width || frame.format === null) throw new Error('the library used up a source of its caller');
    frame.close();
    return answers;
  }, photo);
  const expected = answers[0][1].probability;
  for (const [kind, best] of answers) {
    await t.test(kind, () => {
      assert.equal(best.label, 'peacock');
      assert.ok(best.probability >= 0.9, `peacock at ${best.probability}`);
      assert.ok(Math.abs(best.probability - expected) < 0.05, `${best.probability} where the file gives ${expected}`);
    });
  }
});

test('answers as asked: topK, crop, views', async (t) => {
  const { net } = await loaded(t);
  const classify = (/** @type {ClassifyOptions} */ options) =>
    net.evaluate((net, [url, options]) => net.classify(url, options), /** @type {const} */ ([photo, options]));
  const all = await classify({ topK: 1001 });
  assert.equal(all.predictions.length, 1001);
  const sum = all.predictions.reduce((total, { probability }) => total + probability, 0);
  assert.ok(Math.abs(sum - 1) < 1e-9, `probabilities add up to ${sum}`);
  for (let i = 1; i < 1001; i++) assert.ok(all.predictions[i - 1].probability >= all.predictions[i].probability);
  assert.deepEqual(all.predictions[0], { index: 85, label: 'peacock', probability: all.predictions[0].probability });
  for (const stage of /** @type {const} */ (['decode', 'resize', 'network', 'total'])) {
    assert.ok(all.timings[stage] >= 0, `timings.${stage} is ${all.timings[stage]}`);
  }
  assert.equal((await classify({})).predictions.length, 5);
  assert.equal((await classify({ topK: 1 })).predictions.length, 1);

  const probabilities = [];
  for (const crop of /** @type {const} */ (['center', 'square', 'whole'])) {
    const { predictions } = await classify({ crop });
    assert.equal(predictions[0].label, 'peacock');
    probabilities.push(predictions[0].probability);
  }
  assert.equal(new Set(probabilities).size, 3, `crops must differ: ${probabilities}`);
  for (const views of /** @type {const} */ ([2, 4])) {
    const { predictions } = await classify({ views });
    assert.equal(predictions[0].label, 'peacock');
  }
});

test('honours EXIF rotation', async (t) => {
  const { page, net } = await loaded(t);
  // The photo turned a quarter to the left as a JPEG; orientation 6 says: turn a quarter to the right to see it.
  const [upright, turned] = await page.evaluate(async (url) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const jpeg = async (/** @type {boolean} */ turn) => {
      const canvas = turn
        ? new OffscreenCanvas(bitmap.height, bitmap.width)
        : new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
      if (turn) context.setTransform(0, -1, 1, 0, 0, bitmap.width);
      context.drawImage(bitmap, 0, 0);
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.98 });
      return Array.from(new Uint8Array(await blob.arrayBuffer()));
    };
    return [await jpeg(false), await jpeg(true)];
  }, photo);
  const probabilities = async (/** @type {Iterable<number>} */ bytes) => {
    const { predictions } = await net.evaluate(
      (net, bytes) => net.classify(new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), { topK: 1001 }),
      Array.from(bytes),
    );
    return predictions.sort((a, b) => a.index - b.index).map((p) => p.probability);
  };
  const expected = await probabilities(upright);
  const distance = (/** @type {number[]} */ p) => p.reduce((sum, x, i) => sum + Math.abs(x - expected[i]), 0);
  const rotated = distance(await probabilities(withOrientation(Buffer.from(turned), 6)));
  const ignored = distance(await probabilities(turned));
  assert.ok(ignored > 4 * rotated, `from the upright photo’s answer: ${ignored} without EXIF, ${rotated} with it`);
});

test('embeds, maps, and shows layers', async (t) => {
  const { net } = await loaded(t);
  const seen = await net.evaluate(async (net, url) => {
    const pooled = net.layers.findIndex((layer) => layer.shape[0] === 1 && layer.shape[2] === 1024) - 1;
    const [vector, map, first, last] = [
      await net.embed(url),
      await net.heatmap(url, 85),
      await net.activations(url, 0),
      await net.activations(url, pooled),
    ];
    const { times } = await net.profile(new Uint8Array(224 * 224 * 3));
    return {
      vector: [vector instanceof Float32Array, Array.from(vector)],
      map: { ...map, data: Array.from(map.data) },
      first: { shape: first.shape, length: first.data.length },
      last: { shape: last.shape, data: Array.from(last.data) },
      times: Array.from(times),
      layers: net.layers.length,
    };
  }, photo);
  const [typed, vector] = /** @type {[boolean, number[]]} */ (seen.vector);
  assert.ok(typed, 'embed gives a Float32Array');
  assert.equal(vector.length, 1024);
  assert.deepEqual(seen.first, { shape: [112, 112, 32], length: 112 * 112 * 32 });
  assert.deepEqual(seen.last.shape, [7, 7, 1024]);
  for (let c = 0; c < 1024; c++) {
    let mean = 0;
    for (let cell = 0; cell < 49; cell++) mean += seen.last.data[cell * 1024 + c] / 49;
    assert.ok(Math.abs(mean - vector[c]) < 0.05, `channel ${c}: mean ${mean}, embedding ${vector[c]}`);
  }
  assert.deepEqual([seen.map.width, seen.map.height, seen.map.data.length], [7, 7, 49]);
  assert.ok(seen.map.data.every(Number.isFinite));
  const { box } = seen.map;
  assert.ok(Math.abs(box.width - box.height) <= 1, `the centre crop is a square: ${JSON.stringify(box)}`);
  assert.equal(seen.times.length, seen.layers);
  assert.ok(seen.times.every((ms) => ms >= 0));
});

test('classifies, embeds and gives a thumbnail in one go', async (t) => {
  const { net } = await loaded(t);
  const seen = await net.evaluate(async (net, url) => {
    const file = await (await fetch(url)).blob();
    const bitmap = await createImageBitmap(file);
    const svg = new Blob(
      ['<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="99" height="99"/></svg>'],
      { type: 'image/svg+xml' },
    );
    const options = /** @type {const} */ ({ embedding: true, thumbnail: 96 });
    const [plain, vector, careful] = [
      await net.classify(file),
      await net.embed(file),
      await net.classify(file, { embedding: true, views: 2 }),
    ];
    const answers = [];
    for (const source of [file, bitmap, svg]) {
      const { predictions, embedding, thumbnail } = await net.classify(source, options);
      if (!thumbnail) throw new Error('no thumbnail');
      const small = await createImageBitmap(thumbnail);
      answers.push({
        predictions,
        embedding: Array.from(embedding ?? []),
        thumbnail: { type: thumbnail.type, bytes: thumbnail.size, width: small.width, height: small.height },
      });
    }
    const enlarged = (await net.classify(new ImageData(8, 4), { thumbnail: 96 })).thumbnail;
    const unchanged = enlarged && (await createImageBitmap(enlarged));
    return {
      plain: Object.keys(plain),
      predictions: plain.predictions,
      vector: Array.from(vector),
      careful: Array.from(careful.embedding ?? []),
      answers,
      size: [bitmap.width, bitmap.height],
      unchanged: [unchanged?.width, unchanged?.height],
    };
  }, photo);
  assert.deepEqual(seen.plain, ['predictions', 'timings'], 'nothing that was not asked for');
  const [ofFile, ofBitmap, ofSvg] = seen.answers;
  assert.deepEqual(ofFile.predictions, seen.predictions);
  assert.deepEqual(ofFile.embedding, seen.vector);
  assert.ok(cosine(ofBitmap.embedding, seen.vector) > 0.999, 'a bitmap’s pixels may differ a little from its file’s');
  assert.equal(seen.careful.length, 1024);
  assert.notDeepEqual(seen.careful, seen.vector, 'the mean over two views is another');
  const [width, height] = seen.size;
  const scale = 96 / Math.max(width, height);
  for (const { thumbnail } of [ofFile, ofBitmap]) {
    assert.equal(thumbnail.type, 'image/jpeg');
    assert.ok(thumbnail.bytes < 20_000, `${thumbnail.bytes} bytes`);
    assert.deepEqual([thumbnail.width, thumbnail.height], [Math.round(scale * width), Math.round(scale * height)]);
  }
  assert.deepEqual([ofSvg.thumbnail.width, ofSvg.thumbnail.height], [96, 32]);
  assert.deepEqual(seen.unchanged, [8, 4], 'a small picture is not made larger');
});

/** @param {number[]} a @param {number[]} b */
function cosine(a, b) {
  const dot = (/** @type {number[]} */ x, /** @type {number[]} */ y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test('classify gives the same heat map as heatmap, and checks what is asked', async (t) => {
  const { net } = await loaded(t);
  const { equal, boxes, code } = await net.evaluate(async (net, url) => {
    const photo = await (await fetch(url)).blob();
    const { predictions, heatmap: best } = await net.classify(photo, { heatmap: 'best' });
    const { heatmap: jay } = await net.classify(photo, { heatmap: 18, views: 2 });
    const bestAlone = await net.heatmap(photo, predictions[0].index);
    const jayAlone = await net.heatmap(photo, 18, { crop: 'square' });
    const code = await net.classify(photo, { heatmap: 1001 }).catch((/** @type {any} */ error) => error.code);
    const same = (/** @type {Float32Array} */ a, /** @type {Float32Array} */ b) => a.every((v, i) => v === b[i]);
    if (!best || !jay) throw new Error('no heat map');
    return {
      equal: [same(best.data, bestAlone.data), same(jay.data, jayAlone.data)],
      boxes: [best.box, bestAlone.box, jay.box, jayAlone.box],
      code,
    };
  }, photo);
  assert.deepEqual(equal, [true, true]);
  assert.deepEqual(boxes[0], boxes[1]);
  assert.deepEqual(boxes[2], boxes[3]);
  assert.equal(code, 'bad-argument');
});

test('all that is asked about a picture comes from one run, and from its features more without any', async (t) => {
  const { page, net } = await loaded(t);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const { mobilenet } = /** @type {any} */ (globalThis);
    /** @type {string[]} */
    const calls = [];
    Object.assign(globalThis, { calls });
    for (const name of ['classify', 'run', 'activations', 'heatmap']) {
      const f = mobilenet[name];
      mobilenet[name] = (/** @type {any} */ args, /** @type {any} */ done) => {
        calls.push(name);
        f(args, done);
      };
    }
  });
  const seen = await net.evaluate(async (net, url) => {
    const photo = await (await fetch(url)).blob();
    const all = await net.classify(photo, { embedding: true, logits: true, features: true, heatmap: 18 });
    if (!all.embedding || !all.logits || !all.features || !all.heatmap) throw new Error('something was left out');
    const again = await net.heatmap(all.features, 18);
    const other = await net.heatmap(all.features, 85);
    const refused = await net
      .heatmap({ ...all.features, data: all.features.data.slice(1) }, 85)
      .catch((error) => error.code);
    const { data, width, height } = all.heatmap;
    return {
      lengths: [all.embedding.length, all.logits.length, all.features.data.length, data.length],
      best: all.logits.indexOf(Math.max(...all.logits)),
      indices: [all.heatmap.index, again.index, other.index],
      same: again.width === width && again.height === height && again.data.every((v, i) => v === data[i]),
      boxes: [all.features.box, all.heatmap.box, again.box, other.box].map((box) => JSON.stringify(box)),
      refused,
      mean:
        all.embedding[7] * 49 -
        Array.from({ length: 49 }, (_, i) => all.features?.data[i * 1024 + 7] ?? 0).reduce((a, b) => a + b),
    };
  }, photo);
  assert.deepEqual(await worker.evaluate(() => /** @type {any} */ (globalThis).calls), [
    'classify',
    'heatmap',
    'heatmap',
  ]);
  assert.deepEqual(seen.lengths, [1024, 1001, 49 * 1024, 49]);
  assert.equal(seen.best, 85);
  assert.deepEqual(seen.indices, [18, 18, 85]);
  assert.ok(seen.same);
  assert.equal(new Set(seen.boxes).size, 1);
  assert.equal(seen.refused, 'bad-argument');
  assert.ok(Math.abs(seen.mean) < 1, 'the embedding is the mean of the features, rounded');
});

test('decodes the next files while it answers one, a few at a time, and closes what is no longer wanted', async (t) => {
  const { page, net } = await loaded(t);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    // Counts the bitmaps that are alive at once in the worker.
    const counts = { now: 0, most: 0, made: 0 };
    Object.assign(globalThis, { counts });
    const make = globalThis.createImageBitmap;
    const close = ImageBitmap.prototype.close;
    globalThis.createImageBitmap = async (/** @type {any[]} */ ...args) => {
      counts.most = Math.max(counts.most, ++counts.now);
      counts.made++;
      return make.apply(globalThis, /** @type {any} */ (args)).catch((reason) => {
        counts.now--;
        throw reason;
      });
    };
    ImageBitmap.prototype.close = function () {
      counts.now--;
      close.call(this);
    };
  });
  const counts = () => worker.evaluate(() => /** @type {any} */ (globalThis).counts);
  const labels = await net.evaluate(async (net, url) => {
    const file = await (await fetch(url)).blob();
    const answers = await Promise.all(Array.from({ length: 12 }, () => net.classify(file)));
    return answers.map(({ predictions }) => predictions[0].label);
  }, photo);
  assert.deepEqual(labels, Array(12).fill('peacock'));
  const { now, most, made } = await counts();
  assert.deepEqual([now, made], [0, 12]);
  assert.ok(most > 1 && most <= 4, `${most} bitmaps at once`);

  const settled = await net.evaluate(async (net, url) => {
    const file = await (await fetch(url)).blob();
    const abort = new AbortController();
    const calls = [net.classify(file), net.classify(file, { signal: abort.signal }), net.classify(new Blob(['text']))];
    await calls[0];
    abort.abort();
    calls.push(net.classify(file));
    const settled = await Promise.allSettled(calls);
    return settled.map((s) => (s.status === 'rejected' ? s.reason.code : s.value.predictions[0].label));
  }, photo);
  assert.deepEqual(settled, ['peacock', 'aborted', 'not-an-image', 'peacock']);
  assert.equal((await counts()).now, 0, 'what was decoded for nothing is closed');
});

test('gives LiteRT’s bytes with every engine', { skip: withoutShared }, async (t) => {
  const page = await blankPage(t, site);
  for (const model of readdirSync(join(shared, 'goldens'))) {
    const names = readdirSync(join(shared, 'goldens', model)).filter((name) => name.endsWith('.rgb'));
    for (const engine of /** @type {const} */ (['go', 'simd', 'relaxed'])) {
      // Plain Go takes its time; core/scalar's own tests compare all of them.
      const some = names.slice(0, engine === 'go' ? 2 : undefined).map((name) => basename(name, '.rgb'));
      await t.test(`${model}, ${engine}`, { skip: !hasModel(model) && `no model ${model}` }, async () => {
        const seen = await page.evaluate(
          async ([url, engine, folder, names]) => {
            const bytes = async (/** @type {string} */ url) => (await fetch(url)).arrayBuffer();
            const net = await load({ model: await bytes(url), engine });
            /** @type {Record<string, number>} */
            const differing = {};
            for (const name of names) {
              const { output } = await net.run(new Uint8Array(await bytes(`${folder}/${name}.rgb`)));
              const expected = new Uint8Array(await bytes(`${folder}/${name}.out`));
              if (!(output instanceof Uint8Array) || output.length !== expected.length) throw new Error(`${output}`);
              differing[name] = expected.filter((byte, i) => byte !== output[i]).length;
            }
            await net.close();
            return { engine: net.info.engine, why: net.info.why, differing };
          },
          /** @type {const} */ ([modelUrl(model), engine, `/shared/goldens/${model}`, some]),
        );
        assert.equal(seen.engine, engine, seen.why);
        assert.deepEqual(seen.differing, Object.fromEntries(some.map((name) => [name, 0])));
      });
    }
  }
});

/** Where the test page finds a model: among the built ones, or in the shared folder. @param {string} name */
function modelUrl(name) {
  const built = models.find((/** @type {{name: string}} */ m) => m.name === name);
  return built ? `/models/${built.file}` : `/shared/models/${name}.tflite`;
}

/** @param {string} name */
function hasModel(name) {
  return modelUrl(name).startsWith('/models/') || existsSync(join(shared, 'models', `${name}.tflite`));
}

test('loads models by name, URL, Blob and ArrayBuffer, with labels of one’s own', {
  skip: withoutShared,
}, async (t) => {
  const page = await blankPage(t, site);
  const best = await page.evaluate(
    async ([photo, name]) => {
      const url = '/shared/models/mobilenet_v1_0.25_128_quant.tflite';
      const blob = await (await fetch(url)).blob();
      const labels = Array.from({ length: 1001 }, (_, i) => `class number ${i}`);
      /** @type {LoadOptions[]} */
      const all = [
        { model: name },
        { model: url, labels: '/shared/models/imagenet_labels.txt' },
        { model: blob, labels },
        { model: await blob.arrayBuffer(), labels: labels.slice(1) },
        { model: blob },
      ];
      const best = [];
      for (const options of all) {
        const net = await load(options);
        const { predictions } = await net.classify(photo, { topK: 1 });
        best.push(predictions[0].label);
        await net.close();
      }
      return best;
    },
    /** @type {const} */ ([photo, models[0].name]),
  );
  assert.equal(best[0], 'peacock');
  assert.equal(best[1], 'peacock');
  assert.match(best[2], /^class number \d+$/);
  assert.equal(best[3], best[2], 'labels without the background class move up by one');
  assert.match(best[4], /\d+/);
});

test('an embedding extractor embeds, and says that it cannot classify', { skip: withoutShared }, async (t) => {
  const { net } = await loaded(t, {
    model: '/shared/models/mobilenet_v1_1.0_224_quant_embedding_extractor.tflite',
  });
  const seen = await net.evaluate(async (net, url) => {
    const vector = await net.embed(url);
    const refusal = await net.classify(url).catch((error) => error.message);
    return { length: vector.length, refusal };
  }, photo);
  assert.equal(seen.length, 1024);
  assert.match(seen.refusal, /embedding|classif/);
});

test('runs the same weights at another resolution', async (t) => {
  const { net } = await loaded(t, { resolution: 160 });
  const { info, predictions } = await net.evaluate(
    async (net, url) => ({ info: net.info, predictions: (await net.classify(url)).predictions }),
    photo,
  );
  assert.equal(info.resolution, 160);
  assert.equal(predictions[0].label, 'peacock');
});

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
  assert.equal(page.workers().length, 1, 'the crashed worker is gone');
});

test('works when imported from another origin', async (t) => {
  const other = await librarySite();
  const page = await blankPage(t, site, { library: `${other.origin}/mobilenet/mobilenet.js`, origins: [other.origin] });
  t.after(() => other.close());
  const best = await page.evaluate(async (url) => (await (await load()).classify(url)).predictions[0].label, photo);
  assert.equal(best, 'peacock');
});

test('says which policy forbids it', async (t) => {
  const other = await librarySite();
  site.pages['/strict.html'] = `${blank}
    <meta http-equiv="Content-Security-Policy" content="script-src 'self' ${other.origin} 'wasm-unsafe-eval'; worker-src 'self'">`;
  const page = await visit(t, `${site.origin}/strict.html`, {
    expected: [/Content Security Policy/],
    origins: [other.origin],
  });
  t.after(() => other.close()); // after the page, which may still be downloading
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

/** All that load tells of its progress. @param {import('playwright-core').Page} page @param {string} library */
const progressOf = (page, library) =>
  page.evaluate(async (library) => {
    const { load } = await import(library);
    /** @type {import('../../web/mobilenet/mobilenet.d.ts').Progress[]} */
    const steps = [];
    await load({ onProgress: (/** @type {typeof steps[0]} */ progress) => steps.push(progress) });
    return steps;
  }, library);

test('tells how far the download is', async (t) => {
  const steps = await progressOf(await blankPage(t, site), `${site.origin}/mobilenet/mobilenet.js`);
  assert.ok(steps.length > 1, `${steps.length} steps`);
  for (let i = 1; i < steps.length; i++) assert.ok(steps[i].loaded >= steps[i - 1].loaded, 'it never goes back');
  const end = steps[steps.length - 1];
  assert.equal(end.loaded, end.total);
});

test('counts the bytes of the wire where a host packs them by brotli', async (t) => {
  const own = await ownSite();
  t.after(() => own.close());
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
