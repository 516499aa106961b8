// The options and arguments of a model's methods.

import { checkSignal, guarded, need, read, show } from './check.js';
import { best } from './contract.js';
import { isA } from './kinds.js';
import { checkedNames } from './load-options.js';
import type { Framing, Shape } from './messages.js';
import type {
  CallOptions,
  ClassifyOptions,
  Crop,
  CropBox,
  EmbedOptions,
  Features,
  PictureOptions,
  SaveOptions,
} from './mobilenet.d.ts';

export const callOptions = guarded((given: CallOptions | undefined): CallOptions => {
  const options = read(given, 'signal');
  checkSignal(options.signal);
  return options;
});

export const saveOptions = guarded((given: SaveOptions | undefined) => {
  const { signal, labels, name = '' } = read(given, 'signal', 'labels', 'name');
  checkSignal(signal);
  need(typeof name === 'string', `name ${show(name)} is no string`);
  return { signal, name, labels: labels === undefined ? undefined : checkedNames(labels) };
});

export const pictureOptions = guarded((given: PictureOptions | undefined): CallOptions & { framing: Framing } => {
  const { signal, crop } = read(given, 'signal', 'crop');
  checkSignal(signal);
  return { signal, framing: framingOf({ crop }) };
});

/** The options of embed, which classify checks. */
export const embedOptions = guarded((given: EmbedOptions | undefined) => read(given, 'signal', 'crop', 'views'));

/** The options of classify for so many classes; 0: there are none, or it is not known yet how many: then the worker checks. */
export const classifyOptions = guarded((given: ClassifyOptions | undefined, classes: number) => {
  const flags = ['embedding', 'embeddings', 'logits', 'features'] as const;
  const options = read(given, 'signal', 'crop', 'views', 'thumbnail', 'topK', 'heatmap', ...flags);
  const {
    signal,
    topK = 5,
    embedding = false,
    embeddings = false,
    logits = false,
    features = false,
    heatmap,
  } = options;
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
    topK: Math.min(topK, most),
    embedding,
    embeddings,
    logits,
    features,
    heatmap: heatmap === 'best' ? best : heatmap,
  };
});

/** More predictions than any model has classes; the program takes no larger numbers. */
const most = 2 ** 31 - 1;

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

export function checkPixels(pixels: unknown, shape: Shape): asserts pixels is Uint8Array | Uint8ClampedArray {
  const bytes = shape.reduce((product, n) => product * n);
  need(
    isA(pixels, 'Uint8Array', 'Uint8ClampedArray') && pixels.length === bytes,
    `pixels are no Uint8Array of ${bytes} bytes, [${shape}]`,
  );
}
