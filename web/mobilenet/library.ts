// The library's two functions, for files wherever they are. mobilenet.d.ts documents them and gives them their types.

import { Bridge } from './bridge.js';
import { prefersGzip } from './download.js';
import { aborted, asError, MobileNetError, text } from './errors.js';
import { type Asset, assetsUrl, type Files } from './files.js';
import { loadOptions, modelsOptions } from './load-options.js';
import { mark } from './mark.js';
import type { Open, Opened } from './messages.js';
import type * as api from './mobilenet.d.ts';
import type { Net } from './net.js';
import { loadProgram, requireWebAssembly } from './program.js';
import { DownloadProgress } from './progress.js';
import { loadWeights, type Weights } from './weights.js';

declare const WASM_SIZE: string;

/**
 * Makes them. locate says where the files are, if they are not all in the folder assets; code loads what is needed only when a model is
 * there.
 */
export function library(
  locate: (assets?: URL) => Files,
  code: () => Promise<{ Net: typeof Net }>,
): Pick<typeof api, 'load' | 'models'> {
  return {
    async load(given) {
      try {
        const options = loadOptions(given);
        requireWebAssembly();
        const { signal } = options;
        if (signal?.aborted) throw aborted(signal);
        const files = locate(assetsUrl(options.assets));
        const progress = new DownloadProgress(options.onProgress);
        // Worker, program, model and labels load in parallel, and with them the rest of the code.
        const net = code().catch((cause) => {
          const why = `A part of the library could not be loaded: ${text(cause)}`;
          throw new MobileNetError('download-failed', why, { cause });
        });
        const gzip = prefersGzip(files.program);
        const program = loadProgram(files.program, gzip, progress, Number(WASM_SIZE));
        program.then(
          () => mark('program compiled'),
          () => {}, // reported below
        );
        const parts = Promise.all([loadWeights(options, files.models, progress, gzip), net, program]);
        const open = parts.then(([weights]) => {
          mark('weights there');
          progress.report('start');
          return openRequest(options, weights);
        });
        const bridge = new Bridge(files.worker, program, open);
        const opened = (await bridge.start(signal)) as Opened;
        const [{ name }, { Net }] = await parts;
        const later = (file: Asset) => () => loadProgram(file, prefersGzip(file));
        return new Net(bridge, name, opened, later(files.workshop), (photo, signal) =>
          bridge.picture(files.heicWorker, later(files.heif)(), photo, signal),
        );
      } catch (error) {
        throw asError(error);
      }
    },

    async models(given) {
      try {
        const { assets, signal } = modelsOptions(given);
        const listed = await locate(assetsUrl(assets)).models.list(signal);
        return listed.map(({ weights, sha256, normalize, ...model }) => model);
      } catch (error) {
        throw asError(error);
      }
    },
  };
}

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
