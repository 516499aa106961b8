// A checkpoint becomes 8-bit integers, calibrated with pixels.
import { readFileSync } from 'node:fs';
import { load } from 'depthwise';
import { convert } from 'depthwise/convert';

const plain = (i) => ({
  data: Uint8Array.from({ length: 64 * 48 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (at * (i + 3)) >> 4)),
  width: 64,
  height: 48,
});
const images = [0, 1, 2, 3].map(plain);
const file = readFileSync('net.safetensors');
const stages = new Set();
const onProgress = ({ stage }) => stages.add(stage);
const made = await convert(file, { labels: ['one', 'two', 'three'], resolution: 64, quantize: { images }, onProgress });
const net = await load({ model: made.file });
const { predictions } = await net.classify(plain(5));
const refused = await convert(file.subarray(0, 1000)).catch(({ code }) => code);
const { recognized, report } = made;
const answer = net.labels.includes(predictions[0].label);
console.log(
  JSON.stringify({
    layout: recognized.layout,
    type: net.info.type,
    images: report.images,
    stages: [...stages],
    answer,
    refused,
  }),
);
