import { load } from 'depthwise';
import sharp from 'sharp';

const { data, info } = await sharp('photo.png').ensureAlpha().raw().toBuffer({ resolveWithObject: true });
const photo = { data, width: info.width, height: info.height };

const net = await load();
const { predictions } = await net.classify(photo);
const [{ label, probability, index }] = predictions;
const embedding = await net.embed(photo);
const { width, height } = await net.heatmap(photo, index);
const { engine, threads, why } = net.info;
await net.close();

console.log(JSON.stringify({ label, probability, embedding: embedding.length, width, height, engine, threads, why }));
