// Images as the pixels that the caller has decoded.

import { show } from './check.js';
import { MobileNetError } from './errors.js';
import { isA } from './kinds.js';
import type { InputImage } from './messages.js';
import type { Pixels } from './mobilenet.d.ts';
import { hasCanvas } from './platform.js';

/** Pixels of the largest image. */
const pixelLimit = 125e6;

/** Whether a source is an object of pixels; outside of browsers, an ImageData of any class is one. */
export function isPixels(source: unknown): source is Pixels {
  if (hasCanvas && isA(source, 'ImageData')) return false;
  return typeof source === 'object' && source !== null && 'data' in source && 'width' in source && 'height' in source;
}

/** Throws if they are not [height,width,4]. */
export function checkPixelSource({ data, width, height }: Pixels): void {
  const need = (good: boolean, message: string) => {
    if (!good) throw new MobileNetError('bad-argument', message);
  };
  for (const [name, value] of Object.entries({ width, height })) {
    need(Number.isInteger(value) && value > 0, `${name} ${show(value)} of the pixels is no whole number from 1`);
  }
  if (width * height > pixelLimit) {
    const has = `The image is ${width} × ${height} pixels; up to ${pixelLimit / 1e6} megapixels can be read.`;
    throw new MobileNetError('image-too-large', has, { size: { width, height, limit: pixelLimit } });
  }
  const good = isA(data, 'Uint8Array', 'Uint8ClampedArray');
  need(good, `the data ${show(data)} of the pixels is no Uint8Array and no Uint8ClampedArray`);
  const bytes = 4 * width * height;
  const hint =
    data.length === (bytes / 4) * 3 ? '; these look like RGB, and RGBA is needed (in sharp: ensureAlpha())' : '';
  need(data.length === bytes, `${data.length} bytes of pixels where ${width} × ${height} RGBA need ${bytes}${hint}`);
}

/** A copy of the pixels for the worker, as the caller may change them meanwhile. */
export const copyOfPixels = ({ data, width, height }: Pixels): InputImage => ({
  kind: 'pixels',
  data: new Uint8Array(data),
  width,
  height,
});
