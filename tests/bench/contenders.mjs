// Who is measured, and how: one line each. Settings of one thread are served as a plain static host does, without
// cross-origin isolation; the others with it.

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} page with its query, below pages/
 * @property {number} threads
 * @property {'quantised' | 'float'} weights
 * @property {string} [rival] whose minimum it is compared with: LiteRT.js with the same weights and threads
 * @property {string} [limit] the peak kernel that bounds it
 * @property {'MobileNetV2'} [network] if it is not the default model
 */

/** @param {number} threads @returns {Contender[]} */
function withThreads(threads) {
  const t = `threads=${threads}`;
  const n = threads === 1 ? '1 thread' : `${threads} threads`;
  /** @param {string} who @param {string} page @param {'quantised' | 'float'} weights */
  const peer = (who, page, weights) => ({ name: `${who}, ${weights}, ${n}`, page, threads, weights });
  const quantised = `LiteRT.js, quantised, ${n}`;
  const float = `LiteRT.js, float, ${n}`;
  /** @param {string} engine @param {string} limit @returns {Contender} */
  const ours = (engine, limit) => ({
    ...peer(`Depthwise ${engine}`, `depthwise.html?engine=${engine}&${t}`, 'quantised'),
    rival: quantised,
    limit,
  });
  return [
    ours('relaxed', 'relaxed_dot_i8'),
    ours('simd', 'dot_i16'),
    peer('LiteRT.js', `litert.html?${t}`, 'quantised'),
    peer('ONNX Runtime Web', `onnxruntime.html?${t}`, 'quantised'),
    {
      ...peer('Depthwise relaxed', `depthwise.html?engine=relaxed&model=float&${t}`, 'float'),
      rival: float,
      limit: 'relaxed_madd_f32',
    },
    peer('LiteRT.js', `litert.html?model=float&${t}`, 'float'),
    peer('ONNX Runtime Web', `onnxruntime.html?model=float&${t}`, 'float'),
    peer('TensorFlow.js', `tfjs.html?model=float&${t}`, 'float'),
  ];
}

/** MobileNetV2 1.0 224 in the shared test data, as the runner serves it. */
export const fileV2 = '/cases/models/v2_1.0_224_uint8.tflite';

/** @param {number} threads @returns {Contender[]} */
function withV2(threads) {
  const n = threads === 1 ? '1 thread' : `${threads} threads`;
  const query = `threads=${threads}&file=${fileV2}`;
  const rest = /** @type {const} */ ({ threads, weights: 'quantised', network: 'MobileNetV2' });
  const rival = `LiteRT.js, MobileNetV2, ${n}`;
  return [
    ...[
      { engine: 'relaxed', limit: 'relaxed_dot_i8' },
      { engine: 'simd', limit: 'dot_i16' },
    ].map(({ engine, limit }) => ({
      name: `Depthwise ${engine}, MobileNetV2, ${n}`,
      page: `depthwise.html?engine=${engine}&${query}`,
      ...rest,
      rival,
      limit,
    })),
    { name: rival, page: `litert.html?${query}`, ...rest },
  ];
}

/** Two threads need two cores; more say nothing on a machine that has not more. */
export const contenders = [...withThreads(1), ...withThreads(2)];

/** The same of MobileNetV2: LiteRT.js alone has such weights. */
export const contendersV2 = [...withV2(1), ...withV2(2)];

/** First visits: what a page gets that asks for nothing special. @type {Contender[]} */
export const visitors = [
  { name: 'Depthwise', page: 'depthwise.html?threads=1', threads: 1, weights: 'quantised' },
  { name: 'LiteRT.js', page: 'litert.html?threads=1', threads: 1, weights: 'quantised' },
  { name: 'ONNX Runtime Web', page: 'onnxruntime.html?threads=1', threads: 1, weights: 'quantised' },
  { name: 'TensorFlow.js', page: 'tfjs.html?model=float&threads=1', threads: 1, weights: 'float' },
];
