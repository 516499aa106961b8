// Models that net.save() has written, as another program reads them: MediaPipe's image classifier names their classes by the labels inside.
// The version is the last that reports nothing to its makers.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { blankPage, librarySite } from '../support/library.mjs';
import { synthetic } from '../support/models.mjs';
import { root } from '../support/paths.mjs';

const made = synthetic('float32_keras', 'int8_keras_uint8_ends', 'uint8_v2');
const site = await librarySite({
  folders: {
    '/made/': dirname(made('uint8_v2')),
    '/mediapipe/': join(root, 'tests/mediapipe/node_modules/@mediapipe/tasks-vision'),
  },
});
after(() => site.close());

/** What it says of itself on the console. */
const expected = [
  /^(error|warning): ([WI]\d{4} |INFO: Created TensorFlow Lite XNNPACK delegate)/,
  /GPU stall due to ReadPixels/,
];

/**
 * The best label of the model in the file that is saved: MediaPipe's, and that of the library's largest logit. The picture has the
 * model's own size, so that neither resizes it.
 * @param {import('playwright-core').Page} page @param {LoadOptions} options
 */
const both = (page, options) =>
  page.evaluate(async (options) => {
    const net = await load(options);
    const file = await net.save();
    const { resolution } = net.info;
    const picture = new ImageData(resolution, resolution);
    const rgb = new Uint8Array(resolution * resolution * 3);
    for (let i = 0; i < resolution * resolution; i++) {
      const x = i % resolution;
      const y = Math.floor(i / resolution);
      const colour = [(x * 255) / resolution, (y * 255) / resolution, 127 + 100 * Math.sin((x + y) / 5)];
      rgb.set(colour, 3 * i);
      picture.data.set([...rgb.subarray(3 * i, 3 * i + 3), 255], 4 * i);
    }
    const { logits } = await net.run(rgb);
    const best = logits.indexOf(Math.max(...logits));
    const { FilesetResolver, ImageClassifier } = await import(`${location.origin}/mediapipe/vision_bundle.mjs`);
    const classifier = await ImageClassifier.createFromOptions(
      await FilesetResolver.forVisionTasks('/mediapipe/wasm'),
      {
        baseOptions: { modelAssetBuffer: new Uint8Array(await file.arrayBuffer()), delegate: 'CPU' },
        maxResults: 1,
      },
    );
    const [{ categories }] = classifier.classify(picture).classifications;
    classifier.close();
    await net.close();
    return { ours: net.labels[best], theirs: categories[0].categoryName };
  }, options);

test('MediaPipe names the classes of models that were saved', async (t) => {
  const page = await blankPage(t, site, { expected });
  const labels = ['ant', 'bee', 'cat', 'dog', 'eel', 'fox', 'goat', 'hen', 'ibis', 'jay'];
  /** @type {LoadOptions[]} */
  const own = ['float32_keras', 'int8_keras_uint8_ends', 'uint8_v2'].map((name) => ({
    model: `/made/${name}.tflite`,
    labels,
  }));
  for (const options of [{}, ...own]) {
    const { ours, theirs } = await both(page, options);
    t.diagnostic(`${options.model ?? 'the default model'}: ${theirs}`);
    assert.equal(theirs, ours);
  }
});
