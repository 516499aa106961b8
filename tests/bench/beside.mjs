// Another build of ours beside this one, in turns, as before and after a change: node beside.mjs FOLDER [--rounds 12] [--cold 5], where
// FOLDER is the dist/ of a checkout where "make build" was run. "make build" and "make bench" must have been run here.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contenders, contendersV2, fileV2, visitors } from './contenders.mjs';
import { cold, launch, steady } from './measure.mjs';
import { serve } from './server.mjs';

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '12' }, cold: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const other = resolve(positionals[0] ?? '');
if (!existsSync(join(other, 'mobilenet/mobilenet.js'))) throw new Error(`${other} is no build: name the dist/ of one`);

const shared = process.env.SHARED ?? join(root, '../shared');
const all = existsSync(join(shared, fileV2)) ? [...contenders, ...contendersV2] : contenders;
const site = await serve({
  pages: join(here, 'pages'),
  models: join(here, 'build'),
  cases: join(shared, 'cases'),
  dist: join(root, 'dist'),
  other,
});
const executable = process.env.CHROMIUM ?? execFileSync(join(root, 'tests/chromium')).toString().trim();
const browser = await launch(executable);

/** Ours, each followed by the other build's. @param {import('./contenders.mjs').Contender[]} list */
const both = (list) =>
  list
    .filter(({ name }) => name.startsWith('Depthwise'))
    .flatMap((ours) => [ours, { ...ours, name: `${ours.name}, other`, page: `${ours.page}&build=other` }]);

/** @param {string} what @param {{contender?: {name: string}, name?: string, error?: string, min: number, median: number}[]} results */
function print(what, results) {
  console.log(`${what}, ms: minimum and median here, in the other build, and here by the other`);
  for (let i = 0; i < results.length; i += 2) {
    const [ours, others] = results.slice(i, i + 2);
    const name = ours.contender?.name ?? ours.name ?? '';
    const numbers = [ours.min, ours.median, others.min, others.median].map((ms) => ms.toFixed(1).padStart(7));
    const ratios = [ours.min / others.min, ours.median / others.median].map((ratio) => ratio.toFixed(3));
    console.log(`  ${name.padEnd(40)} ${numbers.join(' ')}   ${ratios.join(' ')}  ${ours.error ?? others.error ?? ''}`);
  }
}

print('A prediction', await steady(browser, site, both(all), { rounds: Number(values.rounds), runs: 20, warm: 40 }));
await browser.close();
print('A first visit', await cold(executable, site, both(visitors), Number(values.cold)));
site.close();
