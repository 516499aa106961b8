// convert(), for files wherever they are. convert.d.ts documents it. One worker is told first of the file, then of each image, then to quantise.

import { checkSignal, guarded, need, read, show } from './check.js';
import type * as api from './convert.d.ts';
import { prefersGzip } from './download.js';
import { aborted, asError, MobileNetError } from './errors.js';
import { assetsUrl, type Files } from './files.js';
import { isA } from './kinds.js';
import { checkedNames, triples } from './load-options.js';
import type { Framing, InputImage, Opened, Request } from './messages.js';
import type { Source } from './mobilenet.d.ts';
import { pictureOptions } from './options.js';
import { hasCanvas } from './platform.js';
import { loadProgram, requireWebAssembly } from './program.js';
import { capture, checkSource } from './source.js';
import { NotStarted, WorkerLink } from './worker-link.js';
import type { RecognizeArgs, WorkshopMethods } from './workshop.js';

type Answer<K extends keyof WorkshopMethods> = ReturnType<WorkshopMethods[K]>;

/** Makes it. locate says where the library's files are. */
export function converter(locate: (assets?: URL) => Files): typeof api.convert {
  return async (file, given) => {
    try {
      requireWebAssembly();
      const options = checked(given);
      const args = { ...options.args, file: await bytesOf(file) };
      if (options.signal?.aborted) throw aborted(options.signal);
      return await new Converter(locate(assetsUrl(options.assets)), options).run(args);
    } catch (error) {
      throw asError(error);
    }
  };
}

type Options = ReturnType<typeof checked>;

const checked = guarded((given: api.ConvertOptions | undefined) => {
  const options = read(
    given,
    ...(['activation', 'padding', 'epsilon', 'normalize', 'resolution', 'labels', 'name'] as const),
    ...(['quantize', 'onProgress', 'assets', 'signal'] as const),
  );
  const { activation, padding, epsilon, resolution, labels, name = '', quantize, onProgress } = options;
  need(
    activation === undefined || /^(relu6?|leaky:0?\.\d+)$/.test(`${activation}`),
    `activation ${show(activation)} is not 'relu', 'relu6' or 'leaky:' with a slope between 0 and 1`,
  );
  need(
    padding === undefined || ['symmetric', 'same', 'after'].includes(padding),
    `padding ${show(padding)} is not 'symmetric', 'same' or 'after'`,
  );
  need(
    epsilon === undefined || (typeof epsilon === 'number' && epsilon >= 0 && epsilon <= 1),
    `epsilon ${show(epsilon)} is no number from 0 to 1`,
  );
  need(
    resolution === undefined || (Number.isInteger(resolution) && resolution > 0 && resolution <= 1024),
    `resolution ${show(resolution)} is no whole number from 1 to 1024`,
  );
  need(typeof name === 'string', `name ${show(name)} is no string`);
  need(onProgress === undefined || typeof onProgress === 'function', `onProgress ${show(onProgress)} is no function`);
  checkSignal(options.signal);
  const normalize = options.normalize === undefined ? undefined : triples(options.normalize);
  need(!normalize?.scale.includes(0), 'normalize.scale is 0');
  const args: Omit<RecognizeArgs, 'file'> = {
    ...{ activation, padding, epsilon, resolution, name },
    labels: labels && checkedNames(labels).join('\n'),
    mean: normalize?.mean,
    scale: normalize?.scale,
    write: quantize === undefined,
  };
  const { signal, assets } = options;
  return { args, quantize: quantize === undefined ? undefined : quantizing(quantize), onProgress, signal, assets };
});

function quantizing(given: api.QuantizeOptions) {
  need(typeof given === 'object' && given !== null, `quantize ${show(given)} is no object with images`);
  const { images, type = 'int8', crop, onBroken } = read(given, 'images', 'type', 'crop', 'onBroken');
  const list = images as Partial<Iterable<Source> & AsyncIterable<Source>> | undefined;
  const many = typeof list === 'object' && list && (Symbol.iterator in list || Symbol.asyncIterator in list);
  if (!images || !many)
    throw new MobileNetError('bad-argument', `quantize.images ${show(images)} are no list of images`);
  need(type === 'int8' || type === 'uint8', `quantize.type ${show(type)} is not 'int8' or 'uint8'`);
  need(onBroken === undefined || typeof onBroken === 'function', `quantize.onBroken ${show(onBroken)} is no function`);
  const { framing } = pictureOptions(crop === undefined ? {} : { crop });
  return { images, type, framing, onBroken };
}

