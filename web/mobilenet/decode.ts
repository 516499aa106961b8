// Image files to pixels, in the worker or on the page's thread. The caller closes the bitmap.

import { unlessAborted } from '../common/abort.js';
import { type Kind as Format, isRare, sniff, sniffLength } from '../common/sniff.js';
import type { Size } from './boxes.js';
import { aborted, MobileNetError } from './errors.js';
import { declaredSize } from './image-size.js';
import type { ErrorCode } from './mobilenet.d.ts';

/**
 * Pixels of the largest image. Decoding, showing and drawing it takes Chromium up to ten bytes a pixel: 1.25 GB, or 2.5 GB where the
 * device is known to have 16 GB.
 */
const pixelLimit = ((globalThis.navigator as { deviceMemory?: number })?.deviceMemory ?? 4) >= 16 ? 250e6 : 125e6;

/** From so many pixels on, a failure to decode is attributed to the size. */
const largeImage = 2 ** 26;

/** Pixels of the largest image that is decoded before its turn: two larger ones together might not fit in memory. */
const earlyLimit = 2 ** 25;

/** What a file is, and the size that its header declares, if known. */
export interface Kind extends Format {
  size?: Size;
}

/** A file's pixels, and the milliseconds it took to get them. */
export interface Decoded {
  bitmap: ImageBitmap;
  decode: number;
}

/**
 * Decodes a file; early, while others are decoded too, only if it is not large. An abort ends the wait for a file that cannot be read
 * yet, as on a slow disk, but not the decoding: no other may begin before its memory is freed.
 */
export async function decode(blob: Blob, signal: AbortSignal, early: true): Promise<Decoded | undefined>;
export async function decode(blob: Blob, signal: AbortSignal): Promise<Decoded>;
export async function decode(blob: Blob, signal: AbortSignal, early = false): Promise<Decoded | undefined> {
  const start = performance.now();
  const kind = await unlessAborted(inspect(blob), signal, aborted);
  if (early && pixelsOf(kind) > earlyLimit) return undefined;
  try {
    return { bitmap: await createImageBitmap(blob), decode: performance.now() - start };
  } catch (cause) {
    throw decodeError(kind, cause);
  }
}

/** Reads a file's header, and refuses an image that would fill the memory. */
export async function inspect(blob: Blob): Promise<Kind> {
  if (blob.size === 0) throw new MobileNetError('not-an-image', 'The file is empty.');
  const kind = await readHeader(blob);
  if (kind.size && pixelsOf(kind) > pixelLimit) {
    throw new MobileNetError(
      'image-too-large',
      `The image is ${inWords(kind.size)}; this browser can open up to ${megapixels(pixelLimit)} megapixels.`,
      { size: { ...kind.size, limit: pixelLimit } },
    );
  }
  return kind;
}

async function readHeader(blob: Blob): Promise<Kind> {
  try {
    const kind = sniff(new Uint8Array(await blob.slice(0, sniffLength).arrayBuffer()));
    return { ...kind, size: kind.format ? await declaredSize(kind.format, blob) : undefined };
  } catch (cause) {
    throw new MobileNetError('broken-image', 'The file cannot be read; it may have been changed or moved.', { cause });
  }
}

/** Why a file of this kind could not be decoded. */
export function decodeError(kind: Kind, cause: unknown): MobileNetError {
  const { format, isImage, size } = kind;
  const error = (code: ErrorCode, message: string) => new MobileNetError(code, message, { cause });
  if (!isImage) {
    const what = format ? `This is a ${format} file, not an image` : 'This isn’t an image we recognise';
    return error('not-an-image', `${what}. Use JPEG, PNG, WebP, GIF, AVIF or SVG.`);
  }
  if (isRare(format)) {
    const why = `This browser can’t open ${format} files, or this one is damaged.`;
    return error('broken-image', `${why} Save it as JPEG and try again.`);
  }
  if (size && pixelsOf(kind) >= largeImage) {
    const why = "it is too large for this browser's memory, or broken";
    const message = `The image is ${inWords(size)} and could not be decoded: ${why}.`;
    return new MobileNetError('image-too-large', message, { cause, size });
  }
  return error('broken-image', `This ${format} is damaged or incomplete.`);
}

const pixelsOf = ({ size }: Kind) => (size ? size.width * size.height : 0);

/** Rounded up, so that what is over the limit also reads so. */
const megapixels = (pixels: number) => (Math.ceil(pixels / 1e5) / 10).toLocaleString('en');

/** "12,000 × 12,000 pixels (144 megapixels)" */
const inWords = ({ width, height }: Size) =>
  `${width.toLocaleString('en')} × ${height.toLocaleString('en')} pixels (${megapixels(width * height)} megapixels)`;
