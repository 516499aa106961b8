// A head in use: what it answers against a computation in the test, in place of the model's classes and beside them, on every engine, in order
// with other calls, and after a crash.
import assert from 'node:assert/strict';
import test from 'node:test';
import { endWorker } from './support/faults.mjs';
import { loaded, photo } from './support/loaded.mjs';

/** @typedef {import('../../web/mobilenet/mobilenet.d.ts').MobileNet} MobileNet */
/** @typedef {import('playwright-core').JSHandle<MobileNet>} Net */

/** Puts `heads` on the page: heads whose weights are a formula's, and what they say of embeddings. */
const helpers = () => {
  const softmax = (/** @type {number[]} */ logits) => {
    const powers = logits.map((v) => Math.exp(v - Math.max(...logits)));
    return powers.map((v) => v / powers.reduce((a, b) => a + b));
  };
  const mean = (/** @type {number[][]} */ rows) =>
    (rows[0] ?? []).map((_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length);
  const heads = {
    /** A head for embeddings of a size. */
    of(/** @type {number} */ size, /** @type {Partial<Head>} */ change = {}) {
      const { labels = ['red', 'green', 'blue'], counter = false } = change;
      const classes = labels.length + (counter ? 1 : 0);
      return /** @type {Head} */ ({
        labels,
        counter,
        keep: 'own',
        weights: Float32Array.from({ length: classes * size }, (_, i) => Math.sin(i * i) / 8),
        bias: Float32Array.from({ length: classes }, (_, c) => c / 4),
        strength: 1,
        examples: [],
        ...change,
      });
    },
    logits: (/** @type {Head} */ { weights, bias }, /** @type {ArrayLike<number>} */ embedding) =>
      Array.from(bias, (b, c) =>
        Array.from(embedding).reduce((sum, v, i) => sum + v * (weights[c * embedding.length + i] ?? 0), b),
      ),
    /** Its probabilities: the mean over the views. */
    probabilities: (/** @type {Head} */ head, /** @type {Float32Array[]} */ embeddings) =>
      mean(embeddings.map((e) => softmax(heads.logits(head, e)))),
    /** The score that is compared with the threshold. */
    score(/** @type {Head} */ head, /** @type {Float32Array[]} */ embeddings, /** @type {Float32Array} */ centre) {
      const e = mean(embeddings.map((v) => Array.from(v)));
      const known = heads.logits(head, e).slice(0, head.labels.length);
      return Math.max(...known) / Math.hypot(...e.map((v, i) => v - (centre[i] ?? 0)));
    },
    /** The probabilities that predictions give, by index; and whether they are in order and have the head's labels. */
    given(/** @type {Prediction[]} */ predictions, /** @type {string[]} */ labels) {
      const list = /** @type {number[]} */ ([]);
      for (const { index, probability } of predictions) list[index] = probability;
      const inOrder = predictions.every(({ probability }, i) => probability <= (predictions[i - 1]?.probability ?? 1));
      return { list, good: inOrder && predictions.every(({ index, label }) => label === labels[index]) };
    },
    /** What a promise is refused with. */
    refused: (/** @type {Promise<unknown>} */ promise) =>
      promise.then(
        () => 'not refused',
        ({ code, message }) => `${code}: ${message}`,
      ),
  };
  Object.assign(globalThis, { heads });
  return heads;
};
/** @typedef {ReturnType<typeof helpers>} Heads */

/** A page with a network and the helpers. @param {import('node:test').TestContext} t @param {LoadOptions} [options] */
async function withHelpers(t, options) {
  const { page, net } = await loaded(t, options);
  await page.evaluate(helpers);
  return { page, net };
}

/** @param {number[]} got @param {number[]} want @param {number} within @param {string} what */
function near(got, want, within, what) {
  assert.equal(got.length, want.length, what);
  for (const [i, v] of got.entries()) {
    assert.ok(Math.abs(v - (want[i] ?? NaN)) <= within, `${what}: ${i} is ${v}, want ${want[i]}`);
  }
}

for (const engine of /** @type {const} */ (['dot', 'relaxed', 'simd', 'go'])) {
  test(`a head in place of the model's classes and beside them, from the same run: ${engine}`, async (t) => {
    const { net } = await withHelpers(t, { engine });
    const seen = await net.evaluate(async (net, photo) => {
      const { heads } = /** @type {{heads: Heads}} */ (/** @type {any} */ (globalThis));
      const all = /** @type {const} */ ({ views: 2, embeddings: true, embedding: true, features: true, topK: 2000 });
      const plain = await net.classify(photo, { ...all, logits: true });
      const embeddings = plain.embeddings ?? [];
      const size = embeddings[0]?.length ?? 0;
      const head = heads.of(size);
      const own = { labels: [...net.labels], classes: net.info.classes };

      await net.use(head);
      const inPlace = await net.classify(photo, { ...all, logits: true, heatmap: 2 });
      const again = await net.heatmap(/** @type {any} */ (inPlace.features), 2);
      const during = { labels: [...net.labels], classes: net.info.classes, tells: net.info.noneOfThese };

      await net.use({ ...head, keep: 'both' });
      const both = await net.classify(photo, { ...all, logits: true });
      const beside = { labels: [...net.labels], classes: net.info.classes };

      await net.use(null);
      const back = await net.classify(photo, { ...all, logits: true });

      const { data = new Float32Array() } = inPlace.features ?? {};
      const map = Array.from({ length: data.length / size }, (_, at) =>
        data.subarray(at * size, (at + 1) * size).reduce((sum, v, i) => sum + v * (head.weights[2 * size + i] ?? 0), 0),
      );
      const answer = (/** @type {typeof plain} */ { predictions, logits, embedding }) =>
        JSON.stringify([predictions, Array.from(logits ?? []), Array.from(embedding ?? [])]);
      return {
        engine: net.info.engine,
        embeddings: embeddings.map((e) => e.length),
        mean: Array.from(plain.embedding ?? []).map(
          (v, i) => v - ((embeddings[0]?.[i] ?? 0) + (embeddings[1]?.[i] ?? 0)) / 2,
        ),
        want: heads.probabilities(head, embeddings),
        wantLogits: heads.logits(head, plain.embedding ?? []),
        inPlace: heads.given(inPlace.predictions, head.labels),
        logits: Array.from(inPlace.logits ?? []),
        extra: [
          inPlace.own,
          inPlace.noneOfThese,
          plain.own,
          plain.noneOfThese,
          both.noneOfThese,
          both.own?.noneOfThese,
        ],
        heatmap: {
          index: inPlace.heatmap?.index,
          data: Array.from(inPlace.heatmap?.data ?? []),
          again: Array.from(again.data),
          map,
        },
        own,
        during,
        beside,
        both: heads.given(both.own?.predictions ?? [], head.labels),
        same: [both, back].map((given) => answer(given) === answer(plain)),
        back: back.own === undefined,
      };
    }, photo);
    assert.equal(seen.engine, engine);
    assert.deepEqual(seen.embeddings, [1024, 1024]);
    near(seen.mean, new Array(1024).fill(0), 1e-6, 'the embedding less the mean of the views’');
    near(seen.inPlace.list, seen.want, 1e-6, 'predictions');
    near(seen.both.list, seen.want, 1e-6, 'predictions beside the model’s');
    assert.ok(seen.inPlace.good && seen.both.good, 'they are in order, with the head’s labels');
    near(seen.logits, seen.wantLogits, 1e-4, 'logits');
    assert.deepEqual(seen.extra, new Array(6).fill(undefined));
    assert.equal(seen.heatmap.index, 2);
    assert.equal(seen.heatmap.data.length, 49);
    near(seen.heatmap.data, seen.heatmap.map, 1e-3, 'heat map');
    assert.deepEqual(seen.heatmap.again, seen.heatmap.data);
    assert.deepEqual(seen.during, { labels: ['red', 'green', 'blue'], classes: 3, tells: false });
    assert.deepEqual(seen.beside, seen.own);
    assert.equal(seen.own.classes, 1001);
    assert.deepEqual(seen.same, [true, true], 'the model’s own answers stay, bit for bit');
    assert.ok(seen.back);
  });
}

test('none of these: by the threshold, by counter-examples, of a head in place and beside', async (t) => {
  const { net } = await withHelpers(t, { threads: 1 });
  const seen = await net.evaluate(async (net, photo) => {
    const { heads } = /** @type {{heads: Heads}} */ (/** @type {any} */ (globalThis));
    const { embeddings = [] } = await net.classify(photo, { views: 2, embeddings: true });
    const size = embeddings[0]?.length ?? 0;
    const centre = Float32Array.from({ length: size }, (_, i) => Math.cos(i) / 2);
    const score = heads.score(heads.of(size), embeddings, centre);
    const step = Math.abs(score) / 1e4;
    const ask = async (/** @type {Partial<Head>} */ change) => {
      const head = heads.of(size, change);
      await net.use(head);
      const { predictions, noneOfThese, own } = await net.classify(photo, { views: 2 });
      const given = own?.predictions ?? predictions;
      return {
        none: own ? own.noneOfThese : noneOfThese,
        model: own && noneOfThese,
        tells: net.info.noneOfThese,
        labels: net.labels.length > 9 ? [] : net.labels,
        last: given.find(({ index }) => index === 3)?.label,
        best: given[0]?.index,
      };
    };
    const counter = (/** @type {number} */ bias) => ({ counter: true, bias: Float32Array.of(0, 0, 0, bias) });
    return {
      known: await ask({ noneOfThese: { centre, threshold: score - step } }),
      stranger: await ask({ noneOfThese: { centre, threshold: score + step } }),
      beside: await ask({ keep: 'both', noneOfThese: { centre, threshold: score + step } }),
      counter: await ask(counter(1e3)),
      others: await ask(counter(-1e3)),
      'counter beside': await ask({ ...counter(1e3), keep: 'both' }),
      both: await ask({ ...counter(-1e3), noneOfThese: { centre, threshold: 1e9 } }),
      after: await net.use().then(async () => [net.info.noneOfThese, (await net.classify(photo)).noneOfThese]),
    };
  }, photo);
  const three = ['red', 'green', 'blue'];
  const four = [...three, 'none of these'];
  const of = (/** @type {object} */ change) => ({
    ...{ none: undefined, model: undefined, tells: true, labels: three, last: undefined },
    ...change,
  });
  const without = (/** @type {{best?: unknown}} */ { best: _, ...rest }) => rest;
  assert.deepEqual(without(seen.known), of({ none: false }));
  assert.deepEqual(without(seen.stranger), of({ none: true }));
  assert.deepEqual(without(seen.beside), of({ none: true, labels: [] }));
  assert.deepEqual(seen.counter, of({ none: true, labels: four, last: 'none of these', best: 3 }));
  assert.deepEqual(without(seen.others), of({ none: false, labels: four, last: 'none of these' }));
  assert.deepEqual(seen['counter beside'], of({ none: true, labels: [], last: 'none of these', best: 3 }));
  assert.deepEqual(without(seen.both), of({ none: true, labels: four, last: 'none of these' }));
  assert.deepEqual(seen.after, [false, undefined]);
});

test('use joins the queue: calls before it are answered with what was used, those after it with the head', async (t) => {
  const { net } = await withHelpers(t, { threads: 1 });
  const seen = await net.evaluate(async (net, photo) => {
    const { heads } = /** @type {{heads: Heads}} */ (/** @type {any} */ (globalThis));
    const file = await (await fetch(photo)).blob();
    const head = heads.of(1024);
    const before = net.classify(file);
    const using = net.use(head);
    head.weights.fill(NaN); // it was copied
    head.labels.fill('changed');
    const after = net.classify(file, { heatmap: 2 });
    const beyond = heads.refused(net.classify(file, { heatmap: 900 })); // of the model's classes, and it is not sure yet that the head is used
    const stopped = new AbortController();
    const aborted = heads.refused(net.use(null, { signal: stopped.signal }));
    stopped.abort();
    const none = heads.refused(net.use(null, { signal: AbortSignal.abort() }));
    const later = net.classify(file);
    const answers = await Promise.all([before, using, after, later]);
    const [one, , two, three] = answers;
    const labels = [one, two, three].map(({ predictions }) => predictions.map(({ label }) => label).sort());
    const refused = await heads.refused(net.classify(file, { heatmap: 3 }));
    return {
      labels,
      refusals: [await aborted, await none, await beyond, refused],
      now: net.labels,
      map: two.heatmap?.index,
    };
  }, photo);
  const own = ['blue', 'green', 'red'];
  assert.ok(seen.labels[0]?.includes('peacock'));
  assert.deepEqual(seen.labels.slice(1), [own, own]);
  assert.deepEqual(seen.now, ['red', 'green', 'blue']);
  assert.equal(seen.map, 2);
  const [aborted, early, beyond, three] = seen.refusals;
  assert.match(`${aborted}`, /^aborted: /);
  assert.match(`${early}`, /^aborted: /);
  assert.match(`${beyond}`, /^bad-argument: .*class 900 is not in 0\.\.2/);
  assert.match(`${three}`, /^bad-argument: class 3 is no whole number in 0\.\.2/);
});

test('a head stays in use when the worker crashes and another starts', async (t) => {
  const { page, net } = await withHelpers(t, { threads: 1 });
  const ask = () =>
    net.evaluate(
      (net, photo) =>
        net.classify(photo).then(
          ({ predictions, own }) => JSON.stringify([predictions, own]),
          ({ code }) => code,
        ),
      photo,
    );
  for (const keep of /** @type {const} */ (['own', 'both'])) {
    await net.evaluate((net, keep) => net.use(/** @type {any} */ (globalThis).heads.of(1024, { keep })), keep);
    const before = await ask();
    assert.match(before, /"label":"red"/);
    await endWorker(page);
    assert.equal(await ask(), 'worker-failed');
    assert.equal(await ask(), before);
  }
  assert.equal(await net.evaluate(({ labels }) => labels.length), 1001);
  await net.evaluate((net) => net.use());
  await endWorker(page);
  assert.equal(await ask(), 'worker-failed');
  assert.match(await ask(), /^\[\[\{"index":85,"label":"peacock"[^\]]*\],null\]$/);
});

test('a head that does not fit is refused with the value, and the one in use stays', async (t) => {
  const { net } = await withHelpers(t, { threads: 1 });
  const seen = await net.evaluate(async (net, photo) => {
    const { heads } = /** @type {{heads: Heads}} */ (/** @type {any} */ (globalThis));
    await net.use(heads.of(1024));
    const good = heads.of(1024);
    const nan = Float32Array.from(good.weights);
    nan[7] = NaN;
    const centre = new Float32Array(1024);
    const thrower = Object.defineProperty({ ...good }, 'bias', {
      get() {
        throw new Error('no bias today');
      },
    });
    /** @type {[any, string][]} */
    const bad = [
      ['a head', "head 'a head' is no head; teach gives one"],
      [{}, 'head an object is no head; teach gives one'],
      [new Blob(['a saved model']), 'head an object is no head; teach gives one'],
      [{ ...good, labels: undefined }, 'labels undefined are no array'],
      [{ ...good, labels: [] }, 'head.labels are empty'],
      [{ ...good, labels: ['red', 2, 'blue'] }, 'labels[1] 2 is no string'],
      [{ ...good, counter: 'no' }, "head.counter 'no' is not true or false"],
      [{ ...good, keep: 'all' }, "head.keep 'all' is not 'own' or 'both'"],
      [heads.of(256), 'head.weights are 768 numbers; for this model and its labels they are 3072'],
      [{ ...good, counter: true }, 'head.weights are 3072 numbers; for this model and its labels they are 4096'],
      [{ ...good, bias: [0, '0', 0] }, 'head.bias an array is no Float32Array, nor numbers that JSON has made of one'],
      [{ ...good, bias: { 0: 1, 1: 2, 7: 3 } }, 'head.bias an object is no Float32Array, nor numbers'],
      [{ ...good, bias: [0, 1] }, 'head.bias are 2 numbers; for this model and its labels they are 3'],
      [{ ...good, model: 7 }, 'head.model 7 is no string'],
      [{ ...good, model: 'f00d' }, 'the head was taught on another model (f00d; this one is '],
      [{ ...good, weights: nan }, 'head.weights[7] is NaN'],
      [
        { ...good, noneOfThese: { centre, threshold: Infinity } },
        'head.noneOfThese.threshold Infinity is no finite number',
      ],
      [{ ...good, noneOfThese: { centre: nan, threshold: 1 } }, 'head.noneOfThese.centre are 3072 numbers'],
      [{ ...good, noneOfThese: {} }, 'head.noneOfThese.centre undefined is no Float32Array'],
      [{ ...good, noneOfThese: null }, 'options null are no object'],
      [thrower, 'no bias today'],
    ];
    const said = [];
    for (const [head, want] of bad) said.push([await heads.refused(net.use(head)), `bad-argument: ${want}`]);
    const { predictions } = await net.classify(photo);
    return { said, labels: predictions.map(({ label }) => label).sort() };
  }, photo);
  for (const [got = '', want = ''] of seen.said) assert.ok(got.startsWith(want), `${got}, want ${want}`);
  assert.deepEqual(seen.labels, ['blue', 'green', 'red']);
});
