import { load } from 'depthwise';

self.onmessage = async ({ data }) => {
  const net = await load();
  const { predictions } = await net.classify(data);
  const [{ label, probability }] = predictions;
  postMessage([label, probability, net.info.threads, net.info.why].join(' | '));
};
