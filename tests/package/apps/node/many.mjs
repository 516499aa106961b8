// What 1,000 pictures leave in memory: node --expose-gc many.mjs
import { load } from 'depthwise';

const net = await load();
const data = new Uint8Array(256 * 256 * 4).map((_, i) => i * 7);
const run = async (count) => {
  for (let i = 0; i < count; i++) await net.classify({ data, width: 256, height: 256 });
  globalThis.gc();
  return { resident: process.memoryUsage.rss(), program: (await net.memory()).program };
};
const before = await run(200);
const after = await run(800);
console.log(JSON.stringify({ before, after }));
await net.close();
