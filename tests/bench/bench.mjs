// Depthwise and its peers in one Chromium, on the same weights and the same picture.
//   node bench.mjs [--rounds 12] [--runs 20] [--warm 40] [--cold 5] [--only REGEX]
// Writes results.md, results.json and growth.svg beside itself, and, if all are measured, what README.md shows of them.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contenders, contendersV2, fileV2, visitors } from './contenders.mjs';
import { cold, launch, layers, limits, steady } from './measure.mjs';
import { prepare } from './models/prepare.mjs';
import { plot } from './plot.mjs';
import { digest, keepingArm, report } from './report.mjs';
import { serve } from './server.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    runs: { type: 'string', default: '20' },
    warm: { type: 'string', default: '40' },
    cold: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
});
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const dist = join(root, 'dist');
const built = join(here, 'build');
const shared = process.env.SHARED ?? join(root, '../shared');
const executable = process.env.CHROMIUM ?? execFileSync(join(root, 'tests/chromium')).toString().trim();

const [model] = JSON.parse(readFileSync(join(dist, 'models/models.json'), 'utf8'));
prepare(new Uint8Array(readFileSync(join(dist, 'models', model.file))), built);
execFileSync('go', ['run', './tests/bench/peak', join(built, 'peak.wasm')], { cwd: root, stdio: 'inherit' });

const folders = { pages: join(here, 'pages'), models: built, npm: join(here, 'node_modules'), dist };
if (existsSync(shared)) Object.assign(folders, { shared: join(shared, 'models'), cases: join(shared, 'cases') });
const hasV2 = existsSync(join(shared, fileV2));
if (!hasV2) console.error(`no file ${join(shared, fileV2)}: MobileNetV2 is left out`);
const all = hasV2 ? [...contenders, ...contendersV2] : contenders;
const site = await serve(folders);
const browser = await launch(executable);
const picture = readdirSync(join(dist, 'samples')).find((n) => /^peacock.*\.png$/.test(n));
writeFileSync(join(built, 'input.rgb'), await pixels(`/dist/samples/${picture}`));

const wanted = all.filter(({ name }) => new RegExp(options.only, 'i').test(name));
const peaks = await limits(browser, site);
const counts = { rounds: Number(options.rounds), runs: Number(options.runs), warm: Number(options.warm) };
const results = {
  machine: { cpu: cpus()[0].model.trim(), cores: cpus().length, chromium: browser.version() },
  counts,
  peaks,
  steady: await steady(browser, site, wanted, counts),
  profiles: await profiles(),
  growth: await steady(browser, site, growing(), { ...counts, rounds: Math.ceil(counts.rounds / 3) }),
  cold: await cold(executable, site, visitors, Number(options.cold)),
  far: await cold(executable, site, visitors, Number(options.cold), { far: true }),
};
await browser.close();
site.close();
writeFileSync(join(here, 'results.json'), `${JSON.stringify(results, (k, v) => (k === 'times' ? undefined : v), 1)}\n`);
writeFileSync(join(here, 'growth.svg'), plot(results.growth));
const text = report(results);
writeFileSync(join(here, 'results.md'), keepingArm(text, readFileSync(join(here, 'results.md'), 'utf8')));
console.log(text);
if (!options.only) {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const place = /(<!-- written by make bench -->\n).*?(<!-- end -->)/s;
  writeFileSync(
    join(root, 'README.md'),
    readme.replace(place, (_, before, after) => `${before}\n${digest(results)}\n${after}`),
  );
}

/** All of ours, layer by layer. */
async function profiles() {
  const ours = [];
  for (const contender of all.filter(({ page }) => page.startsWith('depthwise.html')))
    ours.push({ name: contender.name, layers: await layers(browser, site, contender, 100) });
  return ours;
}

/** The picture as the network reads it, RGB [224,224,3]. @param {string} path */
async function pixels(path) {
  const page = await browser.newPage();
  await page.goto(`${site.plain}/pages/blank.html`);
  const rgba = await page.evaluate(async (url) => {
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const context = new OffscreenCanvas(224, 224).getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(bitmap, 0, 0, 224, 224);
    return Array.from(context.getImageData(0, 0, 224, 224).data);
  }, path);
  await page.close();
  return Uint8Array.from(rgba.filter((_, i) => i % 4 < 3));
}

/** The default weights at every resolution, and the smaller models where they are at hand. */
function growing() {
  const sizes = [128, 160, 192, 224, 256, 288, 320];
  const list = sizes.map((r) => ({ name: `α 1, ${r}`, page: `depthwise.html?threads=1&resolution=${r}` }));
  if (!('shared' in folders)) console.error(`no folder ${shared}: the smaller models are left out`);
  else {
    for (const name of ['0.75_192', '0.5_160', '0.25_128']) {
      const [alpha, side] = name.split('_');
      const page = `depthwise.html?threads=1&file=/shared/mobilenet_v1_${name}_quant.tflite`;
      list.push({ name: `α ${alpha}, ${side}`, page });
    }
  }
  return list.map((entry) => ({ ...entry, threads: 1, weights: /** @type {const} */ ('quantised') }));
}
