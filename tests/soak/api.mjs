// The API on workerd, asked at an even pace whether it keeps up or not.
import { execFileSync } from 'node:child_process';
import { root } from '../e2e/support/paths.mjs';
import { memory } from '../edge/support/processes.mjs';

/** workerd lets go of old programs when it likes: 500 requests at once stay below this too (edge/load.test.mjs). */
const most = 500;

/**
 * @param {string} origin of the Worker
 * @param {{seconds: number, rate: number, warm: number}} options rate: requests a second
 * @returns {Promise<{name: string, times: number[], errors: string[], before: number, after: number, peak: number}>} memory in MB
 */
export async function api(origin, { seconds, rate, warm }) {
  const photo = execFileSync('go', ['run', './tests/edge/photo'], { cwd: root, maxBuffer: 1 << 26 });
  /** @type {Set<string>} */
  const errors = new Set();
  let expected = '';
  const ask = async () => {
    const start = performance.now();
    const response = await fetch(`${origin}/api/classify`, { method: 'POST', body: photo });
    const { predictions, detail } = /** @type {any} */ (await response.json());
    const answer = JSON.stringify(predictions);
    expected ||= answer;
    if (response.status !== 200) errors.add(`status ${response.status}: ${detail}`);
    else if (answer !== expected) errors.add(`${answer} instead of ${expected}`);
    return performance.now() - start;
  };
  for (let i = 0; i < warm; i++) await ask();
  const before = memory();
  /** @type {Promise<number>[]} */
  const asked = [];
  let peak = 0;
  const start = performance.now();
  for (let i = 0; i < seconds * rate; i++) {
    const wait = start + (1000 * i) / rate - performance.now();
    if (wait > 0) await new Promise((next) => setTimeout(next, wait));
    asked.push(
      ask().catch((error) => {
        errors.add(String(error));
        return Number.NaN;
      }),
    );
    if (i % rate === 0) peak = Math.max(peak, memory());
  }
  const times = await Promise.all(asked);
  const after = memory();
  if (peak > most) errors.add(`workerd took ${peak.toFixed(0)} MB`);
  return { name: 'API', times, errors: [...errors], before, after, peak };
}
