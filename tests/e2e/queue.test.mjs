// The queue of calls, where pictures are slow to come or never do: they hold up no others, and an aborted call leaves nothing behind.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { blankPage, librarySite, secondsByHand } from '../support/library.mjs';
import { peacock } from '../support/paths.mjs';
import { gate, withFault, workerScript } from '../support/site.mjs';

const site = await librarySite();
after(() => site.close());

const photo = `${site.origin}/samples/${basename(peacock)}`;

/** A picture of the site that does not come until the gate opens. */
const late = `${site.origin}/late.png`;
site.pages['/late.png'] = readFileSync(peacock);

/** @param {import('node:test').TestContext} t */
function lateGate(t) {
  const line = gate(0);
  withFault(t, site, { path: /late\.png/, gate: line });
  return line;
}

/** @param {import('node:test').TestContext} t @param {Parameters<typeof blankPage>[2]} [options] */
async function loaded(t, options) {
  const page = await blankPage(t, site, options);
  return { page, net: await page.evaluateHandle(() => load()) };
}

/** Sources in a page that have no end, each by a name. */
const endless = {
  'an <img>': (/** @type {string} */ url) => Object.assign(new Image(), { src: url }),
  'a URL': (/** @type {string} */ url) => url,
};

for (const [name, source] of Object.entries(endless)) {
  test(`${name} that never comes holds up no other call, and its own leaves when it is aborted`, async (t) => {
    lateGate(t);
    const { net } = await loaded(t);
    const seen = await net.evaluate(
      async (net, [make, late, url]) => {
        const source = new Function(`return ${make}`)()(late);
        const abort = new AbortController();
        let settled = false;
        const call = net.classify(source, { signal: abort.signal }).finally(() => {
          settled = true;
        });
        const others = async () => [
          (await net.classify(url)).predictions[0].label,
          (await net.run(new Uint8Array(224 * 224 * 3))).logits.length,
          (await net.memory()).program > 0,
        ];
        const beside = await others();
        const waits = !settled;
        abort.abort();
        const refusal = await call.then(String, ({ name }) => name);
        return [beside, waits, refusal, await others()];
      },
      /** @type {const} */ ([String(source), late, photo]),
    );
    const others = ['peacock', 1001, true];
    assert.deepEqual(seen, [others, true, 'AbortError', others]);
  });
}

test('a picture that comes late is answered after those that were there before', async (t) => {
  const line = lateGate(t);
  const { net } = await loaded(t);
  await net.evaluate(
    async (net, [late, url]) => {
      const file = await (await fetch(url)).blob();
      /** @type {string[]} */
      const order = [];
      const calls = Object.entries({
        late: net.classify(late),
        file: net.classify(file),
        pixels: net.run(new Uint8Array(224 * 224 * 3)),
        again: net.embed(file),
      }).map(([name, call]) => call.then(() => order.push(name)));
      Object.assign(globalThis, { order, calls });
      await Promise.all(calls.slice(1));
    },
    /** @type {const} */ ([late, photo]),
  );
  line.release();
  const order = await net.evaluate(async () => {
    const { order, calls } = /** @type {any} */ (globalThis);
    await Promise.all(calls);
    return order;
  });
  assert.deepEqual(order, ['file', 'pixels', 'again', 'late']);
});

test('a call whose picture is on its way outlives a crash of the worker', async (t) => {
  const line = lateGate(t);
  const { page, net } = await loaded(t);
  await net.evaluate((net, late) => void Object.assign(globalThis, { call: net.classify(late) }), late);
  await page.workers()[0].evaluate(() => {
    /** @type {any} */ (globalThis).mobilenet.run = () => {
      throw new Error('crash made by the test');
    };
  });
  const code = await net.evaluate((net) => net.run(new Uint8Array(224 * 224 * 3)).then(String, ({ code }) => code));
  assert.equal(code, 'worker-failed');
  line.release();
  const label = await net.evaluate(async () => (await /** @type {any} */ (globalThis).call).predictions[0].label);
  assert.equal(label, 'peacock');
});

test('close rejects the calls whose pictures are on their way, and fetches them no longer', async (t) => {
  lateGate(t);
  const { page, net } = await loaded(t);
  const stopped = page.waitForEvent('requestfailed', (request) => request.url() === late);
  const codes = await net.evaluate(async (net, late) => {
    const image = Object.assign(new Image(), { src: `${late}?as-an-image` });
    const calls = [net.classify(late), net.classify(image)];
    await net.memory(); // by then the fetch has begun
    await net.close();
    const settled = await Promise.allSettled(calls);
    return settled.map((s) => s.status === 'rejected' && s.reason.code);
  }, late);
  assert.deepEqual(codes, ['closed', 'closed']);
  await stopped;
});