/** A copy of the file's bytes, to be handed over. */
async function bytesOf(file: unknown): Promise<Uint8Array<ArrayBuffer>> {
  need(isA(file, 'Blob', 'ArrayBuffer', 'Uint8Array'), `file ${show(file)} is no Blob, ArrayBuffer or Uint8Array`);
  try {
    if (isA(file, 'Blob')) return new Uint8Array(await (file as Blob).arrayBuffer());
    return new Uint8Array(file as ArrayBuffer).slice();
  } catch (cause) {
    const why = 'The file cannot be read; it may have been changed or moved.';
    throw new MobileNetError('model-unsupported', why, { cause });
  }
}

class Converter {
  #files: Files;
  #options: Options;

  constructor(files: Files, options: Options) {
    this.#files = files;
    this.#options = options;
  }

  async run(args: RecognizeArgs): Promise<api.Conversion> {
    const { signal } = this.#options;
    const program = loadProgram(this.#files.workshop, prefersGzip(this.#files.workshop));
    program.catch(() => {}); // reported below
    let link: WorkerLink | undefined;
    const abort = () => link?.end(aborted(signal));
    signal?.addEventListener('abort', abort);
    try {
      const open = (byImport: boolean): Promise<unknown> => {
        link = new WorkerLink(
          this.#files.worker,
          (reason) => link?.end(reason),
          () => {},
          byImport,
        );
        if (signal?.aborted) abort();
        // The bytes are handed over only when the worker runs, and it may have to be started another way.
        return link.open(
          program,
          program.then((): Request => ({ method: 'recognize', ...args })),
        );
      };
      const found = await open(false).catch((error) => {
        if (error instanceof NotStarted && globalThis.crossOriginIsolated) return open(true);
        throw error;
      });
      return await this.#convert(link as unknown as WorkerLink, found as Answer<'recognize'> & Pick<Opened, 'canvas'>);
    } finally {
      signal?.removeEventListener('abort', abort);
      link?.end(new MobileNetError('closed', 'The worker was ended.'));
    }
  }

  async #convert(
    link: WorkerLink,
    { canvas, file, ...recognized }: Answer<'recognize'> & Pick<Opened, 'canvas'>,
  ): Promise<api.Conversion> {
    const { quantize } = this.#options;
    this.#tell('read', 1);
    if (!quantize) return { file: blobOf(file as Uint8Array<ArrayBuffer>), recognized };
    if (!recognized.quantizable) {
      const why = 'The network has LeakyReLU, which 8-bit networks do not have; it runs in floating point';
      throw new MobileNetError('model-unsupported', `${why}. To quantise it, train it with ReLU or ReLU6.`);
    }
    await this.#sendImages(link, quantize, canvas === 'none' ? (hasCanvas ? 'page' : 'program') : 'worker', recognized);
    link.onProgress = (done) => this.#tell('quantize', done);
    this.#tell('quantize', 0);
    const made = (await link.send({ method: 'quantize', type: quantize.type })) as Answer<'quantize'>;
    return { file: blobOf(made.file), recognized, report: made.report };
  }

  /** Has the worker draw each image at the model's size, and keep it. */
  async #sendImages(
    link: WorkerLink,
    { images, framing, onBroken }: NonNullable<Options['quantize']>,
    draws: 'worker' | 'page' | 'program',
    { shape }: api.Recognized,
  ): Promise<void> {
    const stop = new AbortController();
    const { signal = stop.signal } = this.#options;
    let [index, used] = [0, 0];
    for await (const source of images) {
      if (signal.aborted) throw aborted(signal);
      try {
        guarded(checkSource)(source);
        const image = await capture(source, { framing, shape, workerDraws: draws === 'worker' }, signal);
        await link.send(calibrate(image, framing));
        this.#tell('images', ++used);
      } catch (error) {
        const { code, message, size } = asError(error);
        if (['aborted', 'worker-failed', 'closed'].includes(code)) throw error;
        const named = new MobileNetError(code, `images[${index}]: ${message}`, { cause: error, ...(size && { size }) });
        if (!onBroken) throw named;
        onBroken(index, named);
      }
      index++;
    }
    if (used > 0) return;
    const none = index === 0 ? 'There are no images' : 'None of the images can be read';
    throw new MobileNetError('bad-argument', `${none} to calibrate with; a hundred are good, ten are few.`);
  }

  #tell(stage: api.ConvertProgress['stage'], done: number): void {
    try {
      this.#options.onProgress?.({ stage, done });
    } catch (error) {
      setTimeout(() => {
        throw error; // the caller's, and no reason to stop
      });
    }
  }
}

const calibrate = (image: InputImage, framing: Framing) => ({ method: 'calibrate', image, framing }) as const;

const blobOf = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes], { type: 'application/octet-stream' });
