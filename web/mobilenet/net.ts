// What load() gives: the questions that can be asked, each checked and sent to the worker.

import type { Bridge } from './bridge.js';
import { checkCanvas } from './canvas.js';
import { aborted } from './errors.js';
import type { Classified, Computing, Opened, PictureRequest, PixelsRequest, WeightsRequest } from './messages.js';
import type * as api from './mobilenet.d.ts';
import { callOptions, checkIndex, checkPixels, classifyOptions, guarded, pictureOptions } from './options.js';
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
    const { topK, embedding: embeds, heatmap: mapped, ...seen } = classifyOptions(options, this.#info.classes);
    const { best, embedding, heatmap, thumbnail, timings } = await this.#see<Classified>(source, seen, (p) => ({
      ...p,
      method: 'classify',
      topK,
      embedding: embeds,
      heatmap: mapped,
    }));
    const predictions = Array.from({ length: best.length / 2 }, (_, i) => {
      const [index, probability] = best.subarray(2 * i) as unknown as [number, number];
      return { index, label: this.labels[index] ?? '', probability };
    });
    return {
      predictions,
      ...(embedding && { embedding }),
      ...(heatmap && { heatmap }),
      ...(thumbnail && { thumbnail }),
      timings,
    };
  }

  async embed(source: api.Source, options?: api.PictureOptions): Promise<Float32Array<ArrayBuffer>> {
    return this.#see(source, pictureOptions(options), (p) => ({ ...p, method: 'embed' }));
  }

  async heatmap(source: api.Source, index: number, options?: api.PictureOptions): Promise<api.Heatmap> {
    checkIndex('class', index, this.#info.classes || Infinity);
    return this.#see(source, pictureOptions(options), (p) => ({ ...p, method: 'heatmap', index }));
  }

  async activations(source: api.Source, layer: number, options?: api.PictureOptions): Promise<api.Activations> {
    checkIndex('layer', layer, this.layers.length);
    return this.#see(source, pictureOptions(options), (p) => ({ ...p, method: 'activations', index: layer }));
  }

  async run(rgb: Uint8Array | Uint8ClampedArray, options?: api.CallOptions): Promise<api.Output> {
    return this.#compute('run', rgb, options);
  }

  async profile(rgb: Uint8Array | Uint8ClampedArray, options?: api.CallOptions): Promise<{ times: number[] }> {
    return { times: Array.from(await this.#compute<Float64Array>('profile', rgb, options)) };
  }

  async memory(options?: api.CallOptions): Promise<api.Memory> {
    const { signal } = callOptions(options);
    const [engine, heap, program] = await this.#bridge.call<[number, number, number]>(
      Promise.resolve({ method: 'memory' }),
      signal,
    );
    return { engine, heap, program };
  }

  async weights(layer: number, options?: api.CallOptions): Promise<api.Weights> {
    checkIndex('layer', layer, this.layers.length);
    const { signal } = callOptions(options);
    const request: WeightsRequest = { method: 'weights', index: layer };
    return this.#bridge.call(Promise.resolve(request), signal);
  }

  async close(): Promise<void> {
    this.#bridge.close();
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
    const picture = signal?.aborted ? Promise.reject(aborted(signal)) : capture(source, drawing, signal);
    return this.#bridge.call<T>(
      picture.then((picture) => request({ picture, look })),
      signal,
    );
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
    return this.#bridge.call<T>(Promise.resolve(request), signal);
  }
}
