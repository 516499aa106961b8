// Every route and every error of the API, each answer checked against openapi.json.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { peacock } from '../support/paths.mjs';
import { png } from '../support/pictures.mjs';
import { call, classify, kind, openapi } from './support/api.mjs';
import { engine, native, startServer } from './support/server.mjs';

const photo = new Uint8Array(readFileSync(peacock));
const { origin } = await startServer();

/** @param {...(Uint8Array<ArrayBuffer> | string)} files */
function form(...files) {
  const data = new FormData();
  for (const file of files) data.append('image', new Blob([file]), 'photo.png');
  return data;
}

test('a picture is classified', async () => {
  const { model, predictions, ...rest } = await classify(origin, photo);
  assert.equal(model, 'mobilenet_v1_1.0_224_quant');
  assert.equal(predictions.length, 5);
  assert.equal(predictions[0].label, 'peacock');
  assert.equal(predictions[0].index, 85);
  assert.ok(predictions[0].probability > 0.9);
  assert.deepEqual(rest, {});
});

test('embedding, heat map and logits come when asked for', async () => {
  const answer = await classify(origin, photo, '?top=2&crop=square&embedding=1&heatmap=1&logits=1');
  assert.equal(answer.predictions.length, 2);
  assert.equal(answer.embedding.length, 1024);
  assert.equal(answer.logits.length, 1001);
  assert.equal(Math.max(...answer.logits), answer.logits[85]);
  const { index, width, height, data, box } = answer.heatmap;
  assert.deepEqual([index, width, height, data.length], [85, 7, 7, 49]);
  assert.deepEqual(box, { x: 0, y: 33, width: 133, height: 133 });
  assert.ok(Math.max(...data) > 3 * (data[0] + 1), 'the bird is not in the corner');
});

test('multipart bodies, also with a comma in the boundary', async () => {
  const alone = await classify(origin, photo);
  const { answer } = await call(origin, '/api/classify', { method: 'POST', body: form(photo) });
  assert.deepEqual(answer, alone);
  const head = '--a,b\r\nContent-Disposition: form-data; name="image"; filename="x"\r\n\r\n';
  const body = Buffer.concat([Buffer.from(head), photo, Buffer.from('\r\n--a,b--\r\n')]);
  const headers = { 'Content-Type': 'multipart/form-data; boundary="a,b"' };
  const again = await call(origin, '/api/classify', { method: 'POST', body, headers });
  assert.deepEqual(again.answer, alone);
});

test('a batch', async () => {
  const { answer } = await call(origin, '/api/classify/batch?top=1', {
    method: 'POST',
    body: form(photo, 'no picture', photo),
  });
  assert.equal(answer.results.length, 3);
  assert.equal(answer.results[0].predictions[0].label, 'peacock');
  assert.equal(answer.results[0].name, 'photo.png');
  assert.equal(kind(answer.results[1].problem), 'unsupported-type');
  assert.deepEqual(answer.results[2], answer.results[0]);
});

test('the model and the health', async () => {
  const { answer, response } = await call(origin, '/api/model');
  assert.equal(answer.labels.length, 1001);
  assert.equal(answer.labels[85], 'peacock');
  assert.equal(answer.engine, engine);
  assert.deepEqual([answer.network, answer.resolution, answer.shape], ['MobileNetV1', 224, [224, 224, 3]]);
  assert.equal(response.headers.get('Cache-Control'), 'no-cache');
  assert.deepEqual((await call(origin, '/api/health')).answer, { status: 'ok' });
  assert.equal((await call(origin, '/api/health', { method: 'HEAD' })).response.status, 200);
});

