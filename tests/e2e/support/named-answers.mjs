// A library whose answer to a file is in the file's name, so that a test can have any answers at all.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/paths.mjs';
import { pattern } from './folder.mjs';

/** @param {string} name */
const table = (name) =>
  readFileSync(join(root, 'weights/imagenet', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

/** ImageNet's classes, in the order of a model's outputs without the background. */
export const classes = table('classes.tsv').map(([, label, group, gloss]) => ({ label, group, gloss }));

/** What the groups are called. */
export const groups = table('groups.tsv').map(([key, english, chinese]) => ({ key, english, chinese }));

/** The labels of a model of ImageNet's classes, with the background or without. @param {number} outputs */
export const imagenetLabels = (outputs) => [
  ...(outputs === 1001 ? ['background'] : []),
  ...classes.map(({ label }) => label),
];

/**
 * The page's library, with a model of these labels. A file "beagle 2.png" is a beagle, "12.png" the twelfth output, from 0.
 * @param {string[]} labels
 */
export const namedAnswers = (labels) => `
  const labels = ${JSON.stringify(labels)};
  const info = {
    model: 'named', alpha: 1, resolution: 224, classes: labels.length, type: 'uint8', input: 'uint8', engine: 'simd',
    threads: 1, why: '', canvas: 'exact', draws: 'worker',
  };
  const indexOf = ({ name }) => {
    const word = name.replace(/\\.png$/, '');
    const index = /^[0-9]+$/.test(word) ? Number(word) : labels.indexOf(word.replace(/ [0-9]+$/, ''));
    if (!(index in labels)) throw Object.assign(new Error(name), { code: 'broken-image' });
    return index;
  };
  export async function models() { return []; }
  export async function load() {
    return {
      info, labels, layers: [],
      async classify(source) {
        const best = indexOf(source);
        const others = [1, 2, 3, 4].map((i) => (best + i) % labels.length);
        const probabilities = [0.8, 0.1, 0.05, 0.03, 0.02];
        return {
          predictions: [best, ...others].map((index, i) => ({ index, label: labels[index], probability: probabilities[i] })),
          embedding: Float32Array.from({ length: 8 }, (_, i) => 1 + Math.sin(best * (i + 1))),
          features: { data: new Float32Array(1), box: { x: 0, y: 0, width: 64, height: 64 } },
          thumbnail: source,
          timings: { decode: 1, resize: 1, network: 1, total: 3 },
        };
      },
      async heatmap(_, index) {
        return { index, width: 1, height: 1, data: new Float32Array(1), box: { x: 0, y: 0, width: 64, height: 64 } };
      },
      async requests() { return 0; },
      async close() {},
    };
  }
`;

/** Pictures of these names, as a file input takes them. @param {string[]} names */
export const named = (...names) =>
  names.map((name, i) => ({ name: `${name}.png`, mimeType: 'image/png', buffer: Buffer.from(pattern(i)) }));

/** The path of the file that says what ImageNet's classes are. */
export const imagenetFile = /\/imagenet-[^/]*\.json$/;

/** Waits until the page has asked for that file so often, and each time got it or not. @param {import('playwright-core').Page} page @param {number} [times] */
export const asked = (page, times = 1) =>
  page.waitForFunction(
    (times) => performance.getEntriesByType('resource').filter(({ name }) => /\/imagenet-/.test(name)).length >= times,
    times,
  );
