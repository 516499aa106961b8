// Calls the API, and holds every answer against openapi.json: status, type, headers and schema.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from '../../support/installed.mjs';
import { root } from '../../support/paths.mjs';

export const openapi = JSON.parse(readFileSync(join(root, 'core/api/openapi.json'), 'utf8'));

const { default: Ajv } = installed('ajv/dist/2020.js');
// OpenAPI's own keywords and formats are none of JSON Schema's.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'openapi', components: openapi.components });

/** What openapi.json says of a path's method, references followed. @param {string} path @param {string} method */
function operation(path, method) {
  const template = Object.keys(openapi.paths).find((name) =>
    new RegExp(`^${name.replace(/\{[^}]*\}/g, '[^/]+')}$`).test(path),
  );
  return template && openapi.paths[template][method.toLowerCase().replace('head', 'get')];
}

/** @param {any} part */
const follow = (part) =>
  part?.$ref
    ? part.$ref
        .slice(2)
        .split('/')
        .reduce((/** @type {any} */ at, /** @type {string} */ key) => at[key], openapi)
    : part;

/**
 * Asks the API, on a connection of its own: workerd closes one on which it has read nothing for 5 s, though on a busy machine it may have
 * had no time to (cloudflare/workerd#1734). Fails where the answer is not what openapi.json promises.
 * @param {string} origin
 * @param {string} path
 * @param {RequestInit & {duplex?: 'half'}} [init]
 */
export async function call(origin, path, init = {}) {
  const headers = new Headers(init.headers);
  headers.set('Connection', 'close');
  const response = await fetch(origin + path, { ...init, headers });
  const text = await response.text();
  const { pathname } = new URL(path, origin);
  const method = init.method ?? 'GET';
  const what = `${method} ${path}: ${response.status} ${text.slice(0, 300)}`;
  const promised =
    follow(operation(pathname, method)?.responses[response.status]) ??
    // Paths and methods that are not described have these answers.
    { 404: openapi.components.responses['not-found'], 405: openapi.components.responses['method-not-allowed'] }[
      response.status
    ];
  const type = response.headers.get('Content-Type') ?? '';
  const schema = promised?.content?.[type]?.schema;
  assert.ok(schema, `openapi.json does not have this answer of type ${type}: ${what}`);
  for (const name of Object.keys(promised.headers ?? {})) assert.ok(response.headers.has(name), `no ${name}: ${what}`);
  if (method === 'HEAD') return { response, answer: undefined };
  const answer = JSON.parse(text);
  const valid = ajv.compile({ $ref: schema.$ref.replace('#', 'openapi#') });
  assert.ok(valid(answer), `${ajv.errorsText(valid.errors)}: ${what}`);
  if (type === 'application/problem+json') {
    assert.equal(answer.status, response.status, what);
    const place = answer.type.replace('/api/openapi.json', '');
    assert.ok(follow({ $ref: place })?.description, `the type leads nowhere: ${what}`);
  }
  return { response, answer };
}

/** Classifies a picture. @param {string} origin @param {Uint8Array<ArrayBuffer>} picture @param {string} [query] */
export async function classify(origin, picture, query = '') {
  const { answer } = await call(origin, `/api/classify${query}`, { method: 'POST', body: picture });
  return answer;
}

/** The name of a problem. @param {{type: string}} answer */
export const kind = (answer) => answer.type.split('/').at(-1);
