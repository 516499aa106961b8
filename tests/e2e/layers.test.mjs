// What the library gives of the network's inside: every layer's output and weights.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { blankPage, librarySite } from '../support/library.mjs';
import { peacock } from '../support/paths.mjs';

const site = await librarySite();
after(() => site.close());

const photo = `${site.origin}/samples/${basename(peacock)}`;

test('every layer’s output is what core/reference computes, whatever the engine', async (t) => {
  const page = await blankPage(t, site);
  const seen = await page.evaluate(async (url) => {
    // The engine 'go' gives core/reference's bytes, as core/scalar's own tests say. At 128 pixels it takes a third of the time.
    const nets = await Promise.all(
      /** @type {const} */ (['go', 'simd', 'relaxed', 'dot']).map((engine) => load({ engine, resolution: 128 })),
    );
    const [reference, ...others] = nets;
    /** @type {{ engine: string, layer: string, shape: number[], differing: number, largest: number }[]} */
    const seen = [];
    for (const [i, { name }] of reference.layers.entries()) {
      const expected = await reference.activations(url, i);
      for (const net of others) {
        const { shape, data } = await net.activations(url, i);
        if (`${shape}` !== `${expected.shape}`) throw new Error(`${name}: ${shape}, reference ${expected.shape}`);
        const differing = expected.data.filter((value, at) => value !== data[at]).length;
        seen.push({ engine: net.info.engine, layer: name, shape, differing, largest: Math.max(...data.slice(0, 1e5)) });
      }
    }
    for (const net of nets) await net.close();
    return seen;
  }, photo);
  assert.equal(seen.length, 3 * 29);
  for (const { engine, layer, differing, largest } of seen) {
    assert.equal(differing, 0, `${engine}, ${layer}`);
    assert.ok(largest > 0, `${engine}, ${layer} is not empty`);
  }
});

test('gives every layer’s weights', async (t) => {
  const page = await blankPage(t, site);
  const seen = await page.evaluate(async (url) => {
    const net = await load();
    const shapes = [];
    for (const [i, { name, type, parameters, shape: output }] of net.layers.entries()) {
      if (type === 'average_pool') continue;
      const { shape, data } = await net.weights(i);
      const product = shape.reduce((a, b) => a * b);
      if (product !== parameters || data.length !== parameters) throw new Error(`${name}: ${shape}, ${data.length}`);
      shapes.push({
        name,
        shape,
        channels: output[2],
        finite: data.every(Number.isFinite),
        any: data.some((w) => w !== 0),
      });
    }

    // The classifier's logits are its weights times the embedding, and a bias that two pictures have in common.
    const { data: matrix } = await net.weights(net.layers.length - 1);
    const blank = new ImageData(64, 64);
    const look = async (/** @type {Source} */ source) => {
      const { data: logits } = await net.activations(source, net.layers.length - 1);
      return { logits, embedding: await net.embed(source) };
    };
    const [a, b] = [await look(url), await look(blank)];
    let error = 0;
    for (let c = 0; c < 1001; c++) {
      let expected = 0;
      for (let k = 0; k < 1024; k++) expected += matrix[c * 1024 + k] * (a.embedding[k] - b.embedding[k]);
      error = Math.max(error, Math.abs(expected - (a.logits[c] - b.logits[c])));
    }
    const refusals = [];
    for (const layer of [net.layers.findIndex(({ type }) => type === 'average_pool'), -1, 29, 0.5]) {
      refusals.push(await net.weights(layer).catch(({ code, message }) => ({ code, message })));
    }
    const stopped = new AbortController();
    stopped.abort();
    const aborted = await net.weights(0, { signal: stopped.signal }).catch(({ name }) => name);
    return { shapes, error, refusals, aborted };
  }, photo);

  assert.equal(seen.shapes.length, 28);
  for (const { name, shape, channels, finite, any } of seen.shapes) {
    assert.ok(finite && any, `${name}: finite numbers, not all zero`);
    if (name === 'conv') assert.deepEqual(shape, [32, 3, 3, 3]);
    else if (name.startsWith('dw')) assert.deepEqual(shape, [3, 3, channels], name);
    else assert.equal(shape[0], channels, name);
  }
  assert.ok(seen.error < 0.5, `logits differ by ${seen.error} from weights times embedding`); // a step of theirs is 0.17
  for (const refusal of seen.refusals) {
    assert.equal(/** @type {any} */ (refusal).code, 'bad-argument', JSON.stringify(refusal).slice(0, 100));
  }
  assert.match(/** @type {any} */ (seen.refusals[0]).message, /pool.*no weights/);
  assert.equal(seen.aborted, 'AbortError');
});
