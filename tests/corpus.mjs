// Keeps of what fuzzing has found (Go's cache) the few inputs that reach code which neither the seeds nor smaller ones reach, in the
// target's testdata/fuzz: there every run of the tests sees them, and the next fuzzing begins with them.
//   node tests/corpus.mjs FuzzDecode ./core/picture [MOST_BYTES 4096]
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
const small = found.filter((name) => statSync(join(cache, name)).size <= Number(most));
for (const name of small) copyFileSync(join(cache, name), join(kept, name));

const reached = new Set(covered(['^seed', ...old].join('|^')));
let added = 0;
for (const name of small.toSorted((a, b) => statSync(join(kept, a)).size - statSync(join(kept, b)).size)) {
  const more = covered(`^${name}$`).filter((block) => !reached.has(block));
  if (more.length === 0) rmSync(join(kept, name));
  else added++;
  for (const block of more) reached.add(block);
}
rmSync(work, { recursive: true });
console.log(`${target}: kept ${added} of ${found.length}, beside ${old.size}; ${reached.size} blocks are reached`);
