// Runs the samples of the package's README. A comment before each names its test and what it prints.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { visit } from '../support/browser.mjs';
import { cleanup } from '../support/cleanup.mjs';
import { plainSite } from '../support/site.mjs';
import { text, tools } from './support/lines.mjs';
import { filesIn, install, place, run, workshop } from './support/workshop.mjs';

before(install);

const fence = /<!-- test: ([^\n]*?), prints ([^\n]*?) -->\n```(js|html)\n(.*?)^```$/gms;
const samples = [...text.matchAll(fence)].map(([, name, prints, language, code]) => ({ name, prints, language, code }));

test('each sample of the README is tested, or says why not', () => {
  const all = text.match(/^```(js|html)$/gm)?.length;
  const not = text.match(/^<!-- no test: .+ -->$/gm)?.length ?? 0;
  assert.equal(samples.length + not, all);
});

test('each row of the README’s table is a test', () => {
  const tests = readFileSync(new URL('apps.test.mjs', import.meta.url), 'utf8');
  assert.ok(tools.size > 10);
  for (const tool of tools.keys()) assert.ok(tests.includes(`'${tool}'`), `no test builds an app with ${tool}`);
});

for (const { name, prints, language, code } of samples) {
  test(`the README's sample: ${name}`, async (t) => {
    const printed = await (/'sharp'/.test(code) ? inNode(code) : inPage(t, language, code));
    assert.ok(printed.includes(prints), `it printed:\n${printed}`);
  });
}

/** @param {string} code */
async function inNode(code) {
  place('node');
  cpSync(join(workshop, 'photo.png'), join(workshop, 'photo.jpg')); // sharp goes by the content
  writeFileSync(join(workshop, 'sample.mjs'), code);
  return run('node sample.mjs');
}

/**
 * Runs code, or markup as the body, in a page that has the package by its import map. Gives what it prints.
 * @param {import('node:test').TestContext} t
 * @param {string} language
 * @param {string} code
 */
async function inPage(t, language, code) {
  place('importmap');
  cpSync(join(workshop, 'photo.png'), join(workshop, 'photo.jpg')); // browsers go by the content, too
  const [map] =
    /<script type="importmap">.*?<\/script>/s.exec(readFileSync(join(workshop, 'index.html'), 'utf8')) ?? [];
  assert.ok(map);
  const others = ['core'].map((name) => `"depthwise/${name}": "./node_modules/depthwise/${name}.js",`);
  const head = `<!doctype html><html lang="en"><link rel="icon" href="data:,">${map.replace('"imports": {', `$& ${others.join(' ')}`)}`;
  const site = await plainSite({
    prefix: '/dist-itself/',
    folders: { '/': `${workshop}/` },
    pages: {
      '/sample.html': head + (language === 'html' ? code : '<script type="module" src="sample.js"></script>'),
      '/sample.js': Buffer.from(
        `const photo = await (await fetch('photo.png')).blob();\n${code}\nconsole.log('the end');`,
      ),
      '/my-model.tflite': asset('.tflite'),
      '/my-labels.txt': asset('.txt'),
    },
  });
  cleanup(t, () => site.close());
  const page = await visit(t, `${site.origin}/sample.html`, {
    before: () => {
      // Until a later script is over, what it has printed is kept for the test.
      const log = console.log.bind(console);
      /** @type {string[]} */
      const lines = [];
      const over = new Promise((resolve) => {
        console.log = (...said) => {
          log(...said);
          if (said[0] === 'the end') resolve(lines.join('\n'));
          else lines.push(said.join(' '));
        };
      });
      Object.assign(globalThis, { over });
    },
  });
  if (language === 'html') return page.getByRole('list', { name: 'Predictions' }).innerText();
  return page.evaluate(() => /** @type {any} */ (globalThis).over);
}

/** A file of the model's package. @param {string} end of its name */
function asset(end) {
  const files = filesIn(join(workshop, 'node_modules/@depthwise/mobilenet-v1/assets'));
  return readFileSync(files.find(({ path }) => path.endsWith(end))?.path ?? '');
}
