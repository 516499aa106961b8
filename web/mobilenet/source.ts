// Turns a Source into what is sent to the worker: a file as it is, anything else as a bitmap of what it shows now.

import { unlessAborted } from '../common/abort.js';
import { drawThumbnail, drawViews } from './canvas.js';
import { decodeError, inspect } from './decode.js';
import { aborted, MobileNetError, tainted, text } from './errors.js';
import { isA } from './kinds.js';
import type { Framing, InputImage, Shape } from './messages.js';
import type { Pixels, Source } from './mobilenet.d.ts';
import { checkPixelSource, copyOfPixels, isPixels } from './pixels.js';
import { hasCanvas } from './platform.js';
import { watchPolicy } from './policy.js';
import { pageUrl } from './urls.js';

/** What is needed to draw on the page's thread where the worker cannot. */
export interface Drawing {
  framing: Framing;
  shape: Shape;
  workerDraws: boolean;
}

/** Takes the image from a source, at once if that is a file that the worker can draw. signal aborts what must be waited for. */
export function capture(source: Source, drawing: Drawing, signal: AbortSignal): InputImage | Promise<InputImage> {
  if (!hasCanvas) return copyOfPixels(source as Pixels); // checkSource lets pass nothing else
  if (typeof source === 'string' || isA(source, 'URL')) return fromUrl(source, drawing, signal);
  if (isA(source, 'Blob')) return fromFile(source, drawing, signal);
  if (isA(source, 'HTMLImageElement')) return fromElement(source, drawing, signal);
  if (isPixels(source)) return fromPixels(imageDataOf(source), drawing);
  return fromPixels(source as Exclude<typeof source, Pixels>, drawing);
}

const kinds = [
  'ImageBitmap',
  'ImageData',
  'HTMLImageElement',
  'HTMLCanvasElement',
  'OffscreenCanvas',
  'HTMLVideoElement',
  'VideoFrame',
] as const;

/** Throws if source is no Source. */
export function checkSource(source: unknown): asserts source is Source {
  if (isPixels(source)) return checkPixelSource(source);
  if (!hasCanvas) {
    const remedy = 'Decode it with a library such as sharp, and give its pixels, { data, width, height } in RGBA.';
    throw new MobileNetError(
      'bad-argument',
      `Outside of a browser, nothing here can decode ${nameOfKind(source)}. ${remedy}`,
    );
  }
  if (typeof source === 'string' || isA(source, 'Blob', 'URL', ...kinds)) return;
  throw new MobileNetError(
    'bad-argument',
    `A picture cannot be taken from ${nameOfKind(source)}; give Blob, URL, ${kinds.join(', ')}, or { data, width, height }.`,
  );
}

const nameOfKind = (value: unknown) => Object.prototype.toString.call(value).slice(8, -1);

/** A copy, whatever array the pixels are in. */
const imageDataOf = ({ data, width, height }: Pixels) => new ImageData(new Uint8ClampedArray(data), width, height);

async function fromUrl(source: string | URL, drawing: Drawing, signal: AbortSignal): Promise<InputImage> {
  return fromFile(await fetchImage(pageUrl(source), signal), drawing, signal);
}

export async function fetchImage(url: URL, signal: AbortSignal): Promise<Blob> {
  const refused = watchPolicy('connect-src');
  try {
    const response = await fetch(url, { signal });
    if (response.ok) return await response.blob();
    throw new Error(`the server answered ${response.status}`);
  } catch (cause) {
    const reason = (await refused())
      ? `the page's Content-Security-Policy forbids it (connect-src)`
      : cause instanceof TypeError
        ? 'its server does not answer, or does not let this page read it (CORS)'
        : text(cause);
    throw new MobileNetError('url-refused', `The picture ${url.href} could not be fetched: ${reason}.`, { cause });
  }
}

function fromFile(blob: Blob, drawing: Drawing, signal: AbortSignal): InputImage | Promise<InputImage> {
  // Only a page can draw SVG, and only as an element. Files of any other image type go to the worker unread.
  const worker = drawing.workerDraws && /^image\/(?!svg)/.test(blob.type);
  return worker ? { kind: 'file', blob } : drawFile(blob, drawing, signal);
}

