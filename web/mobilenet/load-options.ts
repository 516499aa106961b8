// The options of the library's functions.

import { checkSignal, guarded, need, read, show } from './check.js';
import { isA } from './kinds.js';
import type { LoadOptions, ModelsOptions } from './mobilenet.d.ts';

/** The options of models(). */
export const modelsOptions = guarded((given: ModelsOptions | undefined): ModelsOptions => {
  const options = read(given, 'assets', 'signal');
  checkSignal(options.signal);
  checkAssets(options.assets);
  return options;
});

function checkAssets(assets: unknown): void {
  const good = assets === undefined || (typeof assets === 'string' && assets !== '') || isA(assets, 'URL');
  need(good, `assets ${show(assets)} is no URL`);
}

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
    'assets',
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
    ['auto', 'dot', 'relaxed', 'simd', 'go'].includes(engine),
    `engine ${show(engine)} is not 'auto', 'dot', 'relaxed', 'simd' or 'go'`,
  );
  need(
    threads === 'auto' || (Number.isInteger(threads) && threads >= 1),
    `threads ${show(threads)} is not 'auto' and no whole number from 1`,
  );
  need(resolution === undefined || Number.isInteger(resolution), `resolution ${show(resolution)} is no whole number`);
  need(onProgress === undefined || typeof onProgress === 'function', `onProgress ${show(onProgress)} is no function`);
  checkSignal(options.signal);
  checkAssets(options.assets);
  return {
    ...options,
    labels: labels === undefined ? undefined : checkedLabels(labels),
    normalize: normalize === undefined ? undefined : triples(normalize),
  };
});

function checkedLabels(labels: NonNullable<LoadOptions['labels']>): NonNullable<LoadOptions['labels']> {
  if (typeof labels === 'string' || isA(labels, 'URL')) return labels;
  return checkedNames(labels, ' and no URL');
}

/** A copy of a list of labels; or is what else they might be. */
export function checkedNames(labels: readonly string[], or = ''): readonly string[] {
  need(Array.isArray(labels), `labels ${show(labels)} are no array${or}`);
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