test('a bitmap that comes after its call was aborted, and one in the queue, are closed', async (t) => {
  const { net } = await loaded(t);
  const [closed, codes] = await net.evaluate(async (net) => {
    const canvas = new OffscreenCanvas(300, 200);
    canvas.getContext('2d');
    const [there, late] = [await createImageBitmap(canvas), await createImageBitmap(canvas)];
    /** @type {ImageBitmap[]} */
    const closed = [];
    const { close } = ImageBitmap.prototype;
    ImageBitmap.prototype.close = function () {
      closed.push(this);
      close.call(this);
    };
    /** @type {(bitmap: ImageBitmap) => void} */
    let come = () => {};
    const coming = new Promise((resolve) => {
      come = resolve;
    });
    const bitmaps = [there, coming];
    globalThis.createImageBitmap = async () => bitmaps.shift();
    const abort = new AbortController();
    const { signal } = abort;
    const busy = net.run(new Uint8Array(224 * 224 * 3));
    const calls = Promise.allSettled([net.classify(canvas, { signal }), net.classify(canvas, { signal })]);
    for (let i = 0; i < 100; i++) await undefined; // the first joins the queue; the worker's answer would be another task
    abort.abort();
    const settled = await calls;
    come(late);
    await busy;
    await net.memory();
    return [
      [there, late].map((bitmap) => closed.includes(bitmap)),
      settled.map((s) => s.status === 'rejected' && s.reason.code),
    ];
  });
  assert.deepEqual(codes, ['aborted', 'aborted']);
  assert.deepEqual(closed, [true, true]);
});

test('a file that cannot be read yet: an aborted call leaves the worker, in its turn and before', async (t) => {
  const { page, net } = await loaded(t);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const counts = Object.assign(globalThis, { asked: 0, reads: 0 });
    addEventListener('message', ({ data }) => {
      if ('request' in data) counts.asked++;
    });
    const { slice } = Blob.prototype;
    Blob.prototype.slice = function (...range) {
      const part = slice.apply(this, range);
      if (this.type !== 'image/unread') return part;
      counts.reads++;
      return Object.assign(part, { arrayBuffer: () => new Promise(() => {}) });
    };
  });
  /** @param {'asked' | 'reads'} what @param {number} count */
  const until = (what, count) =>
    worker.evaluate(
      async ([what, count]) => {
        const counts = /** @type {any} */ (globalThis);
        while (counts[what] < count) await new Promise((resolve) => setTimeout(resolve));
      },
      /** @type {const} */ ([what, count]),
    );
  await net.evaluate(async (net, url) => {
    const file = await (await fetch(url)).blob();
    const unread = new Blob([file], { type: 'image/unread' });
    const aborts = [new AbortController(), new AbortController(), new AbortController()];
    const calls = [...aborts.map(({ signal }) => net.classify(unread, { signal })), net.classify(file)];
    Object.assign(globalThis, { aborts, settled: Promise.allSettled(calls) });
  }, photo);
  /** @param {number} i */
  const abort = (i) => page.evaluate((i) => /** @type {any} */ (globalThis).aborts[i].abort(), i);
  await until('reads', 3);
  await abort(0); // in its turn
  await until('asked', 2);
  await abort(2); // before
  await abort(1); // in its turn, and announced before
  const seen = await page.evaluate(async () => {
    /** @type {PromiseSettledResult<import('../../web/mobilenet/mobilenet.d.ts').Classification>[]} */
    const settled = await /** @type {any} */ (globalThis).settled;
    return settled.map((s) => (s.status === 'rejected' ? s.reason.code : s.value.predictions[0].label));
  });
  assert.deepEqual(seen, ['aborted', 'aborted', 'aborted', 'peacock']);
});

test('a file whose decoding stalls: an aborted call does not hold up the others for good', async (t) => {
  const { page, net } = await loaded(t, { before: secondsByHand });
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const counts = Object.assign(globalThis, { stalled: 0 });
    const real = createImageBitmap;
    globalThis.createImageBitmap = (/** @type {any} */ source) => {
      if (!(source instanceof Blob)) return real(source);
      counts.stalled++;
      return new Promise(() => {});
    };
  });
  await net.evaluate(async (net, url) => {
    const file = await (await fetch(url)).blob();
    const abort = new AbortController();
    const calls = [net.classify(file, { signal: abort.signal }), net.memory(), net.classify(file)];
    Object.assign(globalThis, { abort, settled: Promise.allSettled(calls) });
  }, photo);
  await worker.evaluate(async () => {
    while (!(/** @type {any} */ (globalThis).stalled)) await new Promise((resolve) => setTimeout(resolve));
  });
  const statuses = await page.evaluate(async () => {
    const { abort, settled } = /** @type {any} */ (globalThis);
    abort.abort();
    for (let seconds = 0; seconds <= 15; seconds++) /** @type {any} */ (globalThis).second?.();
    return (await settled).map((/** @type {any} */ { status, reason }) => reason?.code ?? status);
  });
  assert.deepEqual(statuses, ['aborted', 'fulfilled', 'fulfilled']);
});

