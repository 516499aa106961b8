// The npm package in apps of many tools: installed from its .tgz files, built as its README says, and opened in Chromium.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { cleanup } from '../support/cleanup.mjs';
import { freePort } from '../support/machine.mjs';
import { plainSite } from '../support/site.mjs';
import { assertHas, linesOf, two } from './support/lines.mjs';
import { assertPeacock, open, shown, strictSite } from './support/open.mjs';
import { apps, filesIn, install, place, run, serve, tarballs, workshop } from './support/workshop.mjs';

before(install);

const built = join(workshop, 'dist');
const model = join(workshop, 'node_modules/@depthwise/mobilenet-v1/assets');

/**
 * Puts an app in the workshop and runs its tool's commands.
 * @param {string} tool
 * @param {string} app
 * @param {string} [photos] the folder of its photo
 * @param {string[]} [lines] those of the README that it has beside the tool's settings
 */
function build(tool, app, photos, lines = two) {
  place(app, photos);
  const { settings, commands } = linesOf(tool);
  assertHas(join(apps, app), [...lines, ...settings]);
  for (const command of commands) run(command);
}

/** The model's files in a folder, known by their sizes: tools give them other names. @param {string} folder */
function modelsIn(folder) {
  const sizes = filesIn(model)
    .filter(({ path }) => /\.tflite/.test(path))
    .map(({ size }) => size);
  return filesIn(folder).filter(({ size }) => sizes.includes(size));
}

/** Copies what a tool leaves where it is, as its users do by hand. */
const copyPage = () => run('cp index.html photo.png dist');

test('Vite 7', async (t) => {
  build('Vite 7', 'vite');
  assert.equal(modelsIn(built).length, 2, 'the model, and its compressed copy');
  await t.test('under the strictest policy', async (t) => {
    await assertPeacock(await open(t, await strictSite(t, built)));
  });
  await t.test('in its preview', async (t) => {
    const port = await freePort();
    const page = await open(t, await serve(t, `npx vite preview --strictPort --port ${port}`, port));
    await assertPeacock(page);
  });
});

test('Vite 7 with base ./', async (t) => {
  build('Vite, in a subfolder', 'vite');
  await assertPeacock(await open(t, await strictSite(t, built, { prefix: '/some/where/' })));
});

test('Vite 7, development', async (t) => {
  place('vite');
  const port = await freePort();
  const [command] = linesOf('Vite, development').commands;
  const page = await open(t, await serve(t, `${command} --strictPort --port ${port}`, port), { said: [/\[vite\]/] });
  await assertPeacock(page);
});

test('Vite 7, development, with the packages in a folder above the app', async (t) => {
  place('workspace', 'app');
  const { settings, commands } = linesOf('Vite, development, with the packages in a folder above the app');
  assertHas(join(apps, 'workspace'), settings);
  const port = await freePort();
  const page = await open(t, await serve(t, `${commands[0]} --strictPort --port ${port}`, port), {
    said: [/\[vite\]/],
  });
  await assertPeacock(page);
});

test('Vite 7, development, with the packages in a folder above the app: without the line, an error says it', async (t) => {
  place('workspace', 'app');
  const line = linesOf('Vite, development, with the packages in a folder above the app').settings[0];
  const config = join(workshop, 'app/vite.config.js');
  const settings = readFileSync(config, 'utf8');
  writeFileSync(config, settings.replace(`${line}, `, ''));
  assert.notEqual(readFileSync(config, 'utf8'), settings);
  const port = await freePort();
  const page = await open(t, await serve(t, `npx vite app --strictPort --port ${port}`, port), {
    said: [/\[vite\]/, /^uncaught: MobileNetError/],
  });
  await assert.rejects(shown(page), ({ message }) => message.includes(`add ${line} to its configuration`));
});

test('Vite 7, development, with the packages where pnpm puts them', async (t) => {
  place('vite');
  const folder = join(workshop, 'pnpm');
  mkdirSync(folder);
  run('mv index.html main.js photo.png vite.config.js pnpm');
  const [library, model] = ['depthwise-[0-9]', 'depthwise-mobilenet'].map((name) =>
    tarballs.find((file) => new RegExp(`/${name}[^/]*$`).test(file)),
  );
  const settings = {
    type: 'module',
    dependencies: { depthwise: `file:${library}` },
    pnpm: { overrides: { '@depthwise/mobilenet-v1': `file:${model}` } },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(settings));
  run('pnpm install --offline --ignore-workspace --store-dir store', folder);
  const port = await freePort();
  const page = await open(t, await serve(t, `npx vite pnpm --strictPort --port ${port}`, port), { said: [/\[vite\]/] });
  await assertPeacock(page);
});

test('Vite 7, in a worker of one’s own', async (t) => {
  build('Vite, load() in a worker of your own', 'worker');
  const port = await freePort();
  const page = await open(t, await serve(t, `npx vite preview --strictPort --port ${port}`, port));
  await assertPeacock(page);
});

test('webpack 5', async (t) => {
  build('webpack 5', 'webpack');
  copyPage();
  await assertPeacock(await open(t, await strictSite(t, built)));
});

test('Rollup 4', async (t) => {
  build('Rollup 4', 'rollup');
  copyPage();
  await assertPeacock(await open(t, await strictSite(t, built)));
});

