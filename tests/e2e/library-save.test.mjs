// The model in use as a file: what is inside, what it gives when it is loaded again, and how saving goes wrong.
import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import test, { after } from 'node:test';
import { blankPage, librarySite } from '../support/library.mjs';
import { synthetic } from '../support/models.mjs';
import { peacock } from '../support/paths.mjs';
import { withFault } from '../support/site.mjs';
import { failedRequest } from './support/faults.mjs';

const made = synthetic('uint8_slim', 'int8_v2_keras', 'float32_keras', 'uint8_embedding');
const workshop = /\/workshop-[^/]*\.wasm/;

const site = await librarySite({ folders: { '/made/': dirname(made('uint8_slim')) } });
after(() => site.close());
const photo = `${site.origin}/samples/${basename(peacock)}`;

test('the default model is saved with its labels, and answers the same when it is loaded again', async (t) => {
  const page = await blankPage(t, site);
  const seen = await page.evaluate(async (photo) => {
    const net = await load();
    const blob = await net.save();
    const again = await load({ model: blob, labels: net.labels });
    const [one, two] = await Promise.all([net.classify(photo), again.classify(photo)]);
    const text = new TextDecoder('latin1').decode(await blob.arrayBuffer());
    const answers = (/** @type {typeof one} */ { predictions }) => JSON.stringify(predictions);
    return {
      type: blob.type,
      same: answers(one) === answers(two),
      end: text.slice(-11_000),
      label: one.predictions[0].label,
    };
  }, photo);
  assert.deepEqual([seen.type, seen.same, seen.label], ['application/octet-stream', true, 'peacock']);
  // The labels stand in the archive at the file's end.
  assert.match(seen.end, /labels\.txtbackground\ntench\n.*\npeacock\n.*PK.*labels\.txtPK/s);
});

test('each type of model gives the same bytes when it is loaded again, with other resolution, pixel range and labels', async (t) => {
  const page = await blankPage(t, site);
  for (const [name, options] of /** @type {[string, LoadOptions][]} */ ([
    ['uint8_slim', {}],
    ['int8_v2_keras', { labels: Array.from('abcdefghij') }],
    ['float32_keras', { normalize: { mean: [1, 2, 3], scale: 1 / 255 }, resolution: 64 }],
    ['uint8_embedding', {}],
  ])) {
    const { resolution, same, text } = await page.evaluate(
      async ([name, options]) => {
        const net = await load({ model: `/made/${name}.tflite`, ...options });
        const blob = await net.save({ name: 'Of a test' });
        const again = await load({ model: blob });
        const rgb = Uint8Array.from({ length: net.info.resolution ** 2 * 3 }, (_, i) => (i * 7919) >> 4);
        const [one, two] = await Promise.all([net.run(rgb), again.run(rgb)]);
        return {
          resolution: again.info.resolution,
          same: one.output.length > 9 && `${one.output}` === `${two.output}`,
          text: new TextDecoder('latin1').decode(await blob.arrayBuffer()),
        };
      },
      /** @type {const} */ ([name, options]),
    );
    assert.ok(same, name);
    if (options.resolution) assert.equal(resolution, options.resolution);
    assert.match(text, /Of a test/);
    assert.equal(/a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n/.test(text), options.labels !== undefined, name);
    assert.doesNotMatch(text, /class 7/, 'names that say nothing are left out');
  }
});

test('the program is fetched once, with the first call; a failed download can be tried again', async (t) => {
  const page = await blankPage(t, site, { expected: [failedRequest] });
  const mend = withFault(t, site, { path: workshop, status: 500 });
  const earlier = site.requests.length;
  const fetched = () => site.requests.slice(earlier).filter((path) => workshop.test(path)).length;
  const net = await page.evaluateHandle(() => load({ model: '/made/uint8_slim.tflite' }));
  assert.equal(fetched(), 0);
  const refused = await net.evaluate((net) => net.save().catch(({ code, message }) => `${code}: ${message}`));
  assert.match(`${refused}`, /^download-failed: .*workshop-.*500/);
  mend();
  const before = fetched();
  const sizes = await net.evaluate(async (net) => [(await net.save()).size, (await net.save()).size]);
  assert.ok(sizes[0] > 100_000 && sizes[1] === sizes[0], `${sizes}`);
  const after = site.requests
    .slice(earlier)
    .filter((path) => workshop.test(path))
    .slice(before);
  assert.equal(new Set(after.map((path) => path.replace(/\.gz$/, ''))).size, 1);
  assert.ok(after.length <= 2, `${after}`); // a HEAD may ask which of two
});

test('wrong labels and names are refused; an abort and close end it; pictures do not wait', async (t) => {
  const page = await blankPage(t, site);
  const said = await page.evaluate(async () => {
    const net = await load({ model: '/made/uint8_slim.tflite' });
    const code = (/** @type {Promise<unknown>} */ promise) =>
      promise.then(
        () => 'done',
        (error) => `${error.code}: ${error.message}`,
      );
    const any = /** @type {any} */ (net);
    const labels = Array.from('abcdefghij');
    const refused = [
      await code(net.save({ labels: labels.slice(1) })),
      await code(net.save({ labels: [...labels.slice(1), 'two\nlines'] })),
      await code(any.save({ labels: 'a' })),
      await code(any.save({ name: 7 })),
      await code(any.save({ signal: 7 })),
    ];
    const controller = new AbortController();
    const aborted = code(net.save({ signal: controller.signal }));
    controller.abort();
    const rgb = new Uint8Array(net.info.resolution ** 2 * 3);
    /** @type {string[]} */
    const order = [];
    await Promise.all([net.save().then(() => order.push('saved')), net.run(rgb).then(() => order.push('run'))]);
    const closed = code(net.save());
    await net.close();
    return { refused, aborted: await aborted, order, closed: await closed, after: await code(net.save()) };
  });
  assert.match(said.refused[0], /^bad-argument: .*9 labels; the model needs 10/);
  assert.match(said.refused[1], /^bad-argument: .*11 labels/);
  assert.match(said.refused[2], /^bad-argument: labels 'a' are no array/);
  assert.match(said.refused[3], /^bad-argument: name 7 is no string/);
  assert.match(said.refused[4], /^bad-argument: signal 7/);
  assert.match(said.aborted, /^aborted/);
  assert.deepEqual(said.order, ['run', 'saved']);
  assert.match(said.closed, /^closed/);
  assert.match(said.after, /^closed/);
});
