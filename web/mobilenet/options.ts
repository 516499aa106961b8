// Checks what callers give, so that a mistake is reported where it was made.

import { best } from './contract.js';
import { asError, MobileNetError } from './errors.js';
import { isA } from './kinds.js';
import type { Framing } from './messages.js';
import type {
  CallOptions,
  ClassifyOptions,
  Crop,
  CropBox,
  EmbedOptions,
  Features,
  LoadOptions,
  PictureOptions,
} from './mobilenet.d.ts';

function need(good: boolean, message: string): void {
  if (!good) throw new MobileNetError('bad-argument', message);
}

/** The same check, which also refuses values that throw when they are read, as a getter or a proxy may. */
export function guarded<A extends unknown[], R>(check: (...given: A) => R): (...given: A) => R {
  return (...given) => {
    try {
      return check(...given);
    } catch (error) {
      throw asError(error, 'bad-argument');
    }
  };
}

/** Any value as an error message shows it, in short. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 200 ? `${value.slice(0, 200)}…` : value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (isA(value, 'URL')) return `'${value.href}'`;
  return Array.isArray(value) ? 'an array' : 'an object';
}

/**
 * The options of these names, each read once, so that none changes after it was checked. undefined stands for no options, or for the
 * default of one; null does not.
 */
function read<T extends object>(options: T | undefined, ...names: (keyof T)[]): Partial<T> {
  const values: Partial<T> = {};
  if (options === undefined) return values;
  need(typeof options === 'object' && options !== null, `options ${show(options)} are no object`);
  for (const name of names) values[name] = options[name];
  return values;
}

function checkSignal(signal: unknown): void {
  need(signal === undefined || isA(signal, 'AbortSignal'), `signal ${show(signal)} is no AbortSignal`);
}

export const callOptions = guarded((given: CallOptions | undefined): CallOptions => {
  const options = read(given, 'signal');
  checkSignal(options.signal);
  return options;
});

export const loadOptions = guarded((given: LoadOptions | undefined) => {
  const options = read(
    given,
    'model',
    'labels',
    'normalize',
    'resolution',
    'engine',
    'threads',
    'onProgress',
    'signal',
  );
  const { model, labels, normalize, resolution, engine = 'auto', threads = 'auto', onProgress } = options;
  need(
    model === undefined ||
      (typeof model === 'string' && model !== '') ||
      isA(model, 'URL', 'Blob', 'ArrayBuffer', 'Uint8Array'),
    `model ${show(model)} is no name, URL, Blob, ArrayBuffer or Uint8Array`,
  );
  need(
    ['auto', 'relaxed', 'simd', 'go'].includes(engine),
    `engine ${show(engine)} is not 'auto', 'relaxed', 'simd' or 'go'`,
  );
  need(
    threads === 'auto' || (Number.isInteger(threads) && threads >= 1),
    `threads ${show(threads)} is not 'auto' and no whole number from 1`,
  );
  need(resolution === undefined || Number.isInteger(resolution), `resolution ${show(resolution)} is no whole number`);
  need(onProgress === undefined || typeof onProgress === 'function', `onProgress ${show(onProgress)} is no function`);
  checkSignal(options.signal);
  return {
    ...options,
    labels: labels === undefined ? undefined : checkedLabels(labels),
    normalize: normalize === undefined ? undefined : triples(normalize),
  };
});

function checkedLabels(labels: NonNullable<LoadOptions['labels']>): NonNullable<LoadOptions['labels']> {
  if (typeof labels === 'string' || isA(labels, 'URL')) return labels;
  need(Array.isArray(labels), `labels ${show(labels)} are no array and no URL`);
  const copy = [...labels];
  const wrong = copy.findIndex((label) => typeof label !== 'string');
  need(wrong < 0, `labels[${wrong}] ${show(copy[wrong])} is no string`);
  const empty = copy.findIndex((label) => label.trim() === '');
  need(empty < 0, `labels[${empty}] is empty`);
  return copy;
}

type Normalize = NonNullable<LoadOptions['normalize']>;

/** A normalisation with three numbers each, one per channel. */
export function triples(normalize: Normalize) {
  need(typeof normalize === 'object' && normalize !== null, `normalize ${show(normalize)} is no {mean, scale}`);
  const { mean, scale } = read(normalize, 'mean', 'scale');
  return { mean: triple(mean, 'mean'), scale: triple(scale, 'scale') };
}

/** One value or three as three. */
function triple(value: unknown, name: string): [number, number, number] {
  const values = Array.isArray(value) ? [...value] : [value, value, value];
  need(
    values.length === 3 && values.every((v) => Number.isFinite(v)),
    `normalize.${name} ${show(value)} is neither a finite number nor three`,
  );
  return values as [number, number, number];
}

