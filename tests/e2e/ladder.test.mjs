// The ladder of engines: which one a browser gets, what it says of it, and that all give the same bytes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { assertSame, blankPage, librarySite } from '../support/library.mjs';
import { eightBit } from '../support/machine.mjs';
import { shared, withoutShared } from '../support/paths.mjs';
import { noise } from '../support/pictures.mjs';
import { tamper, workerScript } from '../support/site.mjs';

const plain = await librarySite();
const isolated = await librarySite({ isolated: true });
after(() => {
  plain.close();
  isolated.close();
});

/** A picture of noise, and one without anything. */
const pictures = [noise(224 * 224 * 3), new Uint8Array(224 * 224 * 3)];

/**
 * Loads the default model and runs the pictures.
 * @param {import('playwright-core').Page} page @param {LoadOptions} options
 */
function outputs(page, options) {
  return page.evaluate(
    async ([options, pictures]) => {
      const net = await load(options);
      const loaded = net.info;
      const outputs = [];
      for (const picture of pictures) outputs.push(Array.from((await net.run(picture)).output));
      const { info } = net;
      await net.close();
      return { loaded, info, outputs };
    },
    /** @type {const} */ ([options, pictures]),
  );
}

test('every engine and thread count gives the same bytes', async (t) => {
  const page = await blankPage(t, isolated);
  assert.ok(await page.evaluate(() => crossOriginIsolated));
  const expected = (await outputs(page, { engine: 'go' })).outputs;
  for (const engine of /** @type {const} */ (['simd', 'relaxed', 'dot'])) {
    for (const threads of [1, 2, 4]) {
      const seen = await outputs(page, { engine, threads });
      assert.deepEqual([seen.loaded.engine, seen.loaded.threads], [engine, threads], seen.loaded.why);
      assertSame(seen.info, seen.loaded);
      assert.deepEqual(seen.outputs, expected, `${engine}, ${threads} threads`);
    }
  }
});

// V8 has two compilers, which make different code of relaxed instructions: the second takes over while the network runs.
test('the bytes stay the same when code is optimised', async (t) => {
  const page = await blankPage(t, isolated);
  const expected = (await outputs(page, { engine: 'go' })).outputs[0];
  for (const engine of /** @type {const} */ (['relaxed', 'dot'])) {
    const differing = await page.evaluate(
      async ([engine, picture, expected]) => {
        const net = await load({ engine, threads: 1 });
        const differing = [];
        for (let i = 0; i < 60; i++) {
          const { output } = await net.run(picture);
          if (expected.some((byte, k) => byte !== output[k])) differing.push(i);
        }
        await net.close();
        return differing;
      },
      /** @type {const} */ ([engine, pictures[0], expected]),
    );
    assert.deepEqual(differing, [], engine);
  }
});

test('goldens on threads', { skip: withoutShared }, async (t) => {
  const page = await blankPage(t, isolated);
  const folder = '/shared/goldens/mobilenet_v1_1.0_224_quant';
  const names = Object.keys(
    JSON.parse(readFileSync(join(shared, folder.slice('/shared'.length), 'index.json'), 'utf8')).images,
  );
  assert.ok(names.length > 0);
  const differing = await page.evaluate(
    async ([folder, names]) => {
      const bytes = async (/** @type {string} */ url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
      const net = await load({ threads: 2 });
      let differing = 0;
      for (const name of names) {
        const { output } = await net.run(await bytes(`${folder}/${name}.rgb`));
        const expected = await bytes(`${folder}/${name}.out`);
        differing += expected.filter((byte, i) => byte !== output[i]).length;
      }
      await net.close();
      return differing;
    },
    /** @type {const} */ ([folder, names]),
  );
  assert.equal(differing, 0);
});

test('takes what it is asked for, and says what keeps it slow', async (t) => {
  const page = await blankPage(t, isolated);
  const info = (/** @type {LoadOptions} */ options) =>
    page.evaluate(async (options) => {
      const net = await load(options);
      const { engine, threads, why } = net.info;
      await net.close();
      return { engine, threads, why };
    }, options);
  assert.deepEqual(await info({ engine: 'relaxed', threads: 2 }), { engine: 'relaxed', threads: 2, why: '' });
  assert.deepEqual(await info({ engine: 'relaxed', threads: 1 }), {
    engine: 'relaxed',
    threads: 1,
    why: 'one thread was asked for',
  });
  assert.deepEqual(await info({ engine: 'go' }), {
    engine: 'go',
    threads: 1,
    why: 'the engine "go" was asked for',
  });
  assert.deepEqual(await info({ engine: 'simd', threads: 2 }), {
    engine: 'simd',
    threads: 2,
    why: 'the engine "simd" was asked for',
  });
});

test('without isolation: one thread, and why', async (t) => {
  const page = await blankPage(t, plain);
  const { info } = await outputs(page, { threads: 2 });
  assert.deepEqual([eightBit(info.engine), info.threads], [true, 1]);
  assert.match(info.why, /one thread, for the page is not cross-origin isolated/);
});

test('a browser without relaxed SIMD', async (t) => {
  // The instruction is fd 92 02; a real browser refuses it in compilation too, but is not asked for that.
  tamper(
    t,
    isolated,
    workerScript,
    `const validate = WebAssembly.validate;
     WebAssembly.validate = (b) => !b.some((v, i) => v === 0xfd && b[i + 1] === 0x92 && b[i + 2] === 2) && validate(b);`,
  );
  const { loaded, info, outputs: seen } = await outputs(await blankPage(t, isolated), { threads: 2 });
  assert.deepEqual(
    [loaded.engine, loaded.threads, loaded.why],
    ['simd', 2, 'this browser has no dot product of relaxed SIMD'],
  );
  assertSame(info, loaded);
  assert.equal(seen.length, pictures.length);
});

test('a browser without SIMD', async (t) => {
  tamper(t, isolated, workerScript, 'WebAssembly.validate = () => false;');
  const { info } = await outputs(await blankPage(t, isolated), {});
  assert.deepEqual([info.engine, info.threads], ['go', 1]);
  assert.match(info.why, /no WebAssembly SIMD/);
});

test('a browser whose WebAssembly refuses the emitted module', async (t) => {
  tamper(
    t,
    isolated,
    workerScript,
    `WebAssembly.compile = async () => { throw new WebAssembly.CompileError('not today'); };`,
  );
  const { info } = await outputs(await blankPage(t, isolated), {});
  assert.deepEqual([info.engine, info.threads], ['go', 1]);
  assert.match(info.why, /not today/);
});

test('threads that do not start', async (t) => {
  tamper(t, isolated, workerScript, `if (name === 'mobilenet thread') throw new Error('no thread today');`);
  const { info } = await outputs(await blankPage(t, isolated), { threads: 2 });
  assert.deepEqual([eightBit(info.engine), info.threads], [true, 1]);
  assert.match(info.why, /no thread today/);
});

test('a thread that dies when it has started', async (t) => {
  tamper(
    t,
    isolated,
    workerScript,
    `if (name === 'mobilenet thread') WebAssembly.instantiate = async () => ({ exports: { worker: () => close() } });`,
  );
  const page = await blankPage(t, isolated);
  const expected = (await outputs(page, { engine: 'go' })).outputs;
  const { info, outputs: seen } = await outputs(page, { threads: 2 });
  assert.deepEqual(seen, expected);
  assert.deepEqual([eightBit(info.engine), info.threads], [true, 1]);
  assert.match(info.why, /a thread did not answer in time/);
});
