// A program that does not close its model, with the library's files in a folder that it names.
import { load } from 'depthwise';

const net = await load({ assets: 'copies' });
const data = new Uint8Array(300 * 200 * 4);
const { predictions } = await net.classify({ data, width: 300, height: 200 }, { views: 4 });
console.log(predictions.length);
