import { load } from 'depthwise';

// A function, because Parcel's development server knows no await at the top of a module.
async function main() {
  const net = await load();
  const { predictions } = await net.classify(document.querySelector('img'));
  const [{ label, probability }] = predictions;
  document.querySelector('output').textContent = [label, probability, net.info.threads, net.info.why].join(' | ');
}
main();
