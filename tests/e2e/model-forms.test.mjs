// Models in every form that people have: the outputs are LiteRT's, and photos become what each of them reads.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test, { after } from 'node:test';
import { blankPage, librarySite } from '../support/library.mjs';
import { shared } from '../support/paths.mjs';

const outputs = join(shared, 'cases', 'outputs');
const skip = existsSync(outputs) ? false : `no folder ${outputs}`;

const site = await librarySite();
after(() => site.close());

const models = skip ? [] : readdirSync(outputs).filter((name) => /^v\d/.test(name));

for (const model of models) {
  test(`${model}: LiteRT's output, also for a photo`, { skip }, async (t) => {
    const page = await blankPage(t, site);
    const pictures = readdirSync(join(outputs, model)).flatMap((name) =>
      /\.out$/.test(name) ? basename(name, '.out') : [],
    );
    assert.ok(pictures.length > 0);
    const { info, answers } = await page.evaluate(
      async ({ model, pictures, cases, photos }) => {
        const net = await load({ model: `${cases}/models/${model}.tflite` });
        const answers = [];
        for (const picture of pictures) {
          const file = await fetch(`${cases}/outputs/${model}/${picture}.pixels`);
          const { output, logits } = await net.run(new Uint8Array(await file.arrayBuffer()));
          const options = /** @type {const} */ ({ crop: 'whole', logits: true, topK: net.info.classes });
          const seen = await net.classify(`${photos}/${picture}.JPEG`, options);
          const { data, width, height } = await net.heatmap(`${photos}/${picture}.JPEG`, net.info.classes - 1);
          answers.push({
            output: Array.from(output),
            logits: Array.from(logits),
            seen: Array.from(seen.logits ?? []),
            sum: seen.predictions.reduce((sum, { probability }) => sum + probability, 0),
            heat: data.length === width * height && data.every(Number.isFinite),
          });
        }
        await net.close();
        return { info: net.info, answers };
      },
      { model, pictures, cases: `${site.origin}/shared/cases`, photos: `${site.origin}/shared/photos` },
    );
    const index = JSON.parse(readFileSync(join(outputs, model, 'index.json'), 'utf8'));
    for (const [i, picture] of pictures.entries()) {
      const { output, logits, seen, sum, heat } = answers[i];
      const { input, output: expects } = index[picture];
      assert.deepEqual([1, ...info.shape], input.shape);
      const bytes = readFileSync(join(outputs, model, `${picture}.out`));
      const types = { uint8: Uint8Array, int8: Int8Array, float32: Float32Array };
      const want = Array.from(
        new types[/** @type {keyof typeof types} */ (expects.dtype)](new Uint8Array(bytes).buffer),
      );
      if (expects.dtype !== 'float32') assert.deepEqual(output, want, picture);
      else {
        const largest = Math.max(...want.map(Math.abs));
        for (const [j, v] of want.entries())
          assert.ok(Math.abs(output[j] - v) <= 1e-4 * largest, `${picture}, ${j}: ${output[j]}, not ${v}`);
      }
      assert.equal(seen.length, info.classes);
      assert.deepEqual(seen, logits, `${picture} as a photo`);
      assert.ok(Math.abs(sum - 1) < 1e-9, `probabilities add up to ${sum}`);
      assert.ok(heat);
    }
  });
}

for (const [model, shape, classes, network] of /** @type {const} */ ([
  ['v1_0.25_224_int8_open_batch', '224,224,3', 1000, 'MobileNetV1'],
  ['v1_0.25_96_grey_int8_person', '96,96,1', 2, 'MobileNetV1'],
  ['v2_teachable_machine_quantised', '224,224,3', 2, 'MobileNetV2'],
])) {
  test(`${model}, which LiteRT.js refuses: it says what it is, and answers`, { skip }, async (t) => {
    const page = await blankPage(t, site);
    const { info, answers } = await page.evaluate(
      async ([model, photo]) => {
        const net = await load({ model });
        const { predictions } = await net.classify(photo, { topK: 1 });
        return { info: net.info, answers: predictions };
      },
      [`${site.origin}/shared/cases/models/${model}.tflite`, `${site.origin}/shared/photos/n02123394_Persian_cat.JPEG`],
    );
    assert.deepEqual([String(info.shape), info.classes, info.network], [shape, classes, network]);
    assert.ok(answers[0].probability > 1 / classes);
  });
}
