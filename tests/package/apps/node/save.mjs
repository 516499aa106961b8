import { load } from 'depthwise';

const net = await load();
const file = await net.save();
const again = await load({ model: file });
const rgb = Uint8Array.from({ length: 224 * 224 * 3 }, (_, i) => i % 251);
const [one, two] = await Promise.all([net.run(rgb), again.run(rgb)]);
await Promise.all([net.close(), again.close()]);
console.log(JSON.stringify({ type: file.type, same: `${one.output}` === `${two.output}` }));
