// What tests teach: made-up embeddings, which are the same in Go (core/teach's tests), and made-up pictures.
import { blankPage } from '../../support/library.mjs';

/** @typedef {import('../../../web/mobilenet/mobilenet.d.ts').Example} Example */
/** @typedef {import('../../../web/mobilenet/mobilenet.d.ts').Head} Head */
/** @typedef {import('../../../web/mobilenet/mobilenet.d.ts').Pixels} Pixels */

/**
 * What a page has on its globalThis for them.
 * @typedef {object} Teaching
 * @property {(classes: number, each: number, size: number) => Required<Pick<Example, 'label' | 'embeddings'>>[]} numbered
 * @property {(kind: number, seed: number) => Pixels} picture
 * @property {(head: Head, embedding: Float32Array) => number[]} probabilities
 * @property {(head: Head, embeddings: Float32Array[]) => boolean} isNone
 * @property {(head: Head) => Promise<string>} digest
 * @property {(promise: Promise<unknown>) => Promise<string>} said
 */

/**
 * A blank page with the library and these helpers.
 * @param {import('node:test').TestContext} t
 * @param {{origin: string}} site
 * @param {Parameters<typeof blankPage>[2]} [options]
 */
export async function teachingPage(t, site, options) {
  const page = await blankPage(t, site, options);
  await page.evaluate(helpers);
  return page;
}

function helpers() {
  const logits = (/** @type {Head} */ { weights, bias }, /** @type {Float32Array} */ embedding) =>
    Array.from(bias, (b, c) => embedding.reduce((sum, v, i) => sum + v * weights[c * embedding.length + i], b));
  /** @type {Teaching} */
  const teaching = {
    /** numbered of core/teach/teach_test.go. */
    numbered(classes, each, size) {
      let state = 1;
      const next = () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return (state >>> 16) / 65536;
      };
      return Array.from({ length: classes * each }, (_, i) => ({
        label: `class ${i % classes}`,
        embeddings: Array.from({ length: 1 + (i % 2) }, () =>
          Float32Array.from({ length: size }, (_, j) => next() + (j % classes === i % classes ? 0.25 : 0)),
        ),
      }));
    },
    /** Pixels of a kind, which is a colour and a pattern, each another one by its seed. */
    picture(kind, seed) {
      const [width, height] = [120, 100];
      const data = new Uint8Array(width * height * 4).fill(255);
      const period = 8 + (seed % 5);
      for (let i = 0; i < width * height; i++) {
        const [x, y] = [i % width, Math.floor(i / width)];
        const dark = ([y, x, x + y][kind] ?? 0) % (2 * period) < period ? 40 + (seed % 7) : 0;
        for (let c = 0; c < 3; c++) data[4 * i + c] = (c === kind ? 240 : 50) - dark + ((x * y + seed) % 9);
      }
      return { data, width, height };
    },
    /** What a head says, by the formula that its documentation gives. */
    probabilities(head, embedding) {
      const powers = logits(head, embedding).map((v) => Math.exp(v));
      const sum = powers.reduce((a, b) => a + b);
      return powers.map((v) => v / sum);
    },
    /** Whether a head says that an image shows none of its classes, by the mean of its views. */
    isNone(head, embeddings) {
      const mean = embeddings[0].map((_, i) => embeddings.reduce((sum, e) => sum + e[i], 0) / embeddings.length);
      const values = logits(head, mean);
      const own = Math.max(...values.slice(0, head.labels.length));
      const { centre = mean, threshold = 0 } = head.noneOfThese ?? {};
      const distance = Math.hypot(...mean.map((v, i) => v - centre[i]));
      return (
        (head.counter && (values.at(-1) ?? 0) > own) || (head.noneOfThese !== undefined && own / distance < threshold)
      );
    },
    /** SHA-256 of what was learned, as core/teach/learn_test.go has it. */
    async digest({ weights, bias, strength, noneOfThese }) {
      const f64 = (/** @type {number} */ v) => new Uint8Array(new Float64Array([v]).buffer);
      const bytes = [weights, bias, f64(strength)];
      if (noneOfThese) bytes.push(noneOfThese.centre, f64(noneOfThese.threshold));
      const all = await new Blob(bytes).arrayBuffer();
      const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
      return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
    /** How a promise ends. */
    said: (promise) =>
      promise.then(
        () => 'done',
        (error) => `${error.code}: ${error.message}`,
      ),
  };
  Object.assign(globalThis, { teaching });
}
