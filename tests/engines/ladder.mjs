// The ladder of engines in any browser: on each rung the bytes are core/reference's.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inPage } from '../support/drivers/driver.mjs';
import { assertSame } from '../support/library.mjs';
import { dist, models, shared, withoutShared } from '../support/paths.mjs';
import { file } from '../support/pictures.mjs';
import { logitsOf } from '../support/reference.mjs';

const [model] = models;

/** Pixels of noise, and none; a golden where there are some. */
const pictures = [
  Buffer.from(Array.from({ length: 3 * model.resolution ** 2 }, (_, i) => (i * 2654435761) >>> 24)),
  Buffer.alloc(3 * model.resolution ** 2),
];
/** What LiteRT gives for the golden, the last of the pictures. @type {Uint8Array | undefined} */
let golden;
if (!withoutShared) {
  const folder = join(shared, 'goldens', model.name);
  const [name] = readdirSync(folder).filter((name) => name.endsWith('.rgb'));
  pictures.push(readFileSync(join(folder, name)));
  golden = readFileSync(join(folder, name.replace(/rgb$/, 'out')));
}

const wanted = logitsOf(
  join(dist, 'models', model.file),
  pictures.map((bytes, i) => file(`pixels ${i}.rgb`, bytes)),
);

const rungs = /** @type {const} */ ([
  { engine: 'dot', threads: 2 },
  { engine: 'dot', threads: 1 },
  { engine: 'relaxed', threads: 2 },
  { engine: 'relaxed', threads: 1 },
  { engine: 'simd', threads: 2 },
  { engine: 'simd', threads: 1 },
  { engine: 'go', threads: 1 },
]);

/**
 * Asks for every rung. What the browser cannot do is another rung's turn, and said.
 * @param {import('../support/drivers/driver.mjs').Driver} driver
 * @param {{origin: string}} site that isolates its /blank.html
 */
export async function ladder(driver, site) {
  await driver.goto(`${site.origin}/blank.html`);
  assert.ok(await inPage(driver, () => crossOriginIsolated));
  const seen = new Set();
  for (const { engine, threads } of rungs) {
    const { loaded, info, results } = await run(driver, { engine, threads });
    const got = `${loaded.engine}, ${loaded.threads}`;
    if (loaded.engine !== engine) assert.match(loaded.why, /no dot product of relaxed SIMD|dot products wrongly/);
    if (loaded.threads !== threads) assert.match(loaded.why, /one thread, for .* no shared memory/);
    assertSame(info, loaded);
    for (const [i, { logits }] of results.entries()) {
      assert.deepEqual(logits, wanted[i].map(Math.fround), `${got}, picture ${i}`);
    }
    if (golden) assert.deepEqual(results.at(-1)?.output, [...golden], got);
    seen.add(`${loaded.engine}${loaded.threads > 1 ? ' on threads' : ''}`);
  }
  return [...seen].join(', ');
}

/** Loads the network and runs the pictures. @param {import('../support/drivers/driver.mjs').Driver} driver @param {LoadOptions} options */
function run(driver, options) {
  return inPage(
    driver,
    async (options, pictures) => {
      const { load } = await import(`${location.origin}/mobilenet/mobilenet.js`);
      const net = await load(options);
      /** @type {import('../../web/mobilenet/mobilenet.d.ts').Info} */
      const loaded = net.info;
      /** @type {{output: number[], logits: number[]}[]} */
      const results = [];
      for (const picture of pictures) {
        const { output, logits } = await net.run(Uint8Array.from(atob(picture), (c) => c.charCodeAt(0)));
        results.push({ output: Array.from(output), logits: Array.from(logits) });
      }
      /** @type {import('../../web/mobilenet/mobilenet.d.ts').Info} */
      const info = net.info;
      await net.close();
      return { loaded, info, results };
    },
    options,
    pictures.map((bytes) => bytes.toString('base64')),
  );
}
