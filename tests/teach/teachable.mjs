// Teachable Machine's head as googlecreativelab/teachablemachine-community has it in libraries/image/src/teachable-mobilenet.ts: a dense layer
// of 100 with ReLU and a softmax, by Adam with rate 0.001, 50 epochs in batches of 16, of each class 15% held out.
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

setWasmPaths(fileURLToPath(new URL('./node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)));
await tf.setBackend('wasm');

/**
 * How many of the asked embeddings the head names rightly that learned from the others.
 * @param {{embedding: Float32Array, label: number}[]} train each class's pictures together
 * @param {{embedding: Float32Array, label: number}[]} asked
 * @param {number} seed
 */
export async function teachable(train, asked, seed) {
  const labels = [...new Set(train.map(({ label }) => label))];
  const size = train[0]?.embedding.length ?? 0;
  const learned = labels.flatMap((label) => {
    const own = train.filter((example) => example.label === label);
    return own.slice(Math.ceil(0.15 * own.length)); // they were drawn at random, so the first are as good as any
  });
  const layer = (/** @type {object} */ config) =>
    tf.layers.dense({ kernelInitializer: tf.initializers.varianceScaling({ seed }), ...config });
  const model = tf.sequential({
    layers: [
      layer({ inputShape: [size], units: 100, activation: 'relu', useBias: true }),
      layer({ units: labels.length, activation: 'softmax', useBias: false }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy' });
  const rows = (/** @type {typeof train} */ list) => tf.stack(list.map(({ embedding }) => tf.tensor1d(embedding)));
  const x = rows(learned);
  const y = tf.oneHot(
    tf.tensor1d(
      learned.map(({ label }) => labels.indexOf(label)),
      'int32',
    ),
    labels.length,
  );
  await model.fit(x, y, { epochs: 50, batchSize: 16, verbose: 0 });
  const test = rows(asked);
  const answers = /** @type {any} */ (model.predict(test)).argMax(-1).dataSync();
  tf.disposeVariables();
  tf.dispose([x, y, test]);
  return asked.filter(({ label }, i) => labels[answers[i]] === label).length;
}
