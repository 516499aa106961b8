// Asks LiteRT.js, in a headless Chromium, what the small models of core/tflite/tflitetest give, as they are, as tflite.Write writes them, and
// with a head in place of their own classes, and the float ones quantised by core/quantize; and what additions of all pairs of bytes and
// rescalings of all bytes do. It writes its answers to core/reference/testdata (litert*.json), which the Go tests compare with.
// To be run again when a model is added or changed:
//
//   cd tests/litert && npm ci && node generate.mjs
//
// CHROMIUM names the browser (default: chromium on PATH). The tests themselves need neither Node.js nor a browser.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { closeBatch } from './close-batch.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..');
const answers = path.join(root, 'core', 'reference', 'testdata');
const models = fs.mkdtempSync(path.join(os.tmpdir(), 'litert-'));

/**
 * LiteRT.js names no int8 tensors, but the WebAssembly below it has them: one more line in its list of types is enough.
 * @param {string} source
 */
function withInt8(source) {
  const uint8 = /\{\s*dtype: "uint8",\s*typedArrayConstructor: Uint8Array,\s*elementType: ElementType\.UINT8\s*\}/;
  if (!uint8.test(source)) throw new Error('LiteRT.js has changed: its list of types was not found');
  return source.replace(
    uint8,
    '$&, { dtype: "int8", typedArrayConstructor: Int8Array, elementType: ElementType.INT8 }',
  );
}

/** @returns {Promise<http.Server>} */
function serve() {
  /** @type {Record<string, string>} */
  const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname.startsWith('/models/')
      ? path.join(models, path.basename(pathname))
      : path.join(here, pathname);
    if (!fs.existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const bytes = fs.readFileSync(file);
    const body = pathname.endsWith('/core/dist/index.js') ? withInt8(bytes.toString()) : bytes;
    response.writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' }).end(body);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** @param {Buffer} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function browserPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const found = (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((dir) => path.join(dir, 'chromium'))
    .find((file) => fs.existsSync(file));
  if (!found) throw new Error('no chromium on PATH: set CHROMIUM');
  return found;
}

execFileSync('go', ['test', './core/reference', '-run', 'LiteRT$', '-count=1', '-args', '-litert', models], {
  cwd: root,
  stdio: 'inherit',
});
const files = fs.readdirSync(models);
const server = await serve();
const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(
    `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/page.html`,
  );
  await page.waitForFunction('window.ask');
  /** @type {Record<string, {SHA256: string, Outputs: string[]}>} */
  const networks = {};
  /** @type {typeof networks} */
  const written = {};
  /** @type {typeof networks} */
  const taught = {};
  /** @type {typeof networks} */
  const quantized = {};
  /** @type {Record<string, {SHA256: string, Sums: string}>} */
  const additions = {};
  /** @type {Record<string, {SHA256: string, Sums: string}>} */
  const rescalings = {};
  /** @type {Record<string, {SHA256: string, Outputs: string[]}>} */
  const openBatches = {};
  for (const file of files.filter((name) => name.endsWith('.tflite'))) {
    const name = path.basename(file, '.tflite');
    const bytes = fs.readFileSync(path.join(models, file));
    const digest = sha256(bytes);
    const several = { open: openBatches, written, taught, quantized }[name.split('-')[0] ?? ''] ?? networks;
    if (several === openBatches) fs.writeFileSync(path.join(models, file), closeBatch(bytes));
    // An addition reads two tensors once, a rescaling one, a network one a picture.
    const single = name.startsWith('add-') ? additions : name.startsWith('rescale-') ? rescalings : undefined;
    const runs = single
      ? [single === additions ? ['add.a.in', 'add.b.in'] : ['rescale.in']]
      : files
          .filter((other) => other.startsWith(`${name}.`) && other.endsWith('.in'))
          .sort()
          .map((input) => [input]);
    const outputs = await page.evaluate(({ model, runs }) => window.ask(model, runs), {
      model: `/models/${file}`,
      runs: runs.map((inputs) => inputs.map((input) => `/models/${input}`)),
    });
    if (single) single[name] = { SHA256: digest, Sums: sha256(Buffer.from(outputs[0], 'base64')) };
    else several[name] = { SHA256: digest, Outputs: outputs };
  }
  fs.mkdirSync(answers, { recursive: true });
  for (const [name, result] of Object.entries({
    'litert.json': networks,
    'litert-written.json': written,
    'litert-taught.json': taught,
    'litert-quantized.json': quantized,
    'litert-add.json': additions,
    'litert-rescale.json': rescalings,
    'litert-open-batch.json': openBatches,
  })) {
    fs.writeFileSync(path.join(answers, name), `${JSON.stringify(result, null, 1)}\n`);
    console.log(
      `${Object.keys(result).length} models, written to ${path.relative(process.cwd(), path.join(answers, name))}`,
    );
  }
} finally {
  await browser.close();
  server.close();
  fs.rmSync(models, { recursive: true });
}
