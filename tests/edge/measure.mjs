// Where the time of a warm request goes: node tests/edge/measure.mjs [requests [width height]], after "make edge". It sends a JPEG,
// of 640×480 pixels unless told otherwise, to the Worker on this machine's workerd, whose clock, unlike a deployed Worker's, runs on
// while the program computes.
import { execFileSync } from 'node:child_process';
import { root } from '../support/paths.mjs';
import { cpu } from '../support/processes.mjs';
import { startBundle } from '../support/workerd.mjs';

const [requests = 300, width = 640, height = 480] = process.argv.slice(2).map(Number);
const size = [`-width=${width}`, `-height=${height}`];
const photo = execFileSync('go', ['run', './tests/support/photo', ...size], { cwd: root, maxBuffer: 1 << 26 });
const { origin } = await startBundle({ vars: { TIMING: '1' } });

/** @type {Map<string, number>} */
const sums = new Map();
/** @param {boolean} count */
async function classify(count) {
  const response = await fetch(`${origin}/api/classify`, { method: 'POST', body: photo });
  if (response.status !== 200) throw new Error(await response.text());
  await response.arrayBuffer();
  const timing = response.headers.get('Server-Timing') ?? '';
  if (count)
    for (const [, name, ms] of timing.matchAll(/(\w+);dur=([\d.]+)/g))
      sums.set(name, (sums.get(name) ?? 0) + Number(ms));
}

for (let i = 0; i < 100; i++) await classify(false); // until V8 has optimised everything
const before = cpu();
for (let i = 0; i < requests; i++) await classify(true);
const total = (cpu() - before) / requests;

const mean = (/** @type {string} */ name) => (sums.get(name) ?? 0) / requests;
const known = mean('start') + mean('decode') + mean('resize') + mean('network');
console.log(`A ${width}×${height} JPEG of ${Math.round(photo.length / 1024)} KB, mean of ${requests} warm requests, in ms:

  start of the program   ${mean('start').toFixed(1)}
  decode                 ${mean('decode').toFixed(1)}
  resize                 ${mean('resize').toFixed(1)}
  network                ${mean('network').toFixed(1)}
  rest of the program    ${(mean('program') - known).toFixed(1)}

  CPU time of workerd    ${total.toFixed(1)}   (all of the above, HTTP, garbage collection)`);
process.exit(0);
