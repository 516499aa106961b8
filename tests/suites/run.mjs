// Runs suites of tests, each by its target in the Makefile of the working directory, all of them whatever fails, and says last what
// each came to: node run.mjs go wasm
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Counts } from './counts.mjs';
import { GoTest } from './gotest.mjs';

/** @typedef {{name: string, counts: Counts, seconds: number}} Suite */

const folder = mkdtempSync(join(tmpdir(), 'depthwise-suites-'));

/** Runs a suite. What it says is shown as it comes. @param {string} name @returns {Promise<Suite>} */
async function run(name) {
  const start = performance.now();
  const counts = new Counts();
  const file = join(folder, name); // reporter.mjs writes it
  const target = `test-${name}`;
  console.log(`\nmake ${target}`);
  const child = spawn('make', ['--no-print-directory', target, 'GO_TEST_FLAGS=-json'], {
    stdio: ['inherit', 'pipe', 'inherit'],
    env: { ...process.env, TEST_COUNTS: file },
  });
  const goTest = new GoTest(counts, (text) => process.stdout.write(text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!goTest.take(line)) console.log(line);
  });
  const [status, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (...ended) => resolve(ended));
  });
  if (existsSync(file)) {
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) counts.add(JSON.parse(line));
  }
  const ended = signal ? `was ended by ${signal}` : `ended with ${status}`;
  if (status !== 0 && counts.failed === 0) counts.fail(`make ${target} ${ended}, and no test had failed by then`);
  else if (counts.passed + counts.failed === 0) counts.fail('no test ran');
  return { name, counts, seconds: (performance.now() - start) / 1000 };
}

/** The lines that say what a suite came to. @param {Suite} suite */
function lines({ name, counts, seconds }) {
  const reasons = Object.entries(counts.skipped).map(([reason, times]) => `${times}: ${reason}`);
  const why = reasons.length ? ` (${reasons.join('; ')})` : '';
  return [
    `${counts.failed ? 'FAILED ' : ''}${name}: ${counts}${why}, ${seconds.toFixed()} s`,
    ...counts.failures.map((failure) => `    ${failure}`),
  ];
}

/** @type {Suite[]} */
const suites = [];
try {
  for (const name of process.argv.slice(2)) suites.push(await run(name));
} finally {
  rmSync(folder, { recursive: true });
}
const total = new Counts();
for (const { counts } of suites) total.add(counts);
const failed = suites.filter(({ counts }) => counts.failed);
const passed = suites.filter(({ counts }) => !counts.failed);
console.log(`\n${[...failed, ...passed].flatMap(lines).join('\n')}\n\ntotal: ${total}`);
process.exitCode = failed.length || !suites.length ? 1 : 0;
