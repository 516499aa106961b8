// What load() gives: the questions that can be asked, each checked and sent to the worker.

import type { Bridge } from './bridge.js';
import { checkCanvas } from './canvas.js';
import { best as bestClass, type Computing, type LayerTimes } from './contract.js';
import type { Classified, Opened, PictureRequest, PixelsRequest } from './messages.js';
import type * as api from './mobilenet.d.ts';
import {
  callOptions,
  checkIndex,
  checkPixels,
  classifyOptions,
  embedOptions,
  featuresOf,
  guarded,
  pictureOptions,
} from './options.js';
import { capture, checkSource } from './source.js';

export class Net implements api.MobileNet {
  readonly layers: readonly api.Layer[];
  readonly labels: readonly string[];
  #info: Omit<api.Info, keyof Computing>;
  #bridge: Bridge;

  constructor(bridge: Bridge, model: string, { labels, layers, canvas, ...rest }: Opened) {
    this.#bridge = bridge;
    this.layers = layers;
    this.labels = labels ? labels.split('\n') : [];
    const none = canvas === 'none'; // in the worker
    this.#info = { model, ...rest, canvas: none ? checkCanvas() : canvas, draws: none ? 'page' : 'worker' };
  }

  get info(): api.Info {
    return { ...this.#info, ...this.#bridge.computing };
  }

  async classify(source: api.Source, options?: api.ClassifyOptions): Promise<api.Classification> {
    const { signal, look, heatmap, topK, ...wanted } = classifyOptions(options, this.#info.classes);
    const map = heatmap === 'best' ? bestClass : heatmap;
    const answer = await this.#see<Classified>(source, { signal, look }, (p) => ({
      ...p,
      ...wanted,
      method: 'classify',
      topK: Math.min(topK, this.#info.classes || 1),
      heatmap: map,
    }));
    const { best, box, thumbnail, timings } = answer;
    const predictions = Array.from({ length: best.length / 2 }, (_, i) => {
      const [index, probability] = best.subarray(2 * i) as unknown as [number, number];
      return { index, label: this.labels[index] ?? '', probability };
    });
    return {
      predictions,
      ...(answer.embedding && { embedding: answer.embedding }),
      ...(answer.logits && { logits: answer.logits }),
      ...(answer.features && { features: { data: answer.features, box } }),
      ...(answer.heatmap && { heatmap: { ...answer.heatmap, box } }),
      ...(thumbnail && { thumbnail }),
      timings,
    };
  }

  async embed(source: api.Source, options?: api.EmbedOptions): Promise<Float32Array<ArrayBuffer>> {
    const { embedding } = await this.classify(source, { ...embedOptions(options), topK: 1, embedding: true });
    return embedding as Float32Array<ArrayBuffer>;
  }

  async heatmap(source: api.Source | api.Features, index: number, options?: api.PictureOptions): Promise<api.Heatmap> {
    checkIndex('class', index, this.#info.classes || Infinity);
    const { signal, look } = pictureOptions(options);
    const features = featuresOf(source, this.#features);
    if (features) {
      const request = { method: 'heatmap', features: features.data, index } as const;
      const map = await this.#bridge.call<Omit<api.Heatmap, 'box'>>(() => request, signal);
      return { ...map, box: features.box };
    }
    const asked = { crop: look.crop, signal, topK: 1, heatmap: index };
    return (await this.classify(source as api.Source, asked)).heatmap as api.Heatmap;
  }

  async activations(source: api.Source, layer: number, options?: api.PictureOptions): Promise<api.Activations> {
    checkIndex('layer', layer, this.layers.length);
    return this.#see(source, pictureOptions(options), (p) => ({ ...p, method: 'activations', layer }));
  }

  async run(rgb: Uint8Array | Uint8ClampedArray, options?: api.CallOptions): Promise<api.Output> {
    return this.#compute('run', rgb, options);
  }

  async profile(rgb: Uint8Array | Uint8ClampedArray, options?: api.CallOptions): Promise<{ times: number[] }> {
    const { times } = await this.#compute<LayerTimes>('profile', rgb, options);
    return { times: Array.from(times) };
  }

  async memory(options?: api.CallOptions): Promise<api.Memory> {
    const { signal } = callOptions(options);
    return this.#bridge.call(() => ({ method: 'memory' }), signal);
  }

  async weights(layer: number, options?: api.CallOptions): Promise<api.Weights> {
    checkIndex('layer', layer, this.layers.length);
    const { signal } = callOptions(options);
    return this.#bridge.call(() => ({ method: 'weights', layer }), signal);
  }

  async close(): Promise<void> {
    this.#bridge.close();
  }

  /** How many values the last feature map has, before the average pool. */
  get #features(): number {
    const pool = this.layers.findIndex(({ type }) => type === 'average_pool');
    return this.layers[pool - 1]?.shape.reduce((product, n) => product * n) ?? 0;
  }

  /** Has the worker look at a picture. */
  async #see<T>(
    source: api.Source,
    { signal, look }: ReturnType<typeof pictureOptions>,
    request: (seen: Pick<PictureRequest, 'picture' | 'look'>) => PictureRequest,
  ): Promise<T> {
    guarded(checkSource)(source);
    const { resolution, draws } = this.#info;
    const drawing = { look, resolution, workerDraws: draws === 'worker' };
    return this.#bridge.call<T>((settled) => {
      const picture = capture(source, drawing, settled);
      if ('then' in picture) return picture.then((picture) => request({ picture, look }));
      return request({ picture, look });
    }, signal);
  }

  /** Has the worker compute with pixels as they are. */
  async #compute<T>(
    method: PixelsRequest['method'],
    rgb: Uint8Array | Uint8ClampedArray,
    options: api.CallOptions | undefined,
  ) {
    const { signal } = callOptions(options);
    checkPixels(rgb, this.#info.resolution);
    const request: PixelsRequest = { method, rgb: new Uint8Array(rgb) }; // what they are now, whatever becomes of them in the queue
    return this.#bridge.call<T>(() => request, signal);
  }
}
