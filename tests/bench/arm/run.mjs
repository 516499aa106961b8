// Runs a compiled network from the files that tests/bench/emit writes, and writes a line whenever something is done, at which qemu prints how many
// instructions there were: node run.mjs PREFIX INPUT.
import { createHash } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';

const [prefix = '', input = ''] = process.argv.slice(2);
/** @type {{pages: number, at: number, input: number, pixels: number, layers: number, out: number, n: number}} */
const plan = JSON.parse(readFileSync(`${prefix}.json`, 'utf8'));
const memory = new WebAssembly.Memory({ initial: plan.pages, maximum: plan.pages });
const bytes = new Uint8Array(memory.buffer);
bytes.set(readFileSync(`${prefix}.img`), plan.at);
const module = new WebAssembly.Module(readFileSync(`${prefix}.wasm`));
const { run } = /** @type {{run(first: number, last: number): number}} */ (
  /** @type {unknown} */ (new WebAssembly.Instance(module, { env: { memory } }).exports)
);
const pixels = readFileSync(input).subarray(0, plan.pixels);
const times = 4;

for (let i = 0; i < 2; i++) {
  bytes.set(pixels, plan.input);
  run(0, plan.layers);
}
const hash = createHash('sha256')
  .update(bytes.subarray(plan.out, plan.out + plan.n))
  .digest('hex');
writeSync(1, `output ${hash.slice(0, 16)}\n`);
for (let i = 0; i < times; i++) run(0, plan.layers);
writeSync(1, `whole ${times}\n`);
for (let layer = 0; layer < plan.layers; layer++) {
  for (let i = 0; i < times; i++) run(layer, layer + 1);
  writeSync(1, `layer ${times}\n`);
}
