// Keeps of what fuzzing has found (Go's cache) the few inputs that reach the most of what the seeds do not, in the
// target's testdata/fuzz: there every run of the tests sees them, and the next fuzzing begins with them.
//   node tests/corpus.mjs FuzzDecode ./core/picture [MOST_BYTES 4096]
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** So many are kept at most, beside those that were before. */
const few = 40;

const root = fileURLToPath(new URL('..', import.meta.url));
const [target = '', folder = '', most = '4096'] = process.argv.slice(2);
const go = (/** @type {string[]} */ ...args) => execFileSync('go', args, { cwd: root, encoding: 'utf8' }).trim();

const cache = join(go('env', 'GOCACHE'), 'fuzz', go('list', folder), target);
const kept = join(root, folder, 'testdata/fuzz', target);
const work = mkdtempSync(join(tmpdir(), 'depthwise-corpus-'));
const program = join(work, 'test');
go('test', '-c', '-cover', '-coverpkg=./core/...,./wasm/...', '-o', program, folder);

/** The blocks of code that a run of the target's inputs covers. @param {string} inputs a pattern of -test.run */
function covered(inputs) {
  const profile = join(work, 'profile');
  rmSync(profile, { force: true });
  const args = [`-test.run=^${target}$/${inputs}`, `-test.coverprofile=${profile}`];
  const { status } = spawnSync(program, args, { cwd: join(root, folder), stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${target}/${inputs} fails`);
  const lines = readFileSync(profile, 'utf8').split('\n');
  return lines.filter((line) => line && !line.endsWith(' 0')).map((line) => line.slice(0, line.lastIndexOf(' ')));
}

mkdirSync(kept, { recursive: true });
const old = new Set(readdirSync(kept));
const found = existsSync(cache) ? readdirSync(cache).filter((name) => !old.has(name)) : [];
const size = (/** @type {string} */ name) => statSync(join(cache, name)).size;
const small = found.filter((name) => size(name) <= Number(most)).toSorted((a, b) => size(a) - size(b));

const seeds = new Set(covered(['^seed', ...old].join('|^')));
const reached = new Set(seeds);
/** What is worth to be kept, the smallest first, and what it covers. @type {[string, string[]][]} */
const worth = [];
for (const name of small) {
  copyFileSync(join(cache, name), join(kept, name));
  const blocks = covered(`^${name}$`);
  rmSync(join(kept, name));
  if (blocks.every((block) => reached.has(block))) continue;
  worth.push([name, blocks]);
  for (const block of blocks) reached.add(block);
}
// Of these, again and again the one that reaches the most that none before has.
const news = (/** @type {string[]} */ blocks) => blocks.filter((block) => !seeds.has(block)).length;
let added = 0;
for (; added < few; added++) {
  const [name, blocks] = worth.reduce((best, other) => (news(other[1]) > news(best[1]) ? other : best), ['', []]);
  if (news(blocks) === 0) break;
  copyFileSync(join(cache, name), join(kept, name));
  for (const block of blocks) seeds.add(block);
}
rmSync(work, { recursive: true });
console.log(
  `${target}: kept ${added} of ${found.length}, beside ${old.size}; ${seeds.size} of ${reached.size} blocks are reached`,
);
