// Checks what callers give, so that a slip is named where it was made.

import { MobileNetError } from './errors.js';
import { isA } from './kinds.js';
import type { Look } from './messages.js';
import type { ClassifyOptions, LoadOptions } from './mobilenet.d.ts';

function need(good: boolean, message: string): void {
  if (!good) throw new MobileNetError('bad-argument', message);
}

const show = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value));

export function checkLoadOptions({ model, labels, engine = 'auto', threads = 'auto', resolution }: LoadOptions): void {
  need(
    model === undefined || typeof model === 'string' || isA(model, 'URL', 'Blob', 'ArrayBuffer', 'Uint8Array'),
    'model is no name, URL, Blob, ArrayBuffer or Uint8Array',
  );
  need(
    labels === undefined || typeof labels === 'string' || isA(labels, 'URL') || Array.isArray(labels),
    'labels are no array and no URL',
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
}

/** One value or three as three. */
export function triple(value: number | readonly number[], name: string): [number, number, number] {
  const values = typeof value === 'number' ? [value, value, value] : value;
  need(
    Array.isArray(values) && values.length === 3 && values.every((v) => typeof v === 'number'),
    `normalize.${name} is neither a number nor three`,
  );
  return values as [number, number, number];
}

export function lookOf({
  crop = 'center',
  views = 1,
  thumbnail = 0,
}: Pick<ClassifyOptions, 'crop' | 'views' | 'thumbnail'>): Look {
  need(['center', 'square', 'whole'].includes(crop), `crop ${show(crop)} is not 'center', 'square' or 'whole'`);
  need([1, 2, 4].includes(views), `views ${show(views)} is not 1, 2 or 4`);
  need(
    Number.isInteger(thumbnail) && thumbnail >= 0 && thumbnail <= 1024,
    `thumbnail ${show(thumbnail)} is no whole number up to 1024`,
  );
  return { crop, views, thumbnail };
}

export function checkTopK(topK: number): void {
  need(Number.isInteger(topK) && topK >= 1, `topK ${show(topK)} is no whole number from 1`);
}

export function checkIndex(what: string, index: number, count: number): void {
  need(
    Number.isInteger(index) && index >= 0 && index < count,
    `${what} ${show(index)} is no whole number in 0..${count - 1}`,
  );
}

export function checkPixels(rgb: unknown, resolution: number): asserts rgb is Uint8Array | Uint8ClampedArray {
  const bytes = resolution * resolution * 3;
  need(
    isA(rgb, 'Uint8Array', 'Uint8ClampedArray') && rgb.length === bytes,
    `rgb is no Uint8Array of ${bytes} bytes, [${resolution},${resolution},3]`,
  );
}
