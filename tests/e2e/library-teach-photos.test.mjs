// Learning classes of one's own from images, and the model that is saved with them: what it says when it is loaded again.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { librarySite } from '../support/library.mjs';
import { synthetic } from '../support/models.mjs';
import { models, peacock, shared } from '../support/paths.mjs';
import { failedRequest } from './support/faults.mjs';
import { teachingPage } from './support/teaching.mjs';

const forms = ['uint8_slim', 'int8_keras', 'float32_keras', 'uint8_v2', 'int8_v2_keras_uint8_ends', 'float32_v2_relu'];
const made = synthetic(...forms, 'uint8_embedding');
const site = await librarySite({ folders: { '/made/': dirname(made('uint8_slim')) } });
after(() => site.close());

for (const form of [...forms, 'uint8_embedding']) {
  test(`${form}: what is saved says what the head says, none of these too`, async (t) => {
    const page = await teachingPage(t, site);
    const seen = await page.evaluate(async (form) => {
      const net = await load({ model: `/made/${form}.tflite` });
      /** @type {Example[]} */
      const examples = Array.from({ length: 24 }, (_, i) => ({
        label: ['lying', 'standing', null][i % 3] ?? null,
        source: teaching.picture(i % 3, i),
      }));
      const head = await net.teach(examples);
      const file = await net.save(head, { name: 'Stripes' });
      const taught = await load({ model: file });
      let worst = 0;
      let same = true;
      const none = [];
      for (const { source } of examples) {
        const options = /** @type {const} */ ({ views: 2, embeddings: true, topK: 9 });
        const before = await net.classify(source ?? '', options);
        const after = await taught.classify(source ?? '', options);
        same &&= `${before.embeddings}` === `${after.embeddings}`;
        const each = (before.embeddings ?? []).map((embedding) => teaching.probabilities(head, embedding));
        for (const { index, probability } of after.predictions) {
          const mean = each.reduce((sum, p) => sum + (p[index] ?? 0), 0) / each.length;
          worst = Math.max(worst, Math.abs(mean - probability));
        }
        none.push([after.noneOfThese, teaching.isNone(head, before.embeddings ?? [])]);
      }
      return {
        labels: [head.labels, taught.labels],
        info: [taught.info.classes, taught.info.noneOfThese, taught.info.file.labels, taught.info.file.name],
        worst,
        same,
        none,
        size: file.size,
      };
    }, form);
    assert.deepEqual(seen.labels, [
      ['lying', 'standing'],
      ['lying', 'standing', 'none of these'],
    ]);
    assert.deepEqual(seen.info, [3, true, true, 'Stripes']);
    assert.ok(seen.worst < 0.02, `probabilities differ by ${seen.worst}`);
    assert.ok(seen.same, 'the embeddings are those of the model that it was made from');
    const differ = seen.none.filter(([ours, head]) => ours !== head).length;
    assert.ok(differ <= 1, `none of these: ${seen.none.join('; ')}`); // bytes may lie on the other side of the threshold
    assert.equal(new Set(seen.none.map(([ours]) => ours)).size, 2, `${seen.none}`);
  });
}

test('sources of all kinds, beside embeddings; the same head from either', async (t) => {
  const page = await teachingPage(t, site);
  const seen = await page.evaluate(
    async (url) => {
      const net = await load({ model: '/made/uint8_slim.tflite' });
      const file = await (await fetch(url)).blob();
      const canvas = document.createElement('canvas');
      canvas.getContext('2d')?.fillRect(20, 20, 200, 30);
      /** @type {[string, Source][]} */
      const named = [
        ['photo', url],
        ['photo', file],
        ['drawn', canvas],
        ['drawn', new ImageData(new Uint8ClampedArray(teaching.picture(1, 1).data), 120, 100)],
        ['drawn', teaching.picture(1, 2)],
      ];
      /** @type {string[]} */
      const stages = [];
      const head = await net.teach(
        named.map(([label, source]) => ({ label, source })),
        { onProgress: ({ stage, done }) => stages.push(`${stage} ${done}`) },
      );
      const examples = [];
      for (const [label, source] of named) {
        const { embeddings = [] } = await net.classify(source, { views: 2, embeddings: true });
        examples.push({ label, embeddings });
      }
      const mixed = examples.map((example, i) => (i % 2 ? example : { label: example.label, source: named[i]?.[1] }));
      const digests = [head, await net.teach(examples), await net.teach(mixed)].map(teaching.digest);
      return { stages, labels: head.labels, digests: await Promise.all(digests) };
    },
    `${site.origin}/samples/${basename(peacock)}`,
  );
  assert.deepEqual(seen.labels, ['photo', 'drawn']);
  assert.equal(new Set(seen.digests).size, 1);
  assert.deepEqual(
    seen.stages.filter((stage) => stage.startsWith('embed')),
    [1, 2, 3, 4, 5].map((n) => `embed ${n / 5}`),
  );
  assert.deepEqual(seen.stages.slice(5, 6), ['learn 0']);
});

