// The API on workerd, asked at an even pace. One isolate computes one answer at a time: what it is asked here it can answer on a
// machine that does nothing else (edge/measure.mjs tells how long each picture takes), and little more.
import { execFileSync } from 'node:child_process';
import { root } from '../support/paths.mjs';
import { memory } from '../support/processes.mjs';
import { percentile } from './watch.mjs';

/** JPEGs as callers send them that know how few pixels the network sees, and every tenth one larger. */
const sizes = [...Array(9).fill([320, 240]), [640, 480]];

/** workerd keeps the memory of a few programs, and lets go of those of past requests when it likes. In MB. */
const most = 400;

/** How much more it may take at the end than at the beginning, in MB: as much as the garbage of a few requests. */
const slack = 50;

/** So many times its memory is looked at, or once a second if the run is longer. */
const looks = 60;

/**
 * @param {string} origin of the Worker
 * @param {{seconds: number, rate: number, warm: number}} options rate: requests a second; where the Worker falls back by 2 seconds,
 *   it is asked no faster than it answers
 * @returns {Promise<{name: string, times: number[], rate: number, errors: string[], before: number, after: number, peak: number}>}
 *   times of right answers; memory in MB, as it was in most of the first and of the last tenth of the time
 */
export async function api(origin, { seconds, rate, warm }) {
  const photos = new Map(sizes.map(([width, height]) => [width, jpeg(width, height)]));
  /** How often each error came. @type {Map<string, number>} */
  const errors = new Map();
  const complain = (/** @type {string} */ what) => errors.set(what, (errors.get(what) ?? 0) + 1);
  /** @type {Map<number, string>} */
  const expected = new Map();
  /** @type {number[]} */
  const times = [];
  /** @type {(i: number) => Promise<void>} */
  const ask = async (i) => {
    const [width] = sizes[i % sizes.length];
    const start = performance.now();
    // workerd closes connections on which it has read nothing for 5 s, though it may have had no time to (cloudflare/workerd#1734).
    const headers = { Connection: 'close' };
    const response = await fetch(`${origin}/api/classify`, { method: 'POST', body: photos.get(width), headers });
    const text = await response.text();
    const took = performance.now() - start;
    if (response.status !== 200) complain(`status ${response.status}: ${text}`);
    else if (text !== (expected.get(width) ?? text)) complain(`${text} instead of ${expected.get(width)}`);
    else {
      expected.set(width, text);
      times.push(took);
    }
  };
  for (let i = 0; i < warm; i++) await ask(i);
  times.length = 0;

  /** @type {Set<Promise<unknown>>} */
  const waiting = new Set();
  /** @type {number[]} */
  const taken = [];
  const pause = Math.min(1, seconds / looks);
  const start = performance.now();
  const passed = () => (performance.now() - start) / 1000;
  for (let i = 0; passed() < seconds; i++) {
    const wait = i / rate - passed();
    if (wait > 0) await new Promise((next) => setTimeout(next, 1000 * wait));
    if (waiting.size >= 2 * rate) await Promise.race(waiting);
    const asked = ask(i)
      .catch((error) => complain(`${error}, ${error.cause}`)) // fetch tells what happened in the cause alone
      .finally(() => waiting.delete(asked));
    waiting.add(asked);
    if (taken.length * pause < passed()) taken.push(memory());
  }
  await Promise.all(waiting);
  const whole = passed();
  // The median of three at least, for one alone may be of the moment before the garbage goes.
  const tenth = Math.max(3, Math.ceil(taken.length / 10));
  const [before, after] = [taken.slice(0, tenth), taken.slice(-tenth)].map((some) => percentile(some, 50));
  const peak = Math.max(...taken);
  if (!(peak > 0)) complain('there is no workerd whose memory could be told');
  if (peak > most) complain(`workerd took ${peak.toFixed(0)} MB`);
  if (after > before + slack) complain(`workerd's memory grew from ${before.toFixed(0)} to ${after.toFixed(0)} MB`);
  const told = [...errors].map(([what, count]) => (count > 1 ? `${what} (${count} times)` : what));
  return { name: 'API', times, rate: times.length / whole, errors: told, before, after, peak };
}

/** @param {number} width @param {number} height */
const jpeg = (width, height) =>
  execFileSync('go', ['run', './tests/support/photo', `-width=${width}`, `-height=${height}`], {
    cwd: root,
    maxBuffer: 1 << 26,
  });
