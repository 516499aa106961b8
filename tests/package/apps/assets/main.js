import { load } from 'depthwise';

const net = await load({ assets: '/elsewhere/' });
const { predictions } = await net.classify(document.querySelector('img'));
const [{ label, probability }] = predictions;
document.querySelector('output').textContent = [label, probability, net.info.threads, net.info.why].join(' | ');
