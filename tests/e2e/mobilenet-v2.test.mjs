// A MobileNetV2 that somebody brings: LiteRT's bytes from every engine, and what the page makes of it.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { visit } from '../support/browser.mjs';
import { blankPage, librarySite } from '../support/library.mjs';
import { drop, predictions } from '../support/page.mjs';
import { peacock, shared } from '../support/paths.mjs';

const cases = join(shared, 'cases');
const name = 'v2_1.0_224_uint8';
const model = join(cases, 'models', `${name}.tflite`);
const outputs = join(cases, 'outputs', name);
const skip = existsSync(model) ? false : `no file ${model}`;

const site = await librarySite({ isolated: true });
after(() => site.close());

for (const options of /** @type {const} */ ([
  { engine: 'relaxed', threads: 1 },
  { engine: 'relaxed', threads: 2 },
  { engine: 'dot', threads: 1 },
  { engine: 'dot', threads: 2 },
  { engine: 'simd', threads: 1 },
  { engine: 'go', threads: 1 },
])) {
  test(`MobileNetV2 by ${options.engine}, ${options.threads} threads: LiteRT's bytes`, { skip }, async (t) => {
    const page = await blankPage(t, site);
    const pictures = readdirSync(outputs).filter((file) => file.endsWith('.out'));
    assert.ok(pictures.length > 0);
    const { info, layers, bytes } = await page.evaluate(
      async ({ url, options, pictures, pixels }) => {
        const net = await load({ model: url, ...options });
        const bytes = [];
        for (const picture of pictures) {
          const rgb = new Uint8Array(await (await fetch(`${pixels}${picture}`)).arrayBuffer());
          bytes.push(Array.from((await net.run(rgb)).output));
        }
        return { info: net.info, layers: net.layers.map(({ type }) => type), bytes };
      },
      {
        url: `${site.origin}/shared/cases/models/${name}.tflite`,
        options,
        pictures: pictures.map((file) => file.replace('.out', '.pixels')),
        pixels: `${site.origin}/shared/cases/outputs/${name}/`,
      },
    );
    assert.deepEqual([info.network, info.engine], ['MobileNetV2', options.engine]);
    assert.equal(layers.filter((type) => type === 'add').length, 10);
    for (const [i, picture] of pictures.entries()) {
      assert.deepEqual(bytes[i], [...readFileSync(join(outputs, picture))], picture);
    }
  });
}

test('the page with a MobileNetV2 of one’s own', { skip }, async (t) => {
  const page = await visit(t, `${site.url}#model`);
  const sheet = page.getByRole('dialog');
  await sheet.getByText('In use').waitFor();
  await drop(page, model);
  await sheet.getByText('MobileNetV2', { exact: true }).waitFor();
  await sheet.getByText('300,775,552').waitFor(); // with 1,001 classes; the paper says 300 million
  await sheet.getByText('in the file', { exact: true }).waitFor(); // its labels
  await page.keyboard.press('Escape');
  await page.goto(`${site.url}#inside`);
  await page.getByText('through 53 layers').waitFor();
  await page.goto(`${site.url}#photo`);
  await drop(page, peacock);
  assert.equal((await predictions(page))[0].label, 'peacock');
});
