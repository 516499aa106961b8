// Learning classes of one's own from embeddings: the same bytes as natively, the report, going on from a head, the worker that does it, and
// how it goes wrong.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { librarySite } from '../support/library.mjs';
import { synthetic } from '../support/models.mjs';
import { models, root } from '../support/paths.mjs';
import { teachingPage } from './support/teaching.mjs';

const made = synthetic('uint8_slim', 'int8_no_pool');
const site = await librarySite({ folders: { '/made/': dirname(made('uint8_slim')) } });
after(() => site.close());

/** What Go learns natively of the same examples, by the size of their embeddings. */
const natively = Object.fromEntries(
  [...readFileSync(join(root, 'core/teach/learn_test.go'), 'utf8').matchAll(/^\t(\d+): +"([0-9a-f]{64})",$/gm)].map(
    ([, size, digest]) => [size, digest],
  ),
);

for (const [model, size] of /** @type {const} */ ([
  ['/made/uint8_slim.tflite', 256],
  [`/models/${models[0].file}`, 1024],
])) {
  test(`embeddings of ${size} numbers: the bytes that Go learns natively, each time`, async (t) => {
    const page = await teachingPage(t, site);
    const { digests, keys, cloned } = await page.evaluate(
      async ([model, size]) => {
        const net = await load({ model });
        const examples = teaching.numbered(5, 12, size);
        const [one, two] = [await net.teach(examples), await net.teach(examples)];
        const cloned = structuredClone(one);
        return {
          digests: [await teaching.digest(one), await teaching.digest(two)],
          keys: Object.keys(one),
          cloned: `${cloned.examples.map((e) => e[7])}` === `${examples.flatMap((e) => e.embeddings).map((e) => e[7])}`,
        };
      },
      /** @type {const} */ ([model, size]),
    );
    assert.deepEqual(digests, [natively[size], natively[size]]);
    assert.equal(natively[size]?.length, 64);
    const all = 'labels counter keep weights bias noneOfThese strength model examples report';
    assert.deepEqual(keys, all.split(' '));
    assert.ok(cloned, 'it has the embeddings of its examples, and survives structured cloning');
  });
}

test('the report tells classes by their labels, counter-examples last, and finds a wrong label', async (t) => {
  const page = await teachingPage(t, site);
  const { head, few, all } = await page.evaluate(async () => {
    const net = await load({ model: '/made/uint8_slim.tflite' });
    /** @type {Example[]} */
    const examples = teaching.numbered(3, 15, 256).map((example) => {
      const label = { 'class 0': null, 'class 1': 'mug' }[`${example.label}`];
      return { ...example, label: label === undefined ? 'cup' : label };
    });
    examples[1] = { ...examples[1], label: 'cup' }; // it shows a mug
    const options = { curve: true, keep: /** @type {const} */ ('both') };
    const { weights, examples: kept, noneOfThese, ...head } = await net.teach(examples, options);
    const few = await net.teach(examples.slice(0, 6));
    return {
      few: [few.noneOfThese, few.counter, few.report?.tested],
      all: [weights.length, kept.length, noneOfThese?.centre.length],
      head: { ...head, bias: head.bias.length, threshold: noneOfThese?.threshold },
    };
  });
  const { report, ...rest } = head;
  assert.ok(report);
  const { labels, counter, keep, bias, strength, threshold } = rest;
  assert.deepEqual([labels, counter, keep, bias], [['cup', 'mug'], true, 'both', 3]);
  assert.ok(strength > 0 && Number.isFinite(threshold));
  assert.deepEqual(all, [3 * 256, 67, 256]);
  assert.deepEqual(
    report.classes.map(({ label, examples }) => [label, examples]),
    [
      ['cup', 16],
      ['mug', 14],
      [null, 15],
    ],
  );
  assert.deepEqual([report.folds, report.tested], [5, 45]);
  assert.deepEqual(
    report.confusion.flat(2).sort((x, y) => x - y),
    Array.from({ length: 45 }, (_, i) => i),
    'each example is in one cell',
  );
  const [doubt] = report.doubtful;
  assert.deepEqual([doubt?.example, doubt?.seems], [1, 1], JSON.stringify(report.doubtful));
  const { right, answered, tested, precision, recall } = report.classes[1];
  assert.deepEqual([precision, recall], [right / answered, right / tested]);
  const sum = report.classes.reduce((sum, { right }) => sum + right, 0);
  assert.equal(report.accuracy, sum / report.tested);
  const curve = report.curve ?? [];
  assert.ok(curve.length >= 3 && curve.every(({ examples }, i) => examples > (curve[i - 1]?.examples ?? 0)));
  // Of nine views no threshold can be told, and there is one mug alone.
  assert.deepEqual(few, [undefined, true, 5]);
});

