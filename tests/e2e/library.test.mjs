// The library as a developer uses it: on a page of their own, which imports dist/mobilenet/mobilenet.js.
import assert from 'node:assert/strict';
import test from 'node:test';
import { models } from '../support/paths.mjs';
import { withOrientation } from '../support/pictures.mjs';
import { loaded, photo } from './support/loaded.mjs';

/** @param {number[]} a @param {number[]} b */
function cosine(a, b) {
  const dot = (/** @type {number[]} */ x, /** @type {number[]} */ y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
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
      last: { shape: last.shape, data: last.data },
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
