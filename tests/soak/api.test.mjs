// The API's part of make soak, made short: right answers only, and memory stays where it is. Times are not looked at.
import assert from 'node:assert/strict';
import test from 'node:test';
import { startBundle } from '../support/workerd.mjs';
import { api } from './api.mjs';

test('asked at an even pace: nothing grows', async (t) => {
  const { origin } = await startBundle();
  const run = await api(origin, { seconds: 8, rate: 10, warm: 30 });
  assert.deepEqual(run.errors, []);
  assert.ok(run.times.length > 0);
  t.diagnostic(
    `workerd: ${[run.before, run.peak, run.after].map((n) => n.toFixed(0)).join(', ')} MB first, at most, and last`,
  );
});
