// Where the time of a first visit goes: node trace.mjs, after "make build". It prints when each step was reached, and what V8 spent on
// compiling: a browser compiles a function of WebAssembly when it is called for the first time. Tracing itself costs time.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './measure.mjs';
import { serve } from './server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const site = await serve({ pages: join(here, 'pages'), models: join(here, 'build'), dist: join(root, 'dist') });
const browser = await launch(process.env.CHROMIUM ?? execFileSync(join(root, 'tests/chromium')).toString().trim());
const session = await browser.newBrowserCDPSession();
/** @type {any[]} */
const events = [];
session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
await session.send('Tracing.start', {
  transferMode: 'ReportEvents',
  traceConfig: { includedCategories: ['v8.wasm', 'disabled-by-default-v8.wasm.detailed', 'blink.user_timing'] },
});
const page = await browser.newPage();
await page.goto(`${site.plain}/pages/depthwise.html?threads=1`);
await page.waitForFunction('window.contender');
const first = await page.evaluate('contender.first');
const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
await session.send('Tracing.end');
await complete;
await browser.close();
site.close();

const threads = new Map(events.filter((e) => e.name === 'thread_name').map((e) => [`${e.pid} ${e.tid}`, e.args.name]));
/** @type {Map<string, {count: number, ms: number}>} */
const sums = new Map();
for (const { name, ph, pid, tid, dur = 0 } of events) {
  if (ph !== 'X' || !/^wasm\./.test(name)) continue;
  const key = `${threads.get(`${pid} ${tid}`)}: ${name}`;
  const sum = sums.get(key) ?? { count: 0, ms: 0 };
  sums.set(key, { count: sum.count + 1, ms: sum.ms + dur / 1000 });
}
const start = events.findLast(
  (e) => e.name === 'navigationStart' && e.args.data?.documentLoaderURL?.includes('depthwise.html'),
);
for (const { name, ts } of events.filter((e) => e.name.startsWith('mobilenet: ')).toSorted((a, b) => a.ts - b.ts))
  console.log(`${((ts - start.ts) / 1000).toFixed(0).padStart(5)} ms  ${name}`);
console.log(`${first.toFixed(0).padStart(5)} ms  first answer, of which`);
const longest = [...sums].toSorted(([, a], [, b]) => b.ms - a.ms).filter(([, { ms }]) => ms >= 1);
for (const [what, { count, ms }] of longest)
  console.log(`${ms.toFixed(0).padStart(5)} ms  ${String(count).padStart(5)} × ${what}`);
