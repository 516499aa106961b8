// What load() gives: each method checks its arguments and sends a request to the worker.

import type { Bridge } from './bridge.js';
import { checkCanvas } from './canvas.js';
import { checkSignal, guarded, need, read, show } from './check.js';
import type { Computing, Identity, LayerTimes } from './contract.js';
import { MobileNetError, text } from './errors.js';
import { fromJson, useRequest } from './head.js';
import { isA } from './kinds.js';
import type { Classification, ImageRequest, Opened, PixelsRequest, Use } from './messages.js';
import type * as api from './mobilenet.d.ts';
import {
  callOptions,
  checkIndex,
  checkPixels,
  classifyOptions,
  embedOptions,
  featuresOf,
  pictureOptions,
  saveOptions,
} from './options.js';
import { type Decode, Photos } from './photos.js';
import { hasCanvas } from './platform.js';
import { capture, checkSource } from './source.js';
import type { Teacher } from './teach.js';
import type { WorkshopMethods } from './workshop.js';

export class Net implements api.MobileNet {
  readonly layers: readonly api.Layer[];
  /** The model's own. */
  #labels: readonly string[];
  #info: Omit<api.Info, keyof Computing>;
  /** How many calls of use() have no answer yet. */
  #using = 0;
  #fingerprint: string | undefined;
  #bridge: Bridge;
  #workshop: () => Promise<WebAssembly.Module>;
  #photos: Photos;

  /** workshop loads the program of that name, and picture decodes a HEIC photo. */
  constructor(
    bridge: Bridge,
    model: string,
    { labels, layers, canvas, mean, scale, ...rest }: Opened,
    workshop: () => Promise<WebAssembly.Module>,
    picture: Decode,
  ) {
    this.#bridge = bridge;
    this.#photos = new Photos(picture);
    this.#workshop = workshop;
    this.layers = layers;
    this.#labels = labels ? labels.split('\n') : [];
    const none = canvas === 'none'; // in the worker
    const draws = !none ? 'worker' : hasCanvas ? 'page' : 'program';
    const normalize = mean && scale && { mean: tripleOf(mean), scale: tripleOf(scale) };
    this.#info = { model, ...rest, normalize, canvas: none ? checkCanvas() : canvas, draws };
  }

  get info(): api.Info {
    const { computing, used } = this.#bridge;
    const head = this.#inPlace;
    const { classes, noneOfThese } = this.#info;
    return {
      ...this.#info,
      classes: head?.labels.length ?? classes,
      noneOfThese: head?.tellsNone ?? (noneOfThese || used?.tellsNone === true),
      ...computing,
    };
  }

  get labels(): readonly string[] {
    return this.#inPlace?.labels ?? this.#labels;
  }