test('Parcel 2', async (t) => {
  build('Parcel 2', 'parcel');
  await assertPeacock(await open(t, await strictSite(t, built)));
});

test('Parcel 2, development', async (t) => {
  place('parcel');
  const port = await freePort();
  const [command] = linesOf('Parcel, development').commands;
  const page = await open(t, await serve(t, `${command} --port ${port}`, port), { said: [/\[parcel\]/] });
  await assertPeacock(page, { isolated: false });
});

test('esbuild', async (t) => {
  build('esbuild', 'esbuild');
  copyPage();
  await assertPeacock(await open(t, await strictSite(t, built)));
});

test('esbuild, the files elsewhere', async (t) => {
  build('esbuild, the files elsewhere', 'assets', '', two.slice(0, 1));
  copyPage();
  await assertPeacock(await open(t, await strictSite(t, built)));
});

test('esbuild, one classic script, the files elsewhere', async (t) => {
  place('assets');
  const main = join(workshop, 'main.js');
  const code = readFileSync(main, 'utf8').replace(/\n\n(.*)$/s, '\n(async () => {\n$1})();\n'); // it has no top-level await
  writeFileSync(main, code);
  run('npx esbuild main.js --bundle --outdir=dist --log-level=error');
  run(
    'mkdir dist/elsewhere && cp node_modules/depthwise/assets/* node_modules/@depthwise/mobilenet-v1/assets/* dist/elsewhere',
  );
  copyPage();
  await assertPeacock(await open(t, await strictSite(t, built)));
});

test('Next.js 16: on the server too', async (t) => {
  build('Next.js 16', 'next', 'public');
  const port = await freePort();
  const page = await open(t, await serve(t, `npx next start --port ${port}`, port));
  await assertPeacock(page);
  assert.equal(await page.getByRole('heading').innerText(), 'function function');
});

test('Next.js 16, development', async (t) => {
  place('next', 'public');
  const port = await freePort();
  const [command] = linesOf('Next.js, development').commands;
  const said = [/React DevTools/, /\[HMR\]/, /\[Fast Refresh\]/];
  await assertPeacock(await open(t, await serve(t, `${command} --port ${port}`, port), { said }));
});

test('SvelteKit 2: on the server too', async (t) => {
  build('SvelteKit 2', 'sveltekit', 'static');
  const port = await freePort();
  await assertPeacock(await open(t, await serve(t, 'node build', port)));
});

test('Astro 5: on the server too', async (t) => {
  build('Astro 5', 'astro', 'public');
  const page = await open(t, await strictSite(t, built));
  await assertPeacock(page);
  assert.equal(await page.title(), 'function function');
});

test('no tool: an import map', async (t) => {
  place('importmap');
  assertHas(join(apps, 'importmap'), [...two, ...linesOf('no tool').settings]);
  await assertPeacock(await open(t, await strictSite(t, workshop)));
});

test('no tool: from another origin', async (t) => {
  place('cdn');
  assertHas(join(apps, 'cdn'), [...two, ...linesOf('a CDN').settings]);
  const cdn = await plainSite({
    prefix: '/dist-itself/',
    folders: { '/npm/': `${join(workshop, 'node_modules')}/` },
    cors: true,
  });
  cleanup(t, () => cdn.close());
  const home = join(workshop, 'index.html');
  writeFileSync(home, readFileSync(home, 'utf8').replaceAll('https://cdn.example', cdn.origin));
  const url = await strictSite(t, workshop, { other: cdn.origin });
  await assertPeacock(await open(t, url, { origins: [cdn.origin] }));
});

test('depthwise/core brings no model', async (t) => {
  build('Vite 7', 'core', '', ["import { load } from 'depthwise/core';"]);
  assert.deepEqual(modelsIn(built), []);
  const [weights, labels] = ['.tflite', '.txt'].map(
    (end) => filesIn(model).find(({ path }) => path.endsWith(end))?.path ?? '',
  );
  const pages = { '/models/own.tflite': readFileSync(weights), '/models/own.txt': readFileSync(labels) };
  await assertPeacock(await open(t, await strictSite(t, built, { pages })));
});

for (const { tool, app, policies } of [
  { tool: 'React 19', app: 'react', policies: '' },
  { tool: 'Vue 3', app: 'vue', policies: 'vue' },
  { tool: 'Svelte 5', app: 'svelte', policies: 'svelte-trusted-html' },
]) {
  test(`the element in ${tool}`, async (t) => {
    build(tool, app, 'public', ["import 'depthwise/element';", '<mobilenet-classifier']);
    const page = await open(t, await strictSite(t, built, { policies }));
    await t.test('its attributes and properties, and an event', async () => {
      assert.equal(await shown(page), 'peacock of 3');
      assert.equal(
        await page.locator('mobilenet-classifier').evaluate((element) => 'crop' in element && element.crop),
        'square',
      );
    });
    await t.test('a changed property', async () => {
      await page.getByRole('button', { name: 'Two' }).click();
      assert.equal(await shown(page, /of 2/), 'peacock of 2');
    });
    await t.test('its method', async () => {
      await page.getByRole('button', { name: 'Again' }).click();
      assert.equal(await shown(page, /again/), 'again peacock');
    });
    await t.test('the event of an error', async () => {
      await page.getByRole('button', { name: 'No photo' }).click();
      assert.match(await shown(page, /error/), /^error [a-z-]+$/);
    });
  });
}
