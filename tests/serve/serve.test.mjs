// What only depthwise serve does: a queue with an end, metrics, an end that loses nothing. What is asked of the Worker too is in tests/edge.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { call, classify, kind } from '../edge/support/api.mjs';
import { program, startNative } from '../support/native.mjs';
import { peacock, root } from '../support/paths.mjs';

const photo = new Uint8Array(readFileSync(peacock));
// Large enough for many to be there at the same time.
const large = execFileSync('go', ['run', './tests/support/photo', '-width=1000', '-height=750'], {
  cwd: root,
  maxBuffer: 1 << 26,
});

/** What a metric says. @param {string} text @param {string} name */
const metric = (text, name) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );

/** @param {{metrics: string}} server */
const metrics = async (server) => (await fetch(`${server.metrics}/metrics`)).text();

test('more requests than there is room for: right answers or 429, and then all is as before', async () => {
  const server = await startNative({ flags: ['--engines', '1', '--queue', '4'] });
  const expected = await classify(server.origin, photo);
  const ask = () => call(server.origin, '/api/classify', { method: 'POST', body: photo });
  const answers = await Promise.all(Array.from({ length: 60 }, ask));
  const refused = answers.filter(({ response }) => response.status === 429);
  for (const { response, answer } of answers) {
    if (response.status === 200) assert.deepEqual(answer, expected);
    else assert.equal(kind(answer), 'too-many-requests');
  }
  assert.ok(refused.length > 0 && refused.length < 60, `${refused.length} of 60 were refused`);
  assert.deepEqual(await classify(server.origin, photo), expected);
  const text = await metrics(server);
  assert.equal(metric(text, 'depthwise_refused_total{reason="queue"}'), refused.length);
  assert.equal(metric(text, 'depthwise_images_total'), 62 - refused.length);
  assert.equal(metric(text, 'depthwise_engines_busy'), 0);
  assert.equal(metric(text, 'depthwise_queue_length'), 0);
  assert.ok(metric(text, 'process_resident_memory_bytes') > 1e6);
});

test('SIGTERM in the midst of requests: each is answered, and then it ends well', async () => {
  const server = await startNative({ flags: ['--engines', '2', '--queue', '40', '--grace', '10m'] });
  const answers = Array.from({ length: 24 }, () => classify(server.origin, new Uint8Array(large)));
  // Until all have been let in: those that are not by then were not accepted.
  while (metric(await metrics(server), 'depthwise_body_bytes') < 18 * large.length);
  const ended = server.dispose();
  const settled = await Promise.allSettled(answers);
  const right = settled.filter(({ status }) => status === 'fulfilled').length;
  assert.equal(await ended, 0);
  assert.ok(right >= 18, `${right} of 24 were answered`);
});

test('nothing of a picture or of what is seen in it is logged', async () => {
  const server = await startNative({ flags: ['--verbose', '--log-json'] });
  await classify(server.origin, photo);
  await call(server.origin, '/api/classify', { method: 'POST', body: new TextEncoder().encode('a secret') });
  await fetch(`${server.origin}/a/secret?name=secret`);
  await server.dispose();
  const lines = server.said.map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.filter(({ msg }) => msg === 'answered').map(({ route, status }) => [route, status]),
    [
      ['/api/classify', 200],
      ['/api/classify', 415],
      ['page', 404],
    ],
  );
  assert.doesNotMatch(server.said.join('\n'), /peacock|secret/);
});

test('a model that is not there is said, and what to do', () => {
  assert.throws(
    () =>
      execFileSync(program(), ['serve', '--addr', '127.0.0.1:0', '--model', 'missing.tflite'], {
        cwd: root,
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    /missing\.tflite: there is no such file/,
  );
});
