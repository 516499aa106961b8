// Long runs: whether memory stays where it is after a while, nothing fails, and the last pictures are as fast as the first. make soak, or
//   node soak/soak.mjs [--minutes 20] [--pictures 10000] [--frames 30000] [--files 5000] [--rate 20] [--objects 5000] [--messages 20000]
//     [--parts pictures,camera,folder,api,bulk]
// Each part ends after so many pictures, or after so many minutes; the API is asked for half of these. It exits with 1 where memory
// grows or anything fails. Times are shown beside each other, and not judged: machines are noisy.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { camera as film, picture } from '../support/camera.mjs';
import { librarySite } from '../support/library.mjs';
import { peacock, root } from '../support/paths.mjs';
import { camera } from './camera.mjs';
import { folder } from './folder.mjs';
import { pictures } from './pictures.mjs';
import { complaints, names, percentile } from './watch.mjs';

/** @typedef {import('./watch.mjs').Run} Run */
/** @typedef {import('./watch.mjs').Sample} Sample */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    pictures: { type: 'string', default: '10000' },
    frames: { type: 'string', default: '30000' },
    files: { type: 'string', default: '5000' },
    rate: { type: 'string', default: '20' },
    objects: { type: 'string', default: '5000' },
    messages: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    parts: { type: 'string', default: 'pictures,camera,folder,api,bulk' },
  },
});
const minutes = Number(values.minutes);
const parts = values.parts.split(',');

/** @type {string[]} */
const failed = [];
/** What was not done when its time was up. @type {string[]} */
const stopped = [];
/** @type {string[]} */
const memory = [];

/** @param {number[]} times */
const percentiles = (times) => [50, 95, 99].map((p) => percentile(times, p).toFixed(1).padStart(7)).join('');

/** Prints first and last tenth side by side. @param {string} name @param {number[]} times */
function tell(name, times) {
  const count = `${name.padEnd(18)}${String(times.length).padStart(7)}`;
  if (times.length === 0) {
    console.log(count);
    failed.push(`${name}: nothing was done in ${minutes} minutes`);
    return;
  }
  const tenth = Math.max(1, Math.floor(times.length / 10));
  console.log(`${count}  ${percentiles(times.slice(0, tenth))}    ${percentiles(times.slice(-tenth))}`);
}

/** Notes what a part took, in MB, after the warm-up and at its end. @param {Run} run */
function note({ name, before, after }) {
  memory.push(`\n${name.padEnd(32)}${'warm'.padStart(8)}${'end'.padStart(10)}`);
  for (const key of /** @type {(keyof Sample)[]} */ (Object.keys(before))) {
    const [was, is] = [before, after].map(({ [key]: n }) =>
      key === 'open' ? String(n) : `${(n / 1e6).toFixed(2)} MB`,
    );
    memory.push(`  ${names[key].padEnd(30)}${was.padStart(10)}${is.padStart(10)}`);
  }
  if (after.engine < before.engine)
    memory.push('  A thread did not answer in time, and the network went on without it.');
}

/**
 * Opens a page in a browser of its own, so that what one part leaves behind is nothing to the next.
 * @param {string} name
 * @param {(page: import('playwright-core').Page) => Promise<void>} use
 */
async function inBrowser(name, use) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? execFileSync(join(root, 'tests/chromium')).toString().trim(),
    args: ['--no-sandbox', ...film('soak', [picture(peacock), () => [128, 128, 128]])],
  });
  const context = await browser.newContext({ serviceWorkers: 'block' });
  context.setDefaultTimeout(600_000); // against hanging for ever, on machines however slow
  const page = await context.newPage();
  page.on('pageerror', (error) => failed.push(`${name}: ${error}`));
  page.on('console', (message) => {
    if (message.type() === 'error') failed.push(`${name}: the console says: ${message.text()}`);
  });
  try {
    await use(page);
  } catch (error) {
    const body = page.locator('body').innerText({ timeout: 10_000 });
    const said = await body.catch(() => 'nothing, for it has crashed or stands still');
    failed.push(`${name}: ${error}; the page says:\n${said}`);
  } finally {
    await browser.close();
  }
}

async function onWorkerd() {
  const { startBundle } = await import('../support/workerd.mjs');
  const { api } = await import('./api.mjs');
  const worker = await startBundle();
  const run = await api(worker.origin, { seconds: 30 * minutes, rate: Number(values.rate), warm: 100 });
  worker.dispose();
  tell(run.name, run.times);
  const [before, peak, after] = [run.before, run.peak, run.after].map((n) => `${n.toFixed(0)} MB`);
  memory.push(
    `\nAPI, ${run.rate.toFixed(1)} answers a second, asked for ${values.rate}; workerd took ${before} first, at most ${peak}, ${after} last`,
  );
  failed.push(...run.errors.map((what) => `API: ${what}`));
}

async function byQueue() {
  const { many, steady } = await import('./bulk.mjs');
  await many({ objects: Number(values.objects), seed: Number(values.seed) });
  const samples = await steady(Number(values.messages));
  const half = samples.slice(samples.length / 2);
  memory.push(
    `\nqueue, ${values.messages} messages; workerd took, in MB: ${samples.map((n) => n.toFixed(0)).join(' ')}`,
  );
  // wrangler's own Workers are in it, so it is the second half that must stay within a quarter.
  if (Math.min(...half.slice(-3)) > 1.25 * Math.max(...half.slice(0, 3)))
    failed.push('queue: the memory of workerd grows');
}

const all = ['pictures', 'camera', 'folder', 'api', 'bulk'];
failed.push(...parts.filter((name) => !all.includes(name)).map((name) => `${name}: there is no such part`));
console.log(`${' '.repeat(27)}first tenth, ms          last tenth, ms
${'of'.padEnd(18)}  count      p50    p95    p99        p50    p95    p99`);
const site = await librarySite({ isolated: true });
for (const [name, part, count, warm] of /** @type {const} */ ([
  ['pictures', pictures, Number(values.pictures), 200],
  ['camera', camera, Number(values.frames), 300],
  ['folder', folder, Number(values.files), 300],
])) {
  if (!parts.includes(name)) continue;
  await inBrowser(name, async (page) => {
    const end = performance.now() + 60_000 * minutes;
    const run = await part(page, { ...site, count, warm, until: () => performance.now() > end });
    tell(run.name, run.times);
    if (run.times.length < count) stopped.push(`${name}: stopped by the time at ${run.times.length} of ${count}`);
    note(run);
    failed.push(...complaints(run).map((what) => `${name}: ${what}`));
  }).catch((error) => failed.push(`${name}: ${error}`)); // what the others find must not be lost with it
}
site.close();
if (parts.includes('bulk')) await byQueue().catch((error) => failed.push(`queue: ${error}`));
if (parts.includes('api')) await onWorkerd().catch((error) => failed.push(`API: ${error}`));

console.log(`\n${memory.join('\n')}`);
if (stopped.length > 0) console.log(`\n${stopped.join('\n')}`);
console.log(`\n${failed.length > 0 ? failed.join('\n') : 'Nothing has grown, and nothing failed.'}`);
process.exit(failed.length > 0 ? 1 : 0);
