// The entry point of the library, built to mobilenet.js. mobilenet.d.ts documents it and gives it its types.

import { prefersGzip } from '../common/gzip.js';
import { Bridge } from './bridge.js';
import { aborted, asError, MobileNetError } from './errors.js';
import { mark } from './mark.js';
import type { Open, Opened } from './messages.js';
import type * as api from './mobilenet.d.ts';
import { Net } from './net.js';
import { callOptions, loadOptions } from './options.js';
import { loadProgram, programUrl, requireWebAssembly } from './program.js';
import { DownloadProgress } from './progress.js';
import { listed, loadWeights, type Weights } from './weights.js';

export { MobileNetError };

export const load: typeof api.load = async (given) => {
  try {
    const options = loadOptions(given);
    requireWebAssembly();
    const { signal } = options;
    if (signal?.aborted) throw aborted(signal);
    const progress = new DownloadProgress(options.onProgress);
    // Worker, program, model and labels load in parallel.
    const gzip = prefersGzip(programUrl);
    const program = loadProgram(progress, gzip);
    program.then(
      () => mark('program compiled'),
      () => {}, // reported below
    );
    const parts = Promise.all([loadWeights(options, progress, gzip), program]);
    const open = parts.then(([weights]) => {
      mark('weights there');
      progress.report('start');
      return openRequest(options, weights);
    });
    const bridge = new Bridge(program, open);
    const opened = (await bridge.start(signal)) as Opened;
    const [{ name }] = await parts;
    return new Net(bridge, name, opened);
  } catch (error) {
    throw asError(error);
  }
};

export const models: typeof api.models = async (options) => {
  try {
    return await listed(callOptions(options).signal);
  } catch (error) {
    throw asError(error);
  }
};

function openRequest(options: ReturnType<typeof loadOptions>, weights: Weights): Open {
  const { normalize } = weights;
  const { engine = 'auto', threads = 'auto', resolution } = options;
  return {
    method: 'open',
    model: weights.bytes,
    labels: weights.labels,
    resolution,
    mean: normalize?.mean,
    scale: normalize?.scale,
    engine,
    threads: threads === 'auto' ? 0 : Math.min(threads, 1024),
    oneThread: undefined,
  };
}