  /** The head that is used in place of the model's own classes. */
  get #inPlace(): Use | undefined {
    const { used } = this.#bridge;
    return used?.beside ? undefined : used;
  }

  /** How many classes a call will find that is made now; 0: none, or that is not known. */
  get #classes(): number {
    return this.#using > 0 ? 0 : (this.#inPlace?.labels.length ?? this.#info.classes);
  }

  async classify(source: api.Source, options?: api.ClassifyOptions): Promise<api.Classification> {
    const { signal, framing, ...outputs } = classifyOptions(options, this.#classes);
    const answer = await this.#process<Classification>(source, { signal, framing }, (image) => ({
      ...image,
      ...outputs,
      method: 'classify',
    }));
    const { box, own, embedding, embeddings, logits, features, heatmap, thumbnail, timings } = answer;
    return {
      ...predicted(answer),
      ...(own && { own: predicted(own) }),
      ...(embedding && { embedding }),
      ...(embeddings && { embeddings: parts(embeddings, framing.views) }),
      ...(logits && { logits }),
      ...(features && { features: { data: features, box } }),
      ...(heatmap && { heatmap: { ...heatmap, box } }),
      ...(thumbnail && { thumbnail }),
      timings,
    };
  }

  async embed(source: api.Source, options?: api.EmbedOptions): Promise<Float32Array<ArrayBuffer>> {
    const { embedding } = await this.classify(source, { ...embedOptions(options), topK: 1, embedding: true });
    return embedding as Float32Array<ArrayBuffer>;
  }

  async heatmap(source: api.Source | api.Features, index: number, options?: api.PictureOptions): Promise<api.Heatmap> {
    checkIndex('class', index, this.#classes || Infinity);
    const { signal, framing } = pictureOptions(options);
    const features = featuresOf(source, this.#features);
    if (features) {
      const request = { method: 'heatmap', features: features.data, index } as const;
      const map = await this.#bridge.call<Omit<api.Heatmap, 'box'>>(() => request, signal);
      return { ...map, box: features.box };
    }
    const wanted = { crop: framing.crop, signal, topK: 1, heatmap: index };
    return (await this.classify(source as api.Source, wanted)).heatmap as api.Heatmap;
  }

  async activations(source: api.Source, layer: number, options?: api.PictureOptions): Promise<api.Activations> {
    checkIndex('layer', layer, this.layers.length);
    return this.#process(source, pictureOptions(options), (image) => ({ ...image, method: 'activations', layer }));
  }

  async run(pixels: Uint8Array | Uint8ClampedArray, options?: api.CallOptions): Promise<api.Output> {
    return this.#compute('run', pixels, options);
  }

  async profile(pixels: Uint8Array | Uint8ClampedArray, options?: api.CallOptions): Promise<{ times: number[] }> {
    const { times } = await this.#compute<LayerTimes>('profile', pixels, options);
    return { times: Array.from(times) };
  }

  async memory(options?: api.CallOptions): Promise<api.Memory> {
    const { signal } = callOptions(options);
    return this.#bridge.call(() => ({ method: 'memory' }), signal);
  }

  async requests(since = 0, options?: api.CallOptions): Promise<number> {
    if (typeof since !== 'number') throw new MobileNetError('bad-argument', `since is ${since}; it is a time in ms`);
    const { signal } = callOptions(options);
    return this.#bridge.call(() => ({ method: 'requests', since }), signal);
  }

  async weights(layer: number, options?: api.CallOptions): Promise<api.Weights> {
    checkIndex('layer', layer, this.layers.length);
    const { signal } = callOptions(options);
    return this.#bridge.call(() => ({ method: 'weights', layer }), signal);
  }

  async teach(examples: readonly api.Example[], options?: api.TeachOptions): Promise<api.Head> {
    return (await this.#teacher()).teach(examples, options);
  }

  async use(head?: api.Head | null, options?: api.CallOptions): Promise<void> {
    const { signal } = callOptions(options);
    const request = useRequest(head, this.#embedding);
    this.#using++;
    try {
      await this.#bridge.call(() => request, signal);
    } finally {
      this.#using--;
    }
  }

  async save(first?: api.Head | api.SaveOptions, second?: api.SaveOptions): Promise<Blob> {
    const head = isHead(first) ? (first as api.Head) : undefined;
    const { signal, name, labels } = saveOptions(head ? second : (first as api.SaveOptions | undefined));
    const taught = head && (await this.#teacher()).save(head, labels);
    const { file } = await this.#bridge.aside<ReturnType<WorkshopMethods['write']>>(
      this.#workshop(),
      ({ model, resolution, mean, scale }) => ({
        method: 'write',
        ...{ model, resolution, mean, scale, name },
        labels: (taught?.labels ?? labels ?? this.#labels).join('\n'),
        head: taught?.head,
      }),
      signal ? { signal } : {},
    );
    return new Blob([file], { type: 'application/octet-stream' });
  }

  /** What teaching takes, fetched with the first call. */
  async #teacher(): Promise<Teacher> {
    const { Teacher } = await import('./teach.js').catch((cause) => {
      throw new MobileNetError('download-failed', `A part of the library could not be loaded: ${text(cause)}`, {
        cause,
      });
    });
    return new Teacher({
      ...{ need, show, read, guarded, checkSignal, isA, checkSource, useRequest, fromJson, MobileNetError },
      size: this.#embedding,
      identify: async (signal) => {
        const asked = () => ({ method: 'identify' }) as const;
        this.#fingerprint ??= (await this.#bridge.call<Identity>(asked, signal)).fingerprint;
        return this.#fingerprint;
      },
      classify: (source, options) => this.classify(source, options),
      learn: (args, options) => this.#bridge.aside(this.#workshop(), () => ({ method: 'teach', ...args }), options),
    });
  }

  /** How many values an embedding has. */
  get #embedding(): number {
    const dense = this.layers.findIndex(({ type }) => type === 'fully_connected');
    const pool = this.layers.findIndex(({ type }) => type === 'average_pool');
    return sizeOf(this.layers.at(pool >= 0 ? pool : dense >= 0 ? dense - 1 : -1));
  }

  async readable(file: Blob, options?: api.CallOptions): Promise<Blob> {
    const { signal } = callOptions(options);
    need(isA(file, 'Blob'), `${show(file)} is no Blob`);
    return this.#photos.readable(file, signal);
  }

  async close(): Promise<void> {
    this.#bridge.close();
  }

  /** How many values the last feature map has. */
  get #features(): number {
    const after = this.layers.findIndex(({ type }) => /pool|full/.test(type));
    return sizeOf(this.layers[after - 1]);
  }

  /** Has the worker process an image. */
  async #process<T>(
    source: api.Source,
    { signal, framing }: ReturnType<typeof pictureOptions>,
    request: (image: Pick<ImageRequest, 'image' | 'framing'>) => ImageRequest,
  ): Promise<T> {
    guarded(checkSource)(source);
    if (!hasCanvas && framing.thumbnail > 0) {
      throw new MobileNetError('bad-argument', 'Outside of a browser there is no canvas to draw a thumbnail on.');
    }
    const { shape, draws } = this.#info;
    const drawing = { framing, shape, workerDraws: draws === 'worker' };
    const ask = (source: api.Source) =>
      this.#bridge.call<T>((settled) => {
        const image = capture(source, drawing, settled);
        if ('then' in image) return image.then((image) => request({ image, framing }));
        return request({ image, framing });
      }, signal);
    try {
      return await ask(source);
    } catch (error) {
      const photo = await this.#photos.unread(source, error, signal);
      if (!photo) throw error;
      return ask(photo);
    }
  }

  /** Has the worker run the network on pixels as they are. */
  async #compute<T>(
    method: PixelsRequest['method'],
    pixels: Uint8Array | Uint8ClampedArray,
    options: api.CallOptions | undefined,
  ) {
    const { signal } = callOptions(options);
    checkPixels(pixels, this.#info.shape);
    const request: PixelsRequest = { method, pixels: new Uint8Array(pixels) }; // a copy, as the caller may change them meanwhile
    return this.#bridge.call<T>(() => request, signal);
  }
}

const sizeOf = (layer: api.Layer | undefined): number => layer?.shape.reduce((product, n) => product * n) ?? 0;

/** What teach gives, and no options. */
const isHead = guarded((value: unknown) => typeof value === 'object' && value !== null && 'weights' in value);

/** The predictions of an answer, and whether they mean nothing where that is told. */
function predicted({ best, labels, noneOfThese }: NonNullable<Classification['own']>): api.OwnAnswer {
  const predictions = Array.from({ length: best.length / 2 }, (_, i) => ({
    index: best[2 * i] as number,
    label: labels[i] as string,
    probability: best[2 * i + 1] as number,
  }));
  return { predictions, ...(noneOfThese !== undefined && { noneOfThese }) };
}

/** So many equal parts of an array, each a copy. */
function parts(array: Float32Array<ArrayBuffer>, count: number): Float32Array<ArrayBuffer>[] {
  const size = array.length / count;
  return Array.from({ length: count }, (_, i) => array.slice(i * size, (i + 1) * size));
}

const tripleOf = ([r = 0, g = 0, b = 0]: Float32Array): [number, number, number] => [r, g, b];
