// Classes of one's own from pixels, as a program that goes on while they are learned; and the model with them.
import { load } from 'depthwise';

const net = await load();
const plain = (colour, i) => ({
  data: Uint8Array.from({ length: 64 * 64 * 4 }, (_, at) => [...colour, 255][at % 4] - ((at >> 6) % (5 + i))),
  width: 64,
  height: 64,
});
const colours = { red: [240, 30, 30], blue: [30, 30, 240] };
const examples = Object.entries(colours).flatMap(([label, colour]) =>
  Array.from({ length: 4 }, (_, i) => ({ label, source: plain(colour, i) })),
);
const stages = new Set();
const head = await net.teach(examples, { onProgress: ({ stage }) => stages.add(stage) });
await net.use(head);
const used = await net.classify(plain(colours.blue, 5));
const aborted = await net.teach(examples, { signal: AbortSignal.abort() }).catch(({ code }) => code);
const again = await load({ model: await net.save(head) });
const saved = await again.classify(plain(colours.red, 5));
const answers = [used, saved].map(({ predictions, noneOfThese }) => [predictions[0].label, typeof noneOfThese]);
// Neither model is closed, and the worker that taught is kept for another call: the program ends all the same, for no timer waits that counts.
const timers = process.versions.deno || process.versions.bun ? [] : process.getActiveResourcesInfo();
const waits = timers.filter((kind) => kind === 'Timeout').length;
console.log(JSON.stringify({ answers, labels: again.labels, stages: [...stages], aborted, waits }));