export const pictureOptions = guarded((given: PictureOptions | undefined): CallOptions & { framing: Framing } => {
  const { signal, crop } = read(given, 'signal', 'crop');
  checkSignal(signal);
  return { signal, framing: framingOf({ crop }) };
});

/** The options of embed, which classify checks. */
export const embedOptions = guarded((given: EmbedOptions | undefined) => read(given, 'signal', 'crop', 'views'));

/** The options of classify for a model of so many classes; 0: the model has no classifier, which the worker reports. */
export const classifyOptions = guarded((given: ClassifyOptions | undefined, classes: number) => {
  const flags = ['embedding', 'logits', 'features'] as const;
  const options = read(given, 'signal', 'crop', 'views', 'thumbnail', 'topK', 'heatmap', ...flags);
  const { signal, topK = 5, embedding = false, logits = false, features = false, heatmap } = options;
  checkSignal(signal);
  need(Number.isInteger(topK) && topK >= 1, `topK ${show(topK)} is no whole number from 1`);
  for (const flag of flags) {
    const value: unknown = options[flag];
    need(value === undefined || typeof value === 'boolean', `${flag} ${show(value)} is not true or false`);
  }
  if (heatmap !== undefined && heatmap !== 'best') checkIndex('class', heatmap, classes || Infinity);
  return {
    signal,
    framing: framingOf(options),
    topK: Math.min(topK, classes || 1),
    embedding,
    logits,
    features,
    heatmap: heatmap === 'best' ? best : heatmap,
  };
});

function framingOf({ crop = 'center', views = 1, thumbnail = 0 }: ClassifyOptions): Framing {
  const checked = checkedCrop(crop);
  need([1, 2, 4].includes(views), `views ${show(views)} is not 1, 2 or 4`);
  need(views === 1 || typeof checked === 'string', `${views} views are fixed ones, and take no box as crop`);
  need(
    Number.isInteger(thumbnail) && thumbnail >= 0 && thumbnail <= 1024,
    `thumbnail ${show(thumbnail)} is no whole number up to 1024`,
  );
  return { crop: checked, views, thumbnail };
}

/** How far a sum of two shares may be beyond 1 by rounding. */
const rounding = 1e-9;

function checkedCrop(crop: Crop | CropBox): Crop | CropBox {
  if (typeof crop !== 'object' || crop === null) {
    const named = ['center', 'square', 'whole'].includes(crop);
    need(named, `crop ${show(crop)} is not 'center', 'square', 'whole' or a box {left, top, width, height}`);
    return crop;
  }
  const box = read(crop, 'left', 'top', 'width', 'height') as CropBox;
  for (const [start, length] of [
    ['left', 'width'],
    ['top', 'height'],
  ] as const) {
    for (const name of [start, length]) {
      const share: unknown = box[name];
      need(
        Number.isFinite(share) && box[name] >= 0 && box[name] <= 1,
        `crop.${name} ${show(share)} is no number in 0..1`,
      );
    }
    need(box[length] > 0, `crop.${length} is 0, so the crop is empty`);
    const end = box[start] + box[length];
    need(end <= 1 + rounding, `crop.${start} + crop.${length} is ${end}, beyond 1`);
  }
  return box;
}

/** Checks an index in 0..count-1; count may be Infinity. */
export const checkIndex = guarded((what: string, index: number, count: number): void => {
  need(
    Number.isInteger(index) && index >= 0 && index < count,
    `${what} ${show(index)} is no whole number ${count === Infinity ? 'from 0' : `in 0..${count - 1}`}`,
  );
});

/** A copy of a classification's features, of which there must be `count`; undefined if value is an image. */
export const featuresOf = guarded((value: unknown, count: number): Features | undefined => {
  if (typeof value !== 'object' || value === null || !('box' in value && 'data' in value)) return undefined;
  const { data, box } = value as Features;
  need(
    isA(data, 'Float32Array') && data.length === count,
    `the data of features is no Float32Array of ${count} values; classify with features: true gives it`,
  );
  return { data: data.slice(), box }; // a copy, as the caller may change them meanwhile
});

export function checkPixels(rgb: unknown, resolution: number): asserts rgb is Uint8Array | Uint8ClampedArray {
  const bytes = resolution * resolution * 3;
  need(
    isA(rgb, 'Uint8Array', 'Uint8ClampedArray') && rgb.length === bytes,
    `rgb is no Uint8Array of ${bytes} bytes, [${resolution},${resolution},3]`,
  );
}