test('however many calls come and are aborted, few of their files are decoded at once', async (t) => {
  const { page, net } = await loaded(t);
  const [worker] = page.workers();
  await worker.evaluate(
    (start) => {
      let now = 0;
      /** @type {(value?: unknown) => void} */
      let release = () => {};
      const held = new Promise((resolve) => {
        release = resolve;
      });
      const counts = Object.assign(globalThis, { most: 0, forgotten: 0, release });
      addEventListener('message', ({ data }) => {
        if ('early' in data && !data.blob) counts.forgotten++;
      });
      Blob.prototype.arrayBuffer = async () => new Uint8Array(start).buffer; // so decoding begins before the next message comes
      const real = createImageBitmap;
      globalThis.createImageBitmap = async (/** @type {any} */ source) => {
        counts.most = Math.max(counts.most, ++now);
        await held;
        return real(source).finally(() => now--);
      };
    },
    [...readFileSync(peacock).subarray(0, 1024)],
  );
  await net.evaluate(async (net, url) => {
    const file = await (await fetch(url)).blob();
    const calls = [net.classify(file)];
    for (let i = 0; i < 50; i++) {
      const abort = new AbortController();
      calls.push(net.classify(file, { signal: abort.signal }));
      abort.abort();
    }
    calls.push(net.classify(file));
    Object.assign(globalThis, { settled: Promise.allSettled(calls) });
    await Promise.allSettled(calls.slice(1, -1));
  }, photo);
  await worker.evaluate(async () => {
    const counts = /** @type {any} */ (globalThis);
    while (counts.forgotten < 50) await new Promise((resolve) => setTimeout(resolve));
    counts.release();
  });
  const statuses = await page.evaluate(async () => {
    const settled = await /** @type {any} */ (globalThis).settled;
    return settled.map((/** @type {PromiseSettledResult<unknown>} */ { status }) => status);
  });
  assert.deepEqual(statuses, ['fulfilled', ...Array(50).fill('rejected'), 'fulfilled']);
  const most = await worker.evaluate(() => /** @type {any} */ (globalThis).most);
  assert.ok(most >= 2 && most <= 4, `${most} files were decoded at once`);
});

test('where workers have no canvas, an aborted call waits for no file either', async (t) => {
  withFault(t, site, {
    path: workerScript,
    change: (bytes) => Buffer.concat([Buffer.from('delete globalThis.OffscreenCanvas;'), bytes]),
  });
  const { net } = await loaded(t);
  const seen = await net.evaluate(async (net, url) => {
    const file = await (await fetch(url)).blob();
    const { decode } = HTMLImageElement.prototype;
    HTMLImageElement.prototype.decode = () => new Promise(() => {});
    const abort = new AbortController();
    const call = net.classify(file, { signal: abort.signal });
    await net.memory();
    abort.abort();
    const refusal = await call.then(String, ({ code }) => code);
    HTMLImageElement.prototype.decode = decode;
    return [net.info.draws, refusal, (await net.classify(file)).predictions[0].label];
  }, photo);
  assert.deepEqual(seen, ['page', 'aborted', 'peacock']);
});

test('an <img> that may never load is refused in words', async (t) => {
  const { net } = await loaded(t);
  const [lazy, bare, empty, label] = await net.evaluate(async (net, url) => {
    const refusal = (/** @type {HTMLImageElement} */ img) =>
      net.classify(img).then(String, ({ code, message }) => `${code}: ${message}`);
    const img = document.createElement('img');
    img.loading = 'lazy';
    img.src = url;
    const far = Object.assign(document.createElement('div'), { style: 'height: 90000px' });
    document.body.append(far, img);
    const refusals = [
      await refusal(img),
      await refusal(new Image()),
      await refusal(Object.assign(new Image(), { src: '' })),
    ];
    const loaded = new Promise((resolve) => img.addEventListener('load', resolve));
    img.scrollIntoView();
    await loaded;
    return [...refusals, (await net.classify(img)).predictions[0].label];
  }, photo);
  assert.equal(
    lazy,
    "bad-argument: The <img> is lazy and has not been loaded yet; wait for its 'load' event, or take away loading='lazy'.",
  );
  assert.equal(bare, 'bad-argument: The <img> has no src.');
  assert.equal(empty, 'bad-argument: The <img> has no src.');
  assert.equal(label, 'peacock');
});

test('of two elements that share a model, one does not wait for the picture of the other', async (t) => {
  lateGate(t);
  const page = await blankPage(t, site, { library: `${site.origin}/mobilenet/element.js` });
  const seen = await page.evaluate(
    async ([late, url]) => {
      const [one, other] = ['one', 'other'].map((id) =>
        Object.assign(/** @type {any} */ (document.createElement('mobilenet-classifier')), { id }),
      );
      document.body.append(one, other);
      const waits = one
        .classify(Object.assign(new Image(), { src: late }))
        .then(String, (/** @type {Error} */ { name }) => name);
      const best = async (/** @type {any} */ element) => (await element.classify(url)).predictions[0].label;
      const others = await best(other);
      const own = await best(one); // which aborts the first
      return [others, own, await waits];
    },
    /** @type {const} */ ([late, photo]),
  );
  assert.deepEqual(seen, ['peacock', 'peacock', 'AbortError']);
});
