// How often the default model is right about labelled photos, in the browser and natively, and how far the two are apart: the
// browser's canvas shrinks pictures in a way of its own. make accuracy, or
//   node accuracy/accuracy.mjs [FOLDER]
// FOLDER holds photos and classes.txt, a line a photo: its class, 0 to 999, and its file. It ends with an error if the two do not
// agree on the best answer to 98 of 100 photos, where of equal best answers any counts: a quantised network's logits are whole steps,
// so two can be the same, and then nothing but their order tells them apart.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { dist, models, root, shared } from '../support/paths.mjs';
import { plainSite } from '../support/site.mjs';

/** @typedef {{index: number, probability: number}[]} Answer the best first */

/** By name, as core's native program knows them. @type {Record<string, {crop?: string, views?: number}>} */
const settings = {
  center: { crop: 'center' },
  square: { crop: 'square' },
  whole: { crop: 'whole' },
  '2 views': { views: 2 },
  '4 views': { views: 4 },
};

const folder = resolve(process.argv[2] ?? join(shared, 'photos'));
const photos = readFileSync(join(folder, 'classes.txt'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const [, label, file] = /^(\d+)\s+(.+)$/.exec(line) ?? [];
    if (!file) throw new Error(`${folder}/classes.txt: "${line}" is not a class and a file`);
    return { label: Number(label), file };
  });
const [model] = models;

/** @returns {Promise<Record<string, Answer>[]>} */
async function inBrowser() {
  const site = await plainSite({
    pages: { '/blank.html': '<!doctype html><link rel="icon" href="data:,"><title>Blank</title>' },
    folders: { '/photos/': `${folder}/` },
  });
  const browser = await chromium.launch({
    executablePath: execFileSync(join(root, 'tests/chromium')).toString().trim(),
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage();
  await page.goto(`${site.origin}/blank.html`);
  await page.evaluate(async (url) => {
    const { load } = await import(url);
    Object.assign(globalThis, { net: await load() });
  }, `${site.origin}/mobilenet/mobilenet.js`);
  const answers = [];
  for (const { file } of photos) {
    const url = `${site.origin}/photos/${encodeURIComponent(file)}`;
    answers.push(
      await page.evaluate(
        async ({ url, settings }) => {
          const blob = await (await fetch(url)).blob();
          /** @type {Record<string, Answer>} */
          const found = {};
          for (const [name, options] of Object.entries(settings))
            found[name] = (await /** @type {any} */ (globalThis).net.classify(blob, options)).predictions;
          return found;
        },
        { url, settings },
      ),
    );
  }
  await browser.close();
  await site.close();
  return answers;
}

/** @returns {Record<string, Answer>[]} */
function natively() {
  const [weights, labels] = [model.file, model.labels].map((name) => join(dist, 'models', name));
  const files = photos.map(({ file }) => join(folder, file));
  const output = execFileSync('go', ['run', './tests/accuracy/native', weights, labels], {
    cwd: root,
    input: files.join('\n'),
    maxBuffer: 1 << 28,
  });
  return output
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/**
 * A share of n in percent with Wilson's interval of 95% (E. B. Wilson, Probable inference, JASA 1927).
 * @param {number} right @param {number} n
 */
function share(right, n) {
  const z = 1.96;
  const p = right / n;
  const middle = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  const percent = (/** @type {number} */ v) => (100 * v).toFixed(1);
  return `${percent(p)}% (${percent(middle - half)}–${percent(middle + half)})`;
}

/** How many photos are named rightly among the first of the answers. @param {Record<string, Answer>[]} all @param {string} setting @param {number} among */
const right = (all, setting, among) =>
  photos.filter(({ label }, i) =>
    all[i]?.[setting]?.slice(0, among).some(({ index }) => index - (model.classes - 1000) === label),
  ).length;

/** The two best, by index and probability: where these are equal, nothing but the order tells them apart. @param {Answer} [answer] */
const twoBest = (answer = []) =>
  answer
    .slice(0, 2)
    .map(({ index, probability }) => `${index} (${probability.toFixed(4)})`)
    .join(' ');

/** Those that are as probable as the best. @param {Answer} answer */
const best = (answer) => answer.filter(({ probability }) => probability === answer[0]?.probability);

/** The photos whose best answers differ. @type {string[]} */
const differences = [];
const [browser, native] = [await inBrowser(), natively()];
const n = photos.length;
console.log(`${model.name}, ${n} photos; in brackets the interval of 95%\n`);
console.log(
  '| | browser, top-1 | top-5 | native, top-1 | top-5 | same best answer | in a tie with the other | mean difference of its probability |',
);
console.log('| :-- | :-- | :-- | :-- | :-- | --: | --: | --: |');
for (const setting of Object.keys(settings)) {
  let same = 0;
  let equal = 0; // of the others, how many have a tie that holds the other's best answer
  let apart = 0;
  const otherwise = [];
  for (const [i, answers] of browser.entries()) {
    const [here] = answers[setting] ?? [];
    const there = native[i]?.[setting] ?? [];
    if (!here) throw new Error(`no answer to ${photos[i]?.file}`);
    if (there[0]?.index === here.index) same++;
    else if (
      best(answers[setting] ?? []).some(({ index }) => index === there[0]?.index) ||
      best(there).some(({ index }) => index === here.index)
    )
      equal++;
    if (there[0]?.index !== here.index)
      otherwise.push(`${photos[i]?.file}: ${[answers[setting], there].map(twoBest).join(', natively ')}`);
    apart += Math.abs(here.probability - (there.find(({ index }) => index === here.index)?.probability ?? 0));
  }
  const shares = [browser, native].flatMap((all) => [1, 5].map((among) => share(right(all, setting, among), n)));
  differences.push(...otherwise.map((line) => `${setting}: ${line}`));
  console.log(`| ${[setting, ...shares, `${same} of ${n}`, equal, (apart / n).toFixed(4)].join(' | ')} |`);
  if (same + equal < 0.98 * n) {
    console.error(`${setting}: the best answers agree on ${same + equal} of ${n} photos, fewer than 98 of 100`);
    process.exitCode = 1;
  }
}
if (differences.length) console.log(`\nWhere the best answers differ:\n${differences.join('\n')}`);
