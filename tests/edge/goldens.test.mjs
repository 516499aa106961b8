// The server's logits are core/reference's, to the last bit: the goldens' pixels, sent as PNG, pass untouched with crop=whole.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { edge } from '../support/installed.mjs';
import { dist, models, out, root, shared, withoutShared } from '../support/paths.mjs';
import { png } from '../support/pictures.mjs';
import { logitsOf } from '../support/reference.mjs';
import { call, classify } from './support/api.mjs';
import { native, startServer } from './support/server.mjs';

const [model] = models;
const goldens = join(shared, 'goldens', model.name);
const inputs = withoutShared ? [] : readdirSync(goldens).flatMap((n) => (n.endsWith('.rgb') ? join(goldens, n) : []));

/** The Worker with the engine for runtimes without relaxed SIMD. */
async function simdWorker() {
  const folder = join(out, 'edge/simd');
  for (const name of readdirSync(edge).filter((name) => /\.ts$/.test(name)))
    cpSync(join(edge, name), join(folder, name));
  const build = ['run', './wasm/edge/build', '--engine', 'simd', '--out', join(folder, 'dist')];
  execFileSync('go', build, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const { startWorker } = await import('../support/worker.mjs');
  return startWorker({ entrypoint: join(folder, 'worker.ts'), assets: join(folder, 'dist/assets') });
}

/** @type {[string, () => Promise<{origin: string}>][]} */
const workers = [
  ['relaxed', startServer],
  ['simd', simdWorker],
];
for (const [engine, start] of native ? [/** @type {const} */ (['simd', startServer])] : workers) {
  test(`the logits of the goldens are the reference implementation’s: ${engine}`, { skip: withoutShared }, async () => {
    const expected = logitsOf(join(dist, 'models', model.file), inputs); // before there is a connection that would grow cold meanwhile
    const { origin } = await start();
    const { answer } = await call(origin, '/api/model');
    assert.equal(answer.engine, engine);
    for (const [i, input] of inputs.entries()) {
      const picture = png(model.resolution, model.resolution, { rgb: readFileSync(input) });
      const { logits } = await classify(origin, picture, '?crop=whole&logits=1');
      assert.deepEqual(logits, expected[i], input);
    }
  });
}
