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
    /** Pixels of one of four kinds: stripes that lie, stripes that stand, blocks, and a gradient; each another one by its seed. */
    picture(kind, seed) {
      const [width, height] = [120, 100];
      const data = new Uint8Array(width * height * 4).fill(255);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const period = 8 + (seed % 5);
          const lies = (y + seed) % (2 * period) < period;
          const stands = (x + seed) % (2 * period) < period;
          const light = [lies ? 230 : 20, stands ? 230 : 20, lies !== stands ? 200 : 60, x + y][kind] ?? 0;
          const noise = (Math.imul(x * 31 + y * 17 + seed, 2654435761) >>> 28) * 2;
          const at = 4 * (y * width + x);
          data.set([light, (light * (10 + kind)) / 13, noise * 8 + (seed % 7)], at);
        }
      }
      return { data, width, height };
    },
    /** What a head says, by the formula that its documentation gives. */
    probabilities({ weights, bias }, embedding) {
      const logits = Array.from(bias, (b, c) =>
        embedding.reduce((sum, v, i) => sum + v * (weights[c * embedding.length + i] ?? 0), b),
      );
      const peak = Math.max(...logits);
      const powers = logits.map((v) => Math.exp(v - peak));
      const sum = powers.reduce((a, b) => a + b);
      return powers.map((v) => v / sum);
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
