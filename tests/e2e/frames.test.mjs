// What another frame of the page gives to the library: its Blob, URL, Uint8Array are other classes than the page's own.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import test, { after } from 'node:test';
import { blankPage, librarySite } from '../support/library.mjs';
import { models, peacock } from '../support/paths.mjs';

const site = await librarySite();
after(() => site.close());

const photo = `${site.origin}/samples/${basename(peacock)}`;

/** A blank page with a frame of its origin. @param {import('node:test').TestContext} t */
async function framed(t) {
  const page = await blankPage(t, site);
  await page.evaluate(async () => {
    const iframe = Object.assign(document.createElement('iframe'), { src: '/blank.html' });
    const loaded = new Promise((resolve) => iframe.addEventListener('load', resolve));
    document.body.append(iframe);
    await loaded;
    Object.assign(globalThis, { frame: iframe.contentWindow });
  });
  return page;
}

test('every kind of source of another frame', async (t) => {
  const page = await framed(t);
  const answers = await page.evaluate(async (url) => {
    /** @type {typeof globalThis} */
    const frame = /** @type {any} */ (globalThis).frame;
    const net = await load();
    const blob = await (await frame.fetch(url)).blob();
    const bitmap = await frame.createImageBitmap(blob);
    const { width, height } = bitmap;
    const canvas = Object.assign(frame.document.createElement('canvas'), { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(bitmap, 0, 0);
    const offscreen = new frame.OffscreenCanvas(width, height);
    offscreen.getContext('2d')?.drawImage(bitmap, 0, 0);
    const img = Object.assign(new frame.Image(), { src: url });
    const video = Object.assign(frame.document.createElement('video'), {
      srcObject: canvas.captureStream(30),
      muted: true,
    });
    await video.play();
    const pixels = new frame.VideoFrame(canvas, { timestamp: 0 });
    class Photo extends frame.Blob {
      get [Symbol.toStringTag]() {
        return 'Photo';
      }
    }
    /** @type {Record<string, Source>} */
    const sources = {
      Blob: blob,
      File: new frame.File([blob], 'peacock.png', { type: 'image/png' }),
      'a class of Blobs': new Photo([blob], { type: 'image/png' }),
      URL: new frame.URL(url),
      ImageBitmap: bitmap,
      ImageData: context.getImageData(0, 0, width, height),
      img,
      canvas,
      OffscreenCanvas: offscreen,
      video,
      VideoFrame: pixels,
    };
    /** @type {[string, string][]} */
    const answers = [];
    for (const [kind, source] of Object.entries(sources)) {
      if (source instanceof Blob || source instanceof URL) throw new Error(`${kind} is of this frame`);
      const signal = new frame.AbortController().signal;
      const answer = net.classify(source, { signal }).then(({ predictions }) => predictions[0].label, String);
      answers.push([kind, await answer]);
    }
    pixels.close();
    const rgb = await Promise.all(
      [new frame.Uint8Array(224 * 224 * 3), new frame.Uint8ClampedArray(224 * 224 * 3)].map((rgb) =>
        net.run(rgb).then(({ logits }) => `${logits.length} logits of ${rgb.length} bytes`, String),
      ),
    );
    return [...answers, ['Uint8Array', rgb[0]], ['Uint8ClampedArray', rgb[1]]];
  }, photo);
  for (const [kind, answer] of answers) {
    await t.test(kind, () =>
      assert.match(answer, kind.startsWith('Uint8') ? /^1001 logits of 150528 bytes/ : /^peacock$/),
    );
  }
});

test('models and labels of another frame', async (t) => {
  const page = await framed(t);
  const answers = await page.evaluate(
    async ([url, file]) => {
      /** @type {typeof globalThis} */
      const frame = /** @type {any} */ (globalThis).frame;
      const model = new frame.URL(file);
      const blob = await (await frame.fetch(model)).blob();
      const bytes = await new frame.Response(blob).arrayBuffer();
      const labels = frame.Array.from({ length: 1001 }, (_, i) => (i === 85 ? 'a bird' : `${i}`));
      const text = new frame.Blob([labels.join('\n')]);
      /** @type {Record<string, LoadOptions>} */
      const all = {
        URL: { model, labels },
        Blob: { model: blob, labels: new frame.URL(frame.URL.createObjectURL(text)) },
        File: { model: new frame.File([blob], 'own.tflite'), labels },
        ArrayBuffer: { model: bytes, labels },
        Uint8Array: { model: new frame.Uint8Array(bytes), labels },
      };
      /** @type {[string, string][]} */
      const answers = [];
      for (const [kind, options] of Object.entries(all)) {
        const label = async () => {
          const net = await load(options);
          const { predictions } = await net.classify(url);
          await net.close();
          return predictions[0].label;
        };
        answers.push([kind, await label().catch(String)]);
      }
      return answers;
    },
    /** @type {const} */ ([photo, `${site.origin}/models/${models[0].file}`]),
  );
  for (const [kind, answer] of answers) await t.test(kind, () => assert.equal(answer, 'a bird'));
});

test('what only calls itself by such a name is refused', async (t) => {
  const page = await blankPage(t, site);
  const [picture, model, rgb] = await page.evaluate(async () => {
    const pretend = (/** @type {string} */ name) => /** @type {any} */ ({ [Symbol.toStringTag]: name, length: 150528 });
    const said = (/** @type {{code: string, message: string}} */ { code, message }) => `${code}: ${message}`;
    const refused = load({ model: pretend('Blob') }).then(String, said);
    const net = await load();
    return Promise.all([
      net.classify(pretend('Blob')).then(String, said),
      refused,
      net.run(pretend('Uint8Array')).then(String, said),
    ]);
  });
  assert.match(picture, /^bad-argument: A picture cannot be taken from Blob/);
  assert.match(model, /^bad-argument: model /);
  assert.match(rgb, /^bad-argument: pixels are no Uint8Array/);
});