async function drawFile(blob: Blob, drawing: Drawing, signal: AbortSignal): Promise<InputImage> {
  const kind = await unlessAborted(inspect(blob), signal, aborted);
  const isSvg = kind.format === 'SVG';
  if (drawing.workerDraws && !isSvg) return { kind: 'file', blob };
  if (typeof Image === 'undefined') {
    const why = `${kind.format ?? 'The file'} can be drawn only by a page, and load() was called in a worker`;
    throw new MobileNetError('broken-image', `${why}. Draw it in the page, and give its pixels.`);
  }
  // Browsers recognise SVG by its type alone, which a file may lack.
  const url = URL.createObjectURL(isSvg ? blob.slice(0, blob.size, 'image/svg+xml') : blob);
  try {
    const image = new Image();
    image.src = url;
    const start = performance.now();
    const decoding = image.decode().catch((cause) => {
      throw decodeError(kind, cause);
    });
    await unlessAborted(decoding, signal, aborted);
    return await fromImage(image, drawing, performance.now() - start).catch((error) => {
      if (error.code !== 'url-refused') throw error;
      // A file is never of another origin.
      const why = 'The SVG has HTML inside (<foreignObject>), and this browser lets no page read such an image';
      throw new MobileNetError('broken-image', `${why}. Save it as PNG and try again.`, { cause: error.cause });
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function fromElement(image: HTMLImageElement, drawing: Drawing, signal: AbortSignal): Promise<InputImage> {
  // It may be loading, or not before it is scrolled to, which may be never; browsers do not tell which.
  if (image.loading === 'lazy' && !image.complete) {
    const remedy = "wait for its 'load' event, or take away loading='lazy'";
    throw new MobileNetError('bad-argument', `The <img> is lazy and has not been loaded yet; ${remedy}.`);
  }
  const start = performance.now();
  const decoding = image.decode().catch((cause) => {
    if (!image.currentSrc && !image.getAttribute('src') && !image.srcset) {
      throw new MobileNetError('bad-argument', 'The <img> has no src.', { cause });
    }
    throw new MobileNetError('broken-image', `The <img> shows no picture: ${text(cause)}`, { cause });
  });
  await unlessAborted(decoding, signal, aborted);
  try {
    return await fromBitmap(await createImageBitmap(image), drawing, start);
  } catch {
    return fromImage(image, drawing, performance.now() - start); // an SVG without a size, for example
  }
}

/** Anything else has its pixels already, or has none. */
async function fromPixels(
  source: Exclude<Source, string | URL | Blob | HTMLImageElement | Pixels> | ImageData,
  drawing: Drawing,
) {
  const start = performance.now();
  if (isA(source, 'HTMLVideoElement') && (source.readyState < 2 || source.videoWidth === 0)) {
    throw new MobileNetError('bad-argument', "The video has no frame yet; wait for its 'loadeddata' event.");
  }
  const bitmap = await createImageBitmap(source).catch((cause) => {
    if (cause?.name === 'SecurityError') throw tainted(cause);
    throw new MobileNetError('bad-argument', `There are no pixels in what was given: ${text(cause)}`, { cause });
  });
  return fromBitmap(bitmap, drawing, start);
}

function fromImage(image: HTMLImageElement, drawing: Drawing, decode: number): Promise<InputImage> {
  const { naturalWidth: width, naturalHeight: height } = image;
  if (!width || !height)
    throw new MobileNetError('broken-image', 'The picture has no size; give the SVG a width and a height.');
  return draw(image, width, height, drawing, decode);
}

async function fromBitmap(bitmap: ImageBitmap, drawing: Drawing, start: number): Promise<InputImage> {
  const decode = performance.now() - start;
  if (drawing.workerDraws) return { kind: 'bitmap', bitmap, decode };
  try {
    return await draw(bitmap, bitmap.width, bitmap.height, drawing, decode);
  } finally {
    bitmap.close();
  }
}

async function draw(
  image: CanvasImageSource,
  width: number,
  height: number,
  { framing, shape }: Drawing,
  decode: number,
): Promise<InputImage> {
  try {
    const views = drawViews(image, width, height, framing, shape);
    const thumbnail = await drawThumbnail(image, width, height, framing.thumbnail);
    return { kind: 'views', ...views, thumbnail, decode };
  } catch (cause) {
    throw (cause as Error).name === 'SecurityError' ? tainted(cause) : cause;
  }
}
