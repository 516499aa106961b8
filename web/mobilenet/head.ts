// A head as use() takes it: as teach gives it, or as it comes back from JSON.

import { guarded, need, read, show } from './check.js';
import { isA } from './kinds.js';
import { checkedNames } from './load-options.js';
import type { Use } from './messages.js';
import type { Head } from './mobilenet.d.ts';

/** What the class of counter-examples is called. */
const noneLabel = 'none of these';

/** The model's own classes again. */
const noHead: Use = {
  method: 'use',
  labels: [],
  weights: new Float32Array(),
  bias: new Float32Array(),
  counter: false,
  centre: new Float32Array(),
  threshold: 0,
  beside: false,
  model: '',
  tellsNone: false,
};

/** The request to use a head on embeddings of a size, or none. It is a copy, as the caller may change its own meanwhile. */
export const useRequest = guarded((given: Head | null | undefined, size: number): Use => {
  if (given === undefined || given === null) return noHead;
  need(typeof given === 'object' && 'labels' in given, `head ${show(given)} is no head; teach gives one`);
  const { labels, counter, keep, weights, bias, noneOfThese, model = '' } = read(given, ...fields) as Head;
  const names = [...checkedNames(labels)];
  need(typeof counter === 'boolean', `head.counter ${show(counter)} is not true or false`);
  need(['own', 'both'].includes(keep), `head.keep ${show(keep)} is not 'own' or 'both'`);
  need(typeof model === 'string', `head.model ${show(model)} is no string`);
  if (counter) names.push(noneLabel);
  const classes = names.length;
  need(classes > 0, 'head.labels are empty');
  const { centre, threshold = 0 } = noneOfThese === undefined ? {} : read(noneOfThese, 'centre', 'threshold');
  need(Number.isFinite(threshold), `head.noneOfThese.threshold ${show(threshold)} is no finite number`);
  return {
    method: 'use',
    labels: names,
    weights: floats(weights, 'weights', classes * size),
    bias: floats(bias, 'bias', classes),
    counter,
    centre: noneOfThese === undefined ? new Float32Array() : floats(centre, 'noneOfThese.centre', size),
    threshold,
    beside: keep === 'both',
    model,
    tellsNone: counter || noneOfThese !== undefined,
  };
});

const fields = ['labels', 'counter', 'keep', 'weights', 'bias', 'noneOfThese', 'model'] as const;

/** Numbers as a Float32Array: JSON makes an object of one, with its indices as keys, or an array. Other values are as they were. */
export function fromJson(values: unknown): unknown {
  if (typeof values !== 'object' || values === null || isA(values, 'Float32Array')) return values;
  const list: unknown[] = Object.values(values); // the order of indices
  const numbers = Object.keys(values).every((key, i) => key === `${i}`) && list.every((v) => typeof v === 'number');
  return numbers ? Float32Array.from(list as number[]) : values;
}

/** A copy of so many finite numbers. */
function floats(given: unknown, name: string, count: number): Float32Array {
  const values = fromJson(given);
  if (!isA(values, 'Float32Array')) {
    throw new TypeError(`head.${name} ${show(values)} is no Float32Array, nor numbers that JSON has made of one`);
  }
  need(
    values.length === count,
    `head.${name} are ${values.length} numbers; for this model and its labels they are ${count}`,
  );
  const copy = values.slice();
  const wrong = copy.findIndex((v) => !Number.isFinite(v));
  need(wrong < 0, `head.${name}[${wrong}] is ${copy[wrong]}`);
  return copy;
}