test('from a head it learns the same, whatever classes came or went, and keeps its threshold', async (t) => {
  const page = await teachingPage(t, site);
  const seen = await page.evaluate(async () => {
    const net = await load({ model: '/made/uint8_slim.tflite' });
    const other = await load({ model: '/made/int8_no_pool.tflite' });
    const all = teaching.numbered(5, 10, 256);
    const without = (/** @type {string} */ label) => all.filter((example) => example.label !== label);
    const alien = await other.teach([
      { label: 'a', embeddings: [new Float32Array(other.layers.at(-2)?.shape.reduce((a, b) => a * b) ?? 0)] },
      { label: 'b', embeddings: [new Float32Array(other.layers.at(-2)?.shape.reduce((a, b) => a * b) ?? 0).fill(1)] },
    ]);
    const before = await net.teach(without('class 1'));
    const counters = await net.teach(all.map((e) => (e.label === 'class 0' ? { ...e, label: null } : e)));
    const rows = [];
    const strength = 1e-3; // as without a validation
    for (const [examples, from] of /** @type {[typeof all, Head][]} */ ([
      [all, before],
      [without('class 0'), before],
      [without('class 1'), before],
      [[...without('class 1')].reverse(), before],
      [all, counters],
      [all, alien],
    ])) {
      const start = { ...from, strength };
      const cold = await net.teach(examples, { validate: false });
      const warm = await net.teach(examples, { validate: false, start });
      const difference = Math.max(
        ...examples.flatMap(({ embeddings }) => {
          const [p, q] = [warm, cold].map((head) => teaching.probabilities(head, embeddings[0] ?? new Float32Array()));
          return p?.map((v, c) => Math.abs(v - (q?.[c] ?? 9))) ?? [];
        }),
      );
      rows.push({
        labels: `${warm.labels}` === `${cold.labels}`,
        difference,
        threshold: warm.noneOfThese?.threshold === start.noneOfThese?.threshold,
        strength: warm.strength === start.strength,
        report: warm.report === undefined,
      });
    }
    const { noneOfThese } = await net.teach(all, { validate: false, start: before, noneOfThese: false });
    const share = async (/** @type {number} */ noneOfThese) =>
      (await net.teach(all, { noneOfThese })).noneOfThese?.threshold ?? 0;
    return { rows, noneOfThese, shares: [await share(0.99), await share(0.5)] };
  });
  for (const [i, { difference, ...same }] of seen.rows.entries()) {
    assert.deepEqual(same, { labels: true, threshold: true, strength: true, report: true }, `start ${i}`);
    assert.ok(difference < 0.02, `start ${i}: probabilities differ by ${difference}`);
  }
  assert.equal(seen.noneOfThese, undefined);
  assert.ok((seen.shares[0] ?? 9) < (seen.shares[1] ?? 0), 'to keep more, the threshold is lower');
});

test('a head goes with its model alone, and through JSON', async (t) => {
  const page = await teachingPage(t, site);
  const seen = await page.evaluate(async () => {
    const model = '/made/uint8_slim.tflite';
    const net = await load({ model });
    const other = await load({ model, resolution: 64 }); // embeddings of the same size, which mean something else
    const examples = teaching.numbered(3, 6, 256);
    const head = await net.teach(examples, { validate: false });
    const taught = await load({ model: await net.save(head) });
    const { model: fingerprint, ...anonymous } = head;
    const refused = [await teaching.said(other.use(head)), await teaching.said(other.save(head))];
    const taken = [await teaching.said(taught.use(head)), await teaching.said(other.use(anonymous))];
    // As a head to begin from it is of no use, but no mistake: what it knew is not kept.
    const threshold = { ...head, noneOfThese: { centre: new Float32Array(256), threshold: 3 } };
    const start = async (/** @type {typeof net} */ by) =>
      (await by.teach(examples, { validate: false, start: threshold })).noneOfThese?.threshold;
    const starts = [await start(net), await start(other)];

    const again = JSON.parse(JSON.stringify(threshold));
    const list = { ...again, weights: Array.from(head.weights), bias: Array.from(head.bias) };
    const pixels = { data: new Uint8Array(64 * 64 * 4).fill(99), width: 64, height: 64 };
    const answers = [];
    for (const one of [threshold, again, list]) {
      await net.use(one);
      answers.push(JSON.stringify((await net.classify(pixels)).predictions));
    }
    const files = await Promise.all([threshold, again].map(async (one) => `${await (await net.save(one)).bytes()}`));
    const warm = await net.teach(examples, { validate: false, start: again });
    return {
      fingerprint,
      refused,
      taken,
      starts,
      answers,
      same: files[0] === files[1],
      warm: warm.noneOfThese?.threshold,
    };
  });
  assert.match(`${seen.fingerprint}`, /^[0-9a-f]{16}$/);
  for (const text of seen.refused)
    assert.match(
      text,
      new RegExp(`^bad-argument: the head was taught on another model \\(${seen.fingerprint}; this one`),
    );
  assert.deepEqual(seen.taken, ['done', 'done']);
  assert.deepEqual(seen.starts, [3, undefined]);
  assert.deepEqual(seen.answers.slice(1), [seen.answers[0], seen.answers[0]]);
  assert.ok(seen.same, 'the file of a head from JSON has the same bytes');
  assert.equal(seen.warm, 3);
});