test('a broken image is named, and the others are given up; an abort ends both stages', async (t) => {
  const page = await teachingPage(t, site, { expected: [failedRequest] });
  const seen = await page.evaluate(async () => {
    const net = await load({ model: '/made/uint8_slim.tflite' });
    /** @type {Example[]} */
    const examples = Array.from({ length: 40 }, (_, i) => ({ label: `${i % 2}`, source: teaching.picture(i % 2, i) }));
    const broken = [...examples];
    broken[7] = { label: 'b', source: new Blob(['no image'], { type: 'image/png' }) };
    let most = 0;
    const onProgress = (/** @type {{done: number}} */ { done }) => {
      most = Math.max(most, done);
    };
    const first = await teaching.said(net.teach(broken, { onProgress }));
    const far = most;
    broken[7] = { label: 'b', source: '/nowhere.png' };
    const second = await teaching.said(net.teach([broken[7], ...examples.slice(0, 3)]));
    const controller = new AbortController();
    const aborted = teaching.said(
      net.teach(examples, { signal: controller.signal, onProgress: () => controller.abort() }),
    );
    const { predictions } = await net.classify(teaching.picture(0, 1));
    return { first, far, second, aborted: await aborted, answers: predictions.length };
  });
  assert.match(seen.first, /^not-an-image: examples\[7\]: /);
  assert.ok(seen.far < 0.5, `${seen.far} were done`);
  assert.match(seen.second, /^url-refused: examples\[0\]: .*404/);
  assert.match(seen.aborted, /^aborted: The call was aborted/);
  assert.equal(seen.answers, 5);
});

test('labels that the caller wants; a head without counter-examples; the model’s own classes as before', async (t) => {
  const page = await teachingPage(t, site);
  const seen = await page.evaluate(async () => {
    const net = await load({ model: '/made/uint8_slim.tflite', labels: Array.from('abcdefghij') });
    const head = await net.teach(teaching.numbered(2, 8, 256));
    const plain = await net.teach(teaching.numbered(2, 8, 256), { noneOfThese: false });
    const labelsOf = async (/** @type {Promise<Blob>} */ file) => {
      const again = await load({ model: await file });
      return [again.info.noneOfThese, ...again.labels];
    };
    const kept = structuredClone(head);
    const counter = { ...head, counter: true, bias: Float32Array.from([1, 2, 3]) };
    counter.weights = new Float32Array([...head.weights, ...head.weights.slice(0, 256)]);
    return [
      await labelsOf(net.save(head)),
      await labelsOf(net.save(kept, { labels: ['x', 'y'] })),
      await labelsOf(net.save(plain)),
      await labelsOf(net.save({ ...plain, examples: [] })),
      await labelsOf(net.save(counter, { labels: ['x', 'y'] })),
      await labelsOf(net.save(counter, { labels: ['x', 'y', 'other'] })),
      await labelsOf(net.save()),
    ];
  });
  assert.deepEqual(seen, [
    [true, 'class 0', 'class 1'],
    [true, 'x', 'y'],
    [false, 'class 0', 'class 1'],
    [false, 'class 0', 'class 1'],
    [true, 'x', 'y', 'none of these'],
    [true, 'x', 'y', 'other'],
    [false, ...'abcdefghij'],
  ]);
});

const flowers = join(shared, 'flowers');
const v2 = 'v2_1.0_224_uint8';
for (const [name, model, least] of /** @type {[string, string, number][]} */ ([
  ['the default model', `/models/${models[0].file}`, 0.85],
  ['MobileNetV2', `/shared/cases/models/${v2}.tflite`, 0.85],
  ['a float model', '/shared/cases/models/v1_0.25_128_float.tflite', 0.6],
])) {
  const missing = [flowers, ...(model.startsWith('/shared/') ? [join(shared, model.slice(8))] : [])].filter(
    (path) => !existsSync(path),
  );
  test(`four species of flowers, by ${name}`, { skip: missing.length > 0 && `no ${missing}` }, async (t) => {
    const page = await teachingPage(t, site);
    const photos = (/** @type {string} */ part, /** @type {number} */ n) =>
      ['iris', 'sunflower', 'daisy', 'pansy'].flatMap((label) =>
        readdirSync(join(flowers, part, label))
          .slice(0, n)
          .map((file) => ({ label, source: `/shared/flowers/${part}/${label}/${file}` })),
      );
    const seen = await page.evaluate(
      async ({ model, train, test }) => {
        const net = await load({ model });
        const head = await net.teach(train);
        const taught = await load({ model: await net.save(head) });
        let worst = 0;
        let right = 0;
        for (const { label, source } of test) {
          const { predictions, embeddings = [] } = await taught.classify(source, { views: 2, embeddings: true });
          if (predictions[0]?.label === label) right++;
          const each = embeddings.map((embedding) => teaching.probabilities(head, embedding));
          for (const { index, probability } of predictions) {
            const mean = each.reduce((sum, p) => sum + (p[index] ?? 0), 0) / each.length;
            worst = Math.max(worst, Math.abs(mean - probability));
          }
        }
        return { right: right / test.length, worst, accuracy: head.report?.accuracy ?? 0, info: taught.info };
      },
      { model, train: photos('train', 6), test: photos('test', 5) },
    );
    t.diagnostic(`${seen.right} of others right, ${seen.accuracy} by the report; differs by ${seen.worst.toFixed(4)}`);
    assert.ok(seen.right >= least && seen.accuracy >= least - 0.1, `${seen.right}, ${seen.accuracy}`);
    assert.ok(seen.worst < 0.03, `probabilities differ by ${seen.worst}`); // of images that were not taught
    assert.equal(seen.info.noneOfThese, true);
  });
}
