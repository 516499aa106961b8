// Counts the instructions of one picture on an Arm processor with dot products, in V8's optimised code under qemu: make bench-arm, or
//   node arm/count.mjs [MODEL.tflite …]
// Without models, the default one and, where the shared folder is, MobileNetV2. It writes a part of results.md, and fails on no number; it fails where the
// families of kernels, plain loops in Go, or V8's two compilers, give different bytes.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { armResults } from '../report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../../..');
const shared = process.env.SHARED ?? join(root, '../shared');
const results = join(here, '../results.md');
const families = ['dot', 'relaxed', 'simd'];

/**
 * An arm64 Node.js under qemu, with arguments of its own, and what the plug-in counted at each line that it wrote, if there shall be any.
 * @param {string[]} options of qemu @param {string[]} args
 */
function emulate(options, args) {
  const all = ['-L', '/usr/aarch64-linux-gnu', '-cpu', 'max', ...options, join(folder, 'package/bin/node'), ...args];
  const { status, stdout, stderr } = spawnSync('qemu-aarch64', all, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`qemu-aarch64 ended with ${status}: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}

/** The output by V8's baseline compiler, which makes other code of the same instructions. @param {string} prefix @param {string} input */
const baseline = (prefix, input) => emulate([], ['--liftoff-only', join(here, 'run.mjs'), prefix, input])[0]?.[1] ?? '';

/** @typedef {{output: string, whole: number, layers: number[], names: string[]}} Count instructions in millions */

/** @param {string[]} args of Node.js: what writes lines as run.mjs does @returns {Omit<Count, 'names'>} */
function count(args) {
  const log = join(made, 'instructions');
  const lines = emulate(['-d', 'plugin', '-D', log, '-plugin', join(folder, 'insn.so')], ['--no-liftoff', ...args]);
  const at = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[1]));
  const steps = lines.map(([, times], i) => ((at[i] ?? 0) - (at[i - 1] ?? 0)) / Number(times) / 1e6);
  return { output: lines[0]?.[1] ?? '', whole: steps[1] ?? 0, layers: steps.slice(2) };
}

/** @param {string} family @param {string} model @param {string} input @returns {Count} */
function emitted(family, model, input) {
  const prefix = join(made, family);
  const args = ['run', './tests/bench/emit', '-engine', family, '-out', prefix, model];
  execFileSync('go', args, { cwd: root, stdio: 'inherit' });
  const { names } = JSON.parse(readFileSync(`${prefix}.json`, 'utf8'));
  return { ...count([join(here, 'run.mjs'), prefix, input]), names };
}

/** By core/scalar, as a whole: its layers have no beginning that can be asked for. @param {string} model @param {string} input @returns {Count} */
const plain = (model, input) => ({
  ...count(['--no-warnings', join(here, 'wasi.mjs'), join(made, 'plain.wasm'), model, input]),
  names: [],
});

function models() {
  const given = process.argv.slice(2);
  if (given.length > 0) return given;
  const listed = join(root, 'dist/models');
  const [model] = JSON.parse(readFileSync(join(listed, 'models.json'), 'utf8'));
  const second = join(shared, 'cases/models/v2_1.0_224_uint8.tflite');
  if (!existsSync(second)) console.error(`no file ${second}: MobileNetV2 is left out`);
  return [join(listed, model.file), ...(existsSync(second) ? [second] : [])];
}

const folder = execFileSync(join(here, 'setup'), { stdio: ['ignore', 'pipe', 'inherit'] })
  .toString()
  .trim();
const made = mkdtempSync(join(tmpdir(), 'depthwise-arm-'));
try {
  const input = join(made, 'input.rgb');
  writeFileSync(
    input,
    Uint8Array.from({ length: 3 * 1024 ** 2 }, (_, i) => (i * 2654435761) >>> 24),
  );
  const env = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm' };
  execFileSync('go', ['build', '-o', join(made, 'plain.wasm'), './tests/bench/arm/plain'], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const counted = models().map((model) => {
    /** @type {Record<string, Count>} */
    const of = {};
    for (const family of [...families, 'plain loops']) {
      of[family] = family === 'plain loops' ? plain(model, input) : emitted(family, model, input);
      console.error(`${basename(model)}, ${family}: ${of[family].whole.toFixed(1)} million instructions a picture`);
    }
    const outputs = new Set(Object.values(of).map(({ output }) => output));
    outputs.add(baseline(join(made, 'dot'), input));
    if (outputs.size > 1) throw new Error(`${model}: different outputs: ${[...outputs].join(', ')}`);
    return { model: basename(model).replace(/(\.[0-9a-f]{8})?\.tflite$/, ''), families: of };
  });
  writeFileSync(results, armResults(readFileSync(results, 'utf8'), counted));
} finally {
  rmSync(made, { recursive: true });
}
