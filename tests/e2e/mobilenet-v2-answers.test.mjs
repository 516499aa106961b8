// All that can be asked about a photo and a model, of a MobileNetV2: heat map, embedding, feature maps, times, several views.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { blankPage, librarySite } from '../support/library.mjs';
import { drop, predictions } from '../support/page.mjs';
import { peacock, shared } from '../support/paths.mjs';
import { counts } from './support/counts.mjs';
import { choose } from './support/inside-panel.mjs';

const name = 'v2_1.0_224_uint8';
const model = join(shared, 'cases/models', `${name}.tflite`);
const skip = existsSync(model) ? false : `no file ${model}`;

const site = await librarySite({ isolated: true });
after(() => site.close());
const file = `${site.origin}/shared/cases/models/${name}.tflite`;
const photo = `${site.origin}/samples/${basename(peacock)}`;

/** @typedef {import('../../web/mobilenet/mobilenet.d.ts').MobileNet} Net */

/** The library with the model. @param {import('node:test').TestContext} t @param {string} engine */
async function loaded(t, engine) {
  const page = await blankPage(t, site);
  const net = /** @type {import('playwright-core').JSHandle<Net>} */ (
    await page.evaluateHandle((/** @type {any} */ options) => load(options), { model: file, engine })
  );
  return { page, net };
}

/**
 * Classifies the photo and asks for everything. Runs in the page.
 * @param {Net} net
 * @param {string} url
 */
async function everything(net, url) {
  const source = await (await fetch(url)).blob();
  const all = await net.classify(source, { embedding: true, logits: true, features: true, heatmap: 'best' });
  if (!all.embedding || !all.logits || !all.features || !all.heatmap) throw new Error('something was left out');
  const again = await net.heatmap(all.features, 85);
  const other = await net.heatmap(all.features, 18);
  const alone = await net.embed(source);
  const plain = (/** @type {Float32Array} */ values) => Array.from(values);
  return {
    best: all.predictions[0],
    embedding: plain(all.embedding),
    alone: plain(alone),
    logits: plain(all.logits),
    features: plain(all.features.data),
    map: { index: all.heatmap.index, shape: [all.heatmap.height, all.heatmap.width], data: plain(all.heatmap.data) },
    again: plain(again.data),
    other: plain(other.data),
  };
}

test('MobileNetV2: heat map, embedding, logits and features come from one run, the same from every engine', {
  skip,
}, async (t) => {
  const { page, net } = await loaded(t, 'relaxed');
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const { mobilenet } = /** @type {any} */ (globalThis);
    /** @type {string[]} */
    const calls = [];
    Object.assign(globalThis, { calls });
    for (const name of ['classify', 'run', 'activations', 'heatmap', 'embed']) {
      const f = mobilenet[name];
      if (!f) continue;
      mobilenet[name] = (/** @type {any} */ args, /** @type {any} */ done) => {
        calls.push(name);
        f(args, done);
      };
    }
  });
  const seen = await net.evaluate(everything, photo);
  const calls = await worker.evaluate(() => /** @type {any} */ (globalThis).calls);
  assert.deepEqual(calls.slice(0, 3), ['classify', 'heatmap', 'heatmap']);
  assert.deepEqual([seen.best.index, seen.map.index], [85, 85]);
  assert.deepEqual([seen.embedding.length, seen.logits.length, seen.features.length], [1280, 1001, 49 * 1280]);
  assert.deepEqual(seen.map.shape, [7, 7]);
  assert.deepEqual(seen.again, seen.map.data);
  assert.notDeepEqual(seen.other, seen.map.data);
  assert.deepEqual(seen.alone, seen.embedding);
  for (const channel of [0, 7, 1279]) {
    const sum = Array.from({ length: 49 }, (_, i) => seen.features[i * 1280 + channel]).reduce((a, b) => a + b);
    assert.ok(Math.abs(seen.embedding[channel] - sum / 49) < 0.1, 'the embedding is the mean of the features, rounded');
  }
  // Where the map's sum is larger, the logit is.
  const sum = (/** @type {number[]} */ data) => data.reduce((a, b) => a + b);
  assert.ok(sum(seen.map.data) > sum(seen.other));
  for (const engine of ['simd', 'go']) {
    const { net } = await loaded(t, engine);
    assert.deepEqual(await net.evaluate(everything, photo), seen, engine);
  }
});

