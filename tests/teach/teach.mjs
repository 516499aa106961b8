// How good core/teach is, beside k-nearest neighbours and Teachable Machine's head, on the same embeddings of the flowers and things of the
// shared folder; and how well it knows what it was not taught. make teach, or
//   node teach/teach.mjs [DRAWS]
// The embeddings take minutes and are kept in data/teach. It ends with an error where a target is missed.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dist, models, root, shared } from '../support/paths.mjs';
import { teachable } from './teachable.mjs';

const draws = process.argv[2] ?? '10';
const [model] = models;
const folder = join(root, 'tests/data/teach');
const list = join(folder, 'embeddings.json');
const go = (/** @type {string[]} */ ...args) =>
  execFileSync('go', ['run', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });

if (!existsSync(list) || JSON.parse(readFileSync(list, 'utf8')).model !== model.file) {
  console.error('Computing the embeddings, which takes minutes ...');
  go('./tests/teach/embed', join(dist, 'models', model.file), shared, folder);
}
const measured = JSON.parse(go('./tests/teach/measure', folder, draws).toString());

/** @type {{views: number, size: number, photos: {class: string}[]}} */
const { views, size, photos } = JSON.parse(readFileSync(list, 'utf8'));
const file = readFileSync(join(folder, 'embeddings.bin'));
const classes = [...new Set(photos.map((photo) => photo.class))];
const view = (/** @type {number} */ i, /** @type {number} */ v) =>
  new Float32Array(file.buffer, file.byteOffset + 4 * size * (i * views + v), size);
const label = (/** @type {number} */ i) => classes.indexOf(photos[i]?.class ?? '');
/** What is learned from: the mean of two views, as core/teach has it. @param {number} i */
const taught = (i) => ({
  embedding: view(i, 0).map((value, j) => (value + (view(i, 1)[j] ?? 0)) / 2),
  label: label(i),
});
/** The centre, as measure asks about it. @param {number} i */
const asked = (i) => ({ embedding: view(i, 3), label: label(i) });

const percent = (/** @type {number} */ v) => (100 * v).toFixed(1);

/**
 * A mean share with the interval of 95% that so many pictures allow (E. B. Wilson, Probable inference, JASA 1927): further draws do not make
 * it narrower.
 * @param {number[]} right @param {number} n
 */
function share(right, n) {
  const p = mean(right) / n;
  const z = 1.96;
  const middle = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return `${percent(p)}% (${percent(middle - half)}–${percent(Math.min(1, middle + half))})`;
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** @param {boolean} met @param {string} what */
function target(met, what) {
  if (met) return;
  console.error(`missed: ${what}`);
  process.exitCode = 1;
}

const n = measured.test.length;
console.log(
  `${measured.model}: twelve species of flowers, ${n} test pictures, ${draws} draws; in brackets the interval of 95%\n`,
);
console.log('| pictures a class | ours | nearest 1 | nearest 3 | nearest 5 | Teachable Machine |');
console.log('| --: | :-- | :-- | :-- | :-- | :-- |');
for (const each of [5, 10, 20, 40]) {
  /** @type {{train: number[], ours: number, nearest: number[]}[]} */
  const of = measured.draws.filter((/** @type {{each: number}} */ draw) => draw.each === each);
  const machine = [];
  for (const [i, { train }] of of.entries())
    machine.push(await teachable(train.map(taught), measured.test.map(asked), i));
  const ours = of.map((draw) => draw.ours);
  const nearest = [0, 1, 2].map((k) => of.map((draw) => draw.nearest[k] ?? 0));
  console.log(`| ${[each, ...[ours, ...nearest, machine].map((right) => share(right, n))].join(' | ')} |`);
  for (const other of [...nearest, machine])
    target(mean(ours) >= mean(other), `${each} pictures a class: another method is right more often`);
  const least = { 5: 0.9, 40: 0.96 }[each] ?? 0;
  target(mean(ours) >= least * n, `${each} pictures a class: fewer than ${percent(least)}% right`);
}

const [right, things] = measured.things;
console.log(
  `\nThings of one's own, 20 with 10 altered views each: ${share([right], things)} of ${things} other alterations right`,
);
target(right >= 0.95 * things, 'things: fewer than 95% right');

console.log(
  '\nNone of these: of strangers are refused, where 90% of the known are kept (in brackets the area under the curve)\n',
);
console.log('| taught | ours, direction | probability | energy | by its threshold: known kept, strangers refused |');
console.log('| :-- | :-- | :-- | :-- | :-- |');
/** @type {{name: string, refused: Record<string, number>, area: Record<string, number>, kept: number, rejected: number}[]} */
const none = measured.none;
for (const { name, refused, area, kept, rejected } of none) {
  const scores = ['direction', 'probability', 'energy'].map(
    (score) => `${percent(refused[score] ?? 0)}% (${area[score]?.toFixed(3)})`,
  );
  console.log(`| ${[name, ...scores, `${percent(kept)}%, ${percent(rejected)}%`].join(' | ')} |`);
}
for (const [what, pattern] of [
  ['flowers', /^8 species of 40/],
  ['things', /^20 things/],
]) {
  const average = mean(
    none.filter(({ name }) => name.match(pattern ?? '')).map(({ refused }) => refused.direction ?? 0),
  );
  console.log(`\nStrangers refused, ${what}: ${percent(average)}% on average`);
  target(average >= 0.8, `${what}: fewer than 80% of strangers refused`);
}
