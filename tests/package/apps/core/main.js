import { load } from 'depthwise/core';

const net = await load({ model: '/models/own.tflite', labels: '/models/own.txt' });
const { predictions } = await net.classify(document.querySelector('img'));
const [{ label, probability }] = predictions;
document.querySelector('output').textContent = [label, probability, net.info.threads, net.info.why].join(' | ');
