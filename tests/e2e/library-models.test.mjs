// The models that the library loads: their bytes against LiteRT's, where they come from, what they can.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';
import { blankPage } from '../support/library.mjs';
import { models, shared, withoutShared } from '../support/paths.mjs';
import { withFault } from '../support/site.mjs';
import { loaded, photo, site } from './support/loaded.mjs';

/** Where the test page finds a model: among the built ones, or in the shared folder. @param {string} name */
function modelUrl(name) {
  const built = models.find((/** @type {{name: string}} */ m) => m.name === name);
  return built ? `/models/${built.file}` : `/shared/models/${name}.tflite`;
}

/** @param {string} name */
function hasModel(name) {
  return modelUrl(name).startsWith('/models/') || existsSync(join(shared, 'models', `${name}.tflite`));
}

test('gives LiteRT’s bytes with every engine', { skip: withoutShared }, async (t) => {
  const page = await blankPage(t, site);
  for (const model of readdirSync(join(shared, 'goldens'))) {
    const names = readdirSync(join(shared, 'goldens', model)).filter((name) => name.endsWith('.rgb'));
    for (const engine of /** @type {const} */ (['go', 'simd', 'relaxed', 'dot'])) {
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
  assert.equal(best[4], 'peacock', 'the labels in the file');
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

test('a list of models with a wrong normalisation: what is wrong, and where', async (t) => {
  withFault(t, site, {
    path: /models\.json/,
    change: (bytes) => {
      const [first, ...others] = JSON.parse(bytes.toString());
      return Buffer.from(JSON.stringify([{ ...first, normalize: { mean: [1, 2], scale: 1 } }, ...others]));
    },
  });
  const page = await blankPage(t, site);
  const [code, message] = await page.evaluate(async () => {
    const error = await load().then(
      () => ({ code: 'none', message: 'it loads' }),
      (error) => error,
    );
    return [error.code, error.message];
  });
  assert.equal(code, 'model-corrupt', message);
  assert.match(
    message,
    /models\.json is wrong about 'mobilenet_v1_1\.0_224_quant': normalize\.mean an array is neither/,
  );
});
