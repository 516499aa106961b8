// Many pictures in a row, on the library: whether memory stays, and whether the last are as fast as the first.
//   node soak.mjs [--pictures 10000] [--threads 1]
// Exits with 1 where memory grows. Times are shown beside each other, and not judged: machines are noisy.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch, summary } from './measure.mjs';
import { serve } from './server.mjs';

const { values: options } = parseArgs({
  options: { pictures: { type: 'string', default: '10000' }, threads: { type: 'string', default: '1' } },
});
const pictures = Math.max(1000, Number(options.pictures));
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const executable = process.env.CHROMIUM ?? execFileSync(join(root, 'tests/chromium')).toString().trim();
const site = await serve({ pages: join(here, 'pages'), dist: process.env.DIST ?? join(root, 'dist') });
const browser = await launch(executable);
const page = await browser.newPage();
await page.goto(`${site.isolated}/pages/blank.html`);
const session = await page.context().newCDPSession(page);

/** Bytes of the JavaScript heap after a collection. */
async function scriptHeap() {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

await page.evaluate(async (threads) => {
  const { load } = await import('/dist/mobilenet/mobilenet.js');
  const net = await load({ threads });
  // Pictures that differ, so that nothing can be kept from one to the next.
  const photos = Array.from({ length: 8 }, (_, k) => {
    const data = Uint8ClampedArray.from({ length: 640 * 480 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * (k + 3)) >> 7));
    return new ImageData(data, 640, 480);
  });
  Object.assign(window, {
    memory: () => net.memory(),
    async classify(count) {
      const times = [];
      for (let i = 0; i < count; i++) times.push((await net.classify(photos[i % photos.length])).timings.network);
      return times;
    },
  });
}, Number(options.threads));

/** @param {number} count @returns {Promise<number[]>} */
const classify = (count) => page.evaluate((n) => window.classify(n), count);
const state = async () => ({ ...(await page.evaluate(() => window.memory())), script: await scriptHeap() });

await classify(100); // warm
const before = await state();
/** @type {number[]} */
const times = [];
while (times.length < pictures) {
  times.push(...(await classify(Math.min(500, pictures - times.length))));
  process.stderr.write(`\r${times.length} of ${pictures}`);
}
process.stderr.write('\n');
const after = await state();
await browser.close();
site.close();

const megabytes = (/** @type {number} */ n) => `${(n / 1e6).toFixed(2)} MB`;
let grown = false;
for (const [key, what, slack] of /** @type {const} */ ([
  ['engine', 'memory of the engine', 0],
  ['heap', "Go's heap in use", 100e3],
  ['program', 'taken by Go', 500e3],
  ['script', "the page's JavaScript heap", 300e3],
])) {
  const grows = after[key] > before[key] + slack;
  grown ||= grows;
  const verdict = grows ? '  GROWS' : '';
  console.log(
    `${what}: ${megabytes(before[key])} after 100 pictures, ${megabytes(after[key])} after ${pictures}${verdict}`,
  );
}
const [first, last] = [times.slice(0, 1000), times.slice(-1000)].map(summary);
console.log(
  `network, ms: first 1000 min ${first.min.toFixed(2)} median ${first.median.toFixed(2)}, last 1000 min ${last.min.toFixed(2)} median ${last.median.toFixed(2)}`,
);
process.exitCode = grown ? 1 : 0;
