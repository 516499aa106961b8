// The Worker's logits are core/reference's, to the last bit: the goldens' pixels, sent as PNG, pass untouched with crop=whole.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { dist, models, root, shared, withoutShared } from '../e2e/support/paths.mjs';
import { png } from '../e2e/support/pictures.mjs';
import { classify } from './support/api.mjs';
import { startWorker } from './support/worker.mjs';

const [model] = models;
const folder = join(shared, 'goldens', model.name);

test('the logits of the goldens are the reference implementation’s', { skip: withoutShared }, async () => {
  const { origin } = await startWorker();
  const names = readdirSync(folder).filter((name) => name.endsWith('.rgb'));
  assert.ok(names.length > 0);
  const inputs = names.map((name) => join(folder, name));
  const args = ['run', './tests/edge/reference', join(dist, 'models', model.file), ...inputs];
  const printed = execFileSync('go', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  const expected = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const [i, input] of inputs.entries()) {
    const picture = png(model.resolution, model.resolution, { rgb: readFileSync(input) });
    const { logits } = await classify(origin, picture, '?crop=whole&logits=1');
    assert.deepEqual(logits, expected[i], names[i]);
  }
});