test('MobileNetV2: the layers’ maps are what the plain engine computes, additions too', { skip }, async (t) => {
  const some = ['conv', 'project1', 'expand2', 'dw2', 'add3', 'project11', 'add13', 'head', 'fc'];
  /** The maps of some layers. @param {Net} net @param {{url: string, some: string[]}} of */
  const maps = async (net, { url, some }) => {
    const source = await (await fetch(url)).blob();
    const seen = [];
    for (const name of some) {
      const index = net.layers.findIndex((layer) => layer.name === name);
      const { shape, data } = await net.activations(source, index);
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Float32Array.from(data)));
      seen.push({ name, shape, hash: Array.from(hash.slice(0, 8)).join() });
    }
    return seen;
  };
  const { net } = await loaded(t, 'relaxed');
  const seen = await net.evaluate(maps, { url: photo, some });
  assert.deepEqual(
    seen.map(({ shape }) => shape),
    some.map((name) => counts.layersV2.find((layer) => layer.name === name)?.shape),
  );
  const plain = await loaded(t, 'go');
  assert.deepEqual(seen, await plain.net.evaluate(maps, { url: photo, some }));

  // A sum is that of the two maps, to the step that it is rounded to.
  const sums = await net.evaluate(async (net, url) => {
    const source = await (await fetch(url)).blob();
    const of = async (/** @type {string} */ name) => {
      const index = net.layers.findIndex((layer) => layer.name === name);
      return (await net.activations(source, index)).data;
    };
    const errors = [];
    for (const [a, b, sum] of [
      ['project2', 'project3', 'add3'],
      ['add12', 'project13', 'add13'],
    ]) {
      const [left, right, added] = [await of(a), await of(b), await of(sum)];
      const levels = [...new Set(added)].sort((x, y) => x - y);
      const step = Math.min(...levels.slice(1).map((level, i) => level - levels[i]));
      const [least, most] = [levels[0], levels.at(-1) ?? 0];
      const inside = added.map((v, i) => (v > least && v < most ? Math.abs(v - left[i] - right[i]) / step : 0));
      errors.push(Math.max(...inside));
    }
    return errors;
  }, photo);
  for (const error of sums) assert.ok(error > 0 && error < 0.51, `${error} steps`);
});

test('MobileNetV2: times of the layers, and several views', { skip }, async (t) => {
  const { net } = await loaded(t, 'relaxed');
  const seen = await net.evaluate(async (net, url) => {
    const source = await (await fetch(url)).blob();
    const { times } = await net.profile(new Uint8Array(224 * 224 * 3));
    const views = [];
    for (const count of /** @type {const} */ ([1, 2, 4])) {
      const { predictions, embedding } = await net.classify(source, { views: count, embedding: true });
      views.push({ best: predictions[0], embedding: Array.from(embedding ?? []) });
    }
    return { layers: net.layers, times: Array.from(times), views };
  }, photo);
  assert.deepEqual(
    seen.layers.map(({ name, type, parameters, multiplyAdds }) => [name, type, parameters, multiplyAdds]),
    counts.layersV2.map(({ name, kind, parameters, multiplyAdds }) => [name, kind, parameters, multiplyAdds]),
  );
  assert.equal(seen.times.length, seen.layers.length);
  assert.ok(seen.times.every((time) => time >= 0) && seen.times.some((time) => time > 0));
  assert.deepEqual(
    seen.views.map(({ best, embedding }) => [best.index, embedding.length]),
    [
      [85, 1280],
      [85, 1280],
      [85, 1280],
    ],
  );
  const [one, two, four] = seen.views.map(({ embedding }) => embedding);
  assert.notDeepEqual(one, two);
  assert.notDeepEqual(two, four);
});

test('the page with a MobileNetV2: why an answer, Inside with an addition, Cost beside it', { skip }, async (t) => {
  const page = await visit(t, `${site.url}#model`);
  const sheet = page.getByRole('dialog');
  await sheet.getByText('In use').waitFor();
  await drop(page, model);
  await sheet.getByText('MobileNetV2', { exact: true }).waitFor();
  await sheet.getByText('in the file', { exact: true }).waitFor(); // its labels
  await page.keyboard.press('Escape');
  await page.goto(`${site.url}#photo`);
  await drop(page, peacock);
  assert.equal((await predictions(page))[0].label, 'peacock');
  await page.getByRole('list', { name: 'Predictions' }).getByRole('button').first().click();
  await page.getByText('Why “peacock”?').waitFor();
  await page.getByRole('img', { name: /What points most to peacock is/ }).waitFor();

  await page.goto(`${site.url}#inside`);
  await page.getByText(/^Pointwise layers do .* of the time/).waitFor();
  assert.equal(await page.locator('layer-list li').count(), counts.layersV2.length);
  await choose(page, 'add3');
  await page.locator('layer-detail').getByText('56 × 56 × 24').first().waitFor();
  assert.ok((await page.getByRole('listbox').getByRole('option').count()) > 0);

  await page.goto(`${site.url}#cost`);
  await page.locator('.mark-loaded').waitFor({ state: 'attached' });
  await page.getByRole('heading', { name: 'A block of MobileNetV2' }).waitFor();
});