test('wrong examples and options are refused, each by its index or name', async (t) => {
  const page = await teachingPage(t, site);
  const said = await page.evaluate(async () => {
    const net = await load({ model: '/made/uint8_slim.tflite' });
    const [a, b] = teaching.numbered(2, 1, 256);
    const any = /** @type {any} */ (net);
    const short = [new Float32Array(7)];
    const [nan] = [[Float32Array.from({ length: 256 }, (_, i) => (i === 9 ? Number.NaN : i))]];
    const lying = {
      get label() {
        throw new Error('no label here');
      },
    };
    const head = await net.teach([a, b], { validate: false });
    const said = [];
    for (const given of [
      [7],
      [[]],
      [[a]],
      [[a, { ...b, label: a.label }]],
      [[a, null]],
      [[a, { ...b, label: '  ' }]],
      [[a, { ...b, label: 7 }]],
      [[a, { ...b, label: 'two\nlines' }]],
      [[a, { label: 'b' }]],
      [[a, { label: 'b', source: 7 }]],
      [[a, { label: 'b', embeddings: short }]],
      [[a, { label: 'b', embeddings: short[0] }]],
      [[a, { label: 'b', embeddings: [] }]],
      [[a, { label: 'b', embeddings: [[1, 2]] }]],
      [[a, { label: 'b', embeddings: nan }]],
      [[a, lying]],
      [[a, b], 7],
      [[a, b], { noneOfThese: 1 }],
      [[a, b], { keep: 'mine' }],
      [[a, b], { validate: 1 }],
      [[a, b], { curve: 'yes' }],
      [[a, b], { onProgress: 1 }],
      [[a, b], { signal: 1 }],
      [[a, b], { start: { weights: head.weights } }],
      [[a, b], { start: { ...head, bias: head.bias.slice(1) } }],
    ]) {
      said.push(await teaching.said(any.teach(...given)));
    }
    for (const given of [
      { ...head, weights: head.weights.slice(1) },
      { ...head, counter: true },
      { ...head, examples: [7] },
      { ...head, noneOfThese: { centre: new Float32Array(3), threshold: 1 } },
      { ...head, labels: ['a', 'two\nlines'] },
      { ...head, bias: head.bias.slice().fill(Number.NaN) },
    ]) {
      said.push(await teaching.said(any.save(given)));
    }
    said.push(await teaching.said(any.save(head, { labels: ['a'] })));
    await net.close();
    said.push(await teaching.said(net.teach([a, b])));
    return said;
  });
  const expected = [
    /examples 7 are no array/,
    /no class; at least two/,
    /one class only; at least two are needed, or one and counter-examples/,
    /one class only/,
    /examples\[1\] null is no object/,
    /examples\[1\]\.label is empty/,
    /examples\[1\]\.label 7 is no string and not null/,
    /examples\[1\]\.label has more than one line/,
    /examples\[1\] has neither a source nor embeddings/,
    /examples\[1\]\.source: A picture cannot be taken from Number/,
    /examples\[1\]\.embeddings\[0\] has 7 numbers; this model's embeddings have 256/,
    /examples\[1\]\.embeddings an object are no array of Float32Array/,
    /examples\[1\]\.embeddings are empty; classify with embeddings: true/,
    /examples\[1\]\.embeddings\[0\] has 2 numbers; this model's embeddings have 256/,
    /example 1: an embedding has a number that is not finite/,
    /no label here/,
    /options 7/,
    /noneOfThese 1 is not true, false or a number between 0 and 1/,
    /keep 'mine' is not 'own' or 'both'/,
    /validate 1 is not true or false/,
    /curve 'yes' is not true or false/,
    /onProgress 1 is no function/,
    /signal 1/,
    /start\.labels undefined are no array/,
    /start\.bias has 1 numbers for 2 classes/,
    /head\.weights are 511 numbers; for this model and its labels they are 512/,
    /head\.weights are 512 numbers; for this model and its labels they are 768/,
    /head\.examples\[0\] 7 is no Float32Array; classify with embeddings: true/,
    /head\.noneOfThese\.centre are 3 numbers; .* they are 256/,
    /label 1, "two\\nlines", has more than one line|labels/,
    /head\.bias\[0\] is NaN/,
    /1 label; the model needs 2/,
  ];
  for (const [i, pattern] of expected.entries()) assert.match(said[i] ?? '', pattern);
  for (const text of said.slice(0, -1)) assert.match(text, /^bad-argument: /);
  assert.match(said.at(-1) ?? '', /^closed: /);
});
