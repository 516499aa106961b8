// The npm package in Node.js, Deno and Bun.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { checkpoint } from '../support/checkpoints.mjs';
import { text } from './support/lines.mjs';
import { apps, install, place, run, tarballs, workshop } from './support/workshop.mjs';

before(install);

const net = checkpoint(0.25, 3);

const runtimes = [
  { name: 'Node.js', command: 'node' },
  { name: 'Deno', command: 'deno run --allow-read', withSharp: 'deno run --allow-all' },
  { name: 'Bun', command: 'bun' },
];

for (const { name, command, withSharp = command } of runtimes) {
  test(`${name}: classify, embed, heat map`, (t) => {
    place('node');
    const answer = JSON.parse(run(`${withSharp} classify.mjs`));
    t.diagnostic(`${answer.engine}, ${answer.threads} threads ${answer.why}`);
    assert.equal(answer.label, 'peacock');
    assert.ok(answer.probability >= 0.9, `peacock at ${answer.probability}`);
    assert.equal(answer.embedding, 1024);
    assert.deepEqual([answer.width, answer.height], [7, 7]);
    assert.match(answer.engine, /^(dot|relaxed|simd)$/);
  });

  test(`${name}: a program that leaves its model open ends; its files are where assets says`, () => {
    place('node');
    const from = ['depthwise/node', '@depthwise/mobilenet-v1/assets']
      .map((folder) => `node_modules/${folder}/*`)
      .join(' ');
    assert.equal(run(`mkdir copies && cp ${from} copies && ${command} left-open.mjs`).trim(), '5');
  });

  test(`${name}: the model is saved, and answers the same when it is loaded again`, () => {
    place('node');
    assert.deepEqual(JSON.parse(run(`${command} save.mjs`)), { type: 'application/octet-stream', same: true });
  });

  test(`${name}: classes of one’s own are learned, used and saved, and nothing keeps the program from its end`, () => {
    place('node');
    assert.deepEqual(JSON.parse(run(`${command} teach.mjs`)), {
      answers: [
        ['blue', 'boolean'],
        ['red', 'boolean'],
      ],
      labels: ['red', 'blue'],
      stages: ['embed', 'learn'],
      aborted: 'aborted',
      waits: 0,
    });
  });

  test(`${name}: a checkpoint becomes 8-bit integers, from pixels`, () => {
    place('node');
    cpSync(net, join(workshop, 'net.safetensors'));
    assert.deepEqual(JSON.parse(run(`${command} convert.mjs`)), {
      layout: 'marvis/pytorch-mobilenet',
      type: 'int8',
      images: 4,
      stages: ['read', 'images', 'quantize'],
      answer: true,
      refused: 'model-unsupported',
    });
  });

  test(`${name}: everything can be imported, and what is missing is said`, () => {
    place('node');
    const { names, failed, wrong } = JSON.parse(run(`${command} imports.mjs`));
    assert.deepEqual(names, ['MobileNetError load models', 'MobileNetError load models', 'MobileNetClassifier']);
    assert.match(failed.code, /^[a-z-]+$/);
    assert.match(failed.message, /nowhere\//);
    assert.equal(wrong, 'bad-argument');
  });
}

test('Node.js: 1,000 pictures do not pile up in memory', (t) => {
  place('node');
  const { before, after } = JSON.parse(run('node --expose-gc many.mjs'));
  const grown = (after.resident - before.resident) / 1e6;
  t.diagnostic(`${grown.toFixed(1)} MB more after 800 further pictures`);
  assert.ok(
    after.program - before.program < 1e6,
    `the program's memory grew from ${before.program} to ${after.program} bytes`,
  );
  assert.ok(grown < 100, `${grown} MB`); // 800 pictures are 210 MB
});

test('Node.js: a program given as text', () => {
  place('node');
  const code = "const { load } = await import('depthwise'); console.log((await load()).info.classes);";
  assert.equal(run(`node --input-type=module -e "${code}"`).trim(), '1001');
});

test('Node.js: a server’s bundle leaves the library outside', () => {
  place('node');
  const [option] = /--external:depthwise/.exec(text) ?? [];
  run(
    `npx esbuild left-open.mjs --bundle --platform=node --format=esm ${option} --outfile=server.mjs --log-level=error`,
  );
  run('mkdir copies && cp node_modules/depthwise/node/* node_modules/@depthwise/mobilenet-v1/assets/* copies');
  assert.equal(run('node server.mjs').trim(), '5');
});

test('Node.js: installed in an empty folder, it needs nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'depthwise-empty-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'package.json'), '{}'); // else npm installs in a folder above that has one
  run(`npm install --offline --ignore-scripts ${tarballs.join(' ')}`, folder);
  cpSync(join(apps, 'node/imports.mjs'), join(folder, 'imports.mjs'));
  assert.match(run('node imports.mjs', folder), /nowhere/);
});
