// The learner of Teach: which runs it makes of what changes when. What learns is a fake; that it learns well is for core/teach to show.
import assert from 'node:assert/strict';
import test from 'node:test';
import { importModules } from '../support/modules.mjs';

const { Learner } = await importModules('web/app/teach/learner.ts');

/** @param {Record<string, number>} counts how many examples of each class; "-" are counter-examples */
const material = (counts) => ({
  examples: Object.entries(counts).flatMap(([label, n]) =>
    Array.from({ length: n }, (_, i) => ({
      id: `${label} ${i}`,
      label: label === '-' ? null : label,
      embeddings: [new Float32Array(2)],
    })),
  ),
});

/** A learner, and the runs that were begun: each ends when the test says. */
function begin() {
  /** @type {{count: number, options: any, end: (head: any) => void, fail: (error: unknown) => void}[]} */
  const runs = [];
  const learner = new Learner(
    (/** @type {any[]} */ examples, /** @type {any} */ options) =>
      new Promise((end, fail) => {
        runs.push({ count: examples.length, options, end, fail });
        options.signal.addEventListener('abort', () => fail(options.signal.reason));
      }),
  );
  return { learner, runs, state: () => learner.state.get() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('nothing is learned before two classes have an example', () => {
  const { learner, runs, state } = begin();
  for (const counts of /** @type {Record<string, number>[]} */ ([{}, { a: 9 }, { '-': 3 }])) {
    learner.learn(material(counts));
    assert.equal(state().phase, 'waiting');
  }
  assert.equal(runs.length, 0);
  learner.learn(material({ a: 1, '-': 1 }));
  assert.equal(runs.length, 1);
  assert.equal(state().phase, 'learning');
});

test('one run at a time: the newest state comes next, and begins from the last head', async () => {
  const { learner, runs, state } = begin();
  for (let n = 1; n <= 5; n++) learner.learn(material({ a: n, b: 1 }));
  assert.deepEqual(
    runs.map(({ count }) => count),
    [2],
    'the first goes on',
  );
  runs[0].end('first');
  await settled();
  assert.equal(state().head, 'first', 'which is of use meanwhile');
  assert.equal(state().phase, 'learning');
  assert.deepEqual(
    runs.map(({ count }) => count),
    [2, 6],
  );
  assert.equal(runs[0].options.validate, false);
  assert.equal(runs[1].options.start, 'first');
  assert.equal(runs[1].options.signal.aborted, false);
});

test('heads come while changes never stop', async () => {
  const { learner, runs, state } = begin();
  for (let n = 1; n <= 20; n++) {
    learner.learn(material({ a: n, b: 1 }));
    runs.at(-1)?.end(`head ${runs.length}`);
    await settled();
    assert.equal(state().head, `head ${n}`);
  }
});

test('it is checked once nothing has changed for two seconds, and a change ends that', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { learner, runs, state } = begin();
  learner.learn(material({ a: 2, b: 2 }));
  runs[0].end({ head: 1 });
  await settled();
  assert.equal(state().phase, 'settling');
  t.mock.timers.tick(1999);
  assert.equal(runs.length, 1);
  t.mock.timers.tick(1);
  assert.equal(state().phase, 'checking');
  assert.equal(runs[1].options.validate, true);
  assert.equal(runs[1].options.curve, false);
  runs[1].options.onProgress({ stage: 'learn', done: 0.5 });
  assert.equal(state().done, 0.5);

  learner.learn(material({ a: 3, b: 2 }));
  assert.equal(runs[1].options.signal.aborted, true);
  assert.equal(runs.length, 3);
  runs[2].end({ head: 2 });
  await settled();
  t.mock.timers.tick(2000);
  runs[3].end({ head: 3, report: { accuracy: 1 } });
  await settled();
  const { phase, head, report, reported, current } = state();
  assert.deepEqual([phase, head.head, report, current], ['done', 3, { accuracy: 1 }, true]);
  assert.deepEqual(reported, ['a 0', 'a 1', 'a 2', 'b 0', 'b 1']);

  learner.learn(material({ a: 4, b: 2 }));
  assert.deepEqual(
    [state().report, state().current],
    [{ accuracy: 1 }, false],
    'the old report stays until there is a new one',
  );
});

test('a class with one example is learned, and not checked', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { learner, runs, state } = begin();
  learner.learn(material({ a: 9, b: 1 }));
  runs[0].end('head');
  await settled();
  t.mock.timers.tick(10_000);
  assert.deepEqual([runs.length, state().phase, state().head], [1, 'settling', 'head']);
});

test('the learning curve is made when it is asked for, and then always', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { learner, runs, state } = begin();
  learner.learn(material({ a: 2, b: 2 }));
  runs[0].end('head');
  await settled();
  t.mock.timers.tick(2000);
  runs[1].end({ report: 'short' });
  await settled();
  learner.wantCurve();
  assert.deepEqual([runs[2].options.curve, state().report, state().phase], [true, 'short', 'checking']);
  runs[2].end({ report: 'long' });
  await settled();
  assert.equal(state().report, 'long');
  learner.wantCurve();
  assert.equal(runs.length, 3);
});

test('too few examples end all, a failure is said and tried again', async () => {
  const { learner, runs, state } = begin();
  learner.learn(material({ a: 1, b: 1 }));
  learner.learn(material({ a: 1 }));
  assert.equal(runs[0].options.signal.aborted, true);
  await settled();
  assert.deepEqual([state().phase, state().head, state().error], ['waiting', undefined, undefined]);

  learner.learn(material({ a: 1, b: 1 }));
  const error = new Error('no memory');
  runs[1].fail(error);
  await settled();
  assert.deepEqual([state().phase, state().error], ['failed', error]);
  learner.retry();
  assert.deepEqual([runs.length, state().phase, state().error], [3, 'learning', undefined]);

  learner.learn(material({ a: 2, b: 1 }));
  runs[2].fail(error); // of a state that is no more
  await settled();
  assert.deepEqual([runs.length, state().phase], [4, 'learning']);
  learner.reset();
  runs[3].end('late');
  await settled();
  assert.deepEqual([state().phase, state().head], ['waiting', undefined]);
});