test('errors', async (t) => {
  const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
  const cut = photo.slice(0, photo.length / 2);
  /** @type {[string, string, RequestInit, number, string, RegExp][]} */
  const cases = [
    ['an unknown parameter', '/api/classify?topK=1', { body: photo }, 400, 'bad-parameter', /topK/],
    ['a wrong value', '/api/classify?crop=middle', { body: photo }, 400, 'bad-parameter', /middle/],
    ['an unknown path', '/api/nothing', { method: 'GET' }, 404, 'not-found', /nothing/],
    ['no path', '/api', { method: 'GET' }, 404, 'not-found', /there is no \/api;/],
    ['another case', '/API/Model', { method: 'GET' }, 404, 'not-found', /\/api\/model is meant/],
    ['a semicolon', '/api/classify?top=1;crop=whole', { body: photo }, 400, 'bad-parameter', /semicolon/],
    [
      'a compressed body',
      '/api/classify',
      { body: photo, headers: { 'Content-Encoding': 'gzip' } },
      415,
      'unsupported-type',
      /gzip/,
    ],
    ['a wrong method', '/api/classify', { method: 'GET' }, 405, 'method-not-allowed', /POST, not GET/],
    ['another one', '/api/model', { method: 'PUT', body: '' }, 405, 'method-not-allowed', /PUT/],
    ['no body', '/api/classify', {}, 415, 'unsupported-type', /no bytes/],
    ['a text', '/api/classify', { body: 'hello' }, 415, 'unsupported-type', /text\/plain/],
    ['no picture', '/api/classify', { body: bytes('%PDF-1.7') }, 415, 'unsupported-type', /PDF/],
    ['half a picture', '/api/classify', { body: cut }, 422, 'broken-image', /png/],
    ['two pictures', '/api/classify', { body: form(photo, photo) }, 413, 'too-many-parts', /1 allowed/],
    ['17 of 16', '/api/classify/batch', { body: form(...Array(17).fill(photo)) }, 413, 'too-many-parts', /16 allowed/],
    ['a batch of none', '/api/classify/batch', { body: photo }, 415, 'unsupported-type', /multipart/],
    ['100 megapixels', '/api/classify', { body: png(10000, 10000, { bits: 1 }) }, 413, 'image-too-large', /100\.0/],
  ];
  for (const [name, path, init, status, problem, says] of cases) {
    await t.test(name, async () => {
      const { response, answer } = await call(origin, path, { method: 'POST', ...init });
      assert.equal(response.status, status);
      assert.equal(kind(answer), problem);
      assert.match(answer.detail, says);
    });
  }
});

test('openapi.json is served, and is what the tests check against', async () => {
  const response = await fetch(`${origin}/api/openapi.json`);
  assert.equal(response.headers.get('Content-Type'), 'application/json');
  assert.deepEqual(await response.json(), openapi);
});

test('every answer has the headers that keep it where it belongs', async () => {
  for (const path of ['/', '/api/openapi.json', '/api/health', '/api/nothing', '/nothing', '/models/models.json']) {
    const { headers } = await fetch(origin + path);
    assert.equal(headers.get('Cross-Origin-Opener-Policy'), 'same-origin', path);
    assert.equal(headers.get('Cross-Origin-Embedder-Policy'), 'require-corp', path);
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff', path);
    assert.equal(headers.get('Referrer-Policy'), 'no-referrer', path);
    assert.match(headers.get('Permissions-Policy') ?? '', /camera=\(self\)/, path);
    assert.match(headers.get('Content-Security-Policy') ?? '', /default-src 'none'/, path);
    // What is not there, the Worker itself answers; natively, what serves the page.
    const own = (path.startsWith('/api/') && !path.endsWith('.json')) || (path === '/nothing' && !native);
    assert.equal(headers.get('Cross-Origin-Resource-Policy'), own ? 'same-origin' : 'cross-origin', path);
    assert.equal(headers.get('Access-Control-Allow-Origin'), own ? null : '*', path);
  }
});

test('a token and other origins, where they are set', async () => {
  const { origin } = await startServer({ token: 'a, b', origins: 'https://example.org https://example.com' });
  const refused = await call(origin, '/api/model', { headers: { Origin: 'https://example.com' } });
  assert.equal(refused.response.status, 401);
  assert.equal(refused.response.headers.get('Access-Control-Allow-Origin'), 'https://example.com');
  const { response } = await call(origin, '/api/model', { headers: { Authorization: 'Bearer a, b' } });
  assert.equal(response.status, 200);
  await call(origin, '/api/health');
  const preflight = await fetch(`${origin}/api/classify`, {
    method: 'OPTIONS',
    headers: { Origin: 'https://example.org', 'Access-Control-Request-Method': 'POST' },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('Access-Control-Allow-Headers'), 'Authorization, Content-Type');
});
