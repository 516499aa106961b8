// Anything with pixels to a Picture that can go to the worker: files as they are, the rest as a bitmap of this moment.

import { unlessAborted } from '../common/abort.js';
import { drawThumbnail, drawViews } from './canvas.js';
import { decodeError, inspect } from './decode.js';
import { aborted, MobileNetError, tainted, text } from './errors.js';
import { isA } from './kinds.js';
import type { Look, Picture } from './messages.js';
import type { Source } from './mobilenet.d.ts';
import { watchPolicy } from './policy.js';
import { pageUrl } from './weights.js';

/** What is needed to draw on the page's thread, where the worker cannot. */
export interface Drawing {
  look: Look;
  resolution: number;
  workerDraws: boolean;
}

/** Takes a picture. A file that the worker can draw is there at once; signal stops what is still to come. */
export function capture(source: Source, drawing: Drawing, signal: AbortSignal): Picture | Promise<Picture> {
  if (typeof source === 'string' || isA(source, 'URL')) return fromUrl(source, drawing, signal);
  if (isA(source, 'Blob')) return fromFile(source, drawing, signal);
  if (isA(source, 'HTMLImageElement')) return fromElement(source, drawing, signal);
  return fromPixels(source, drawing);
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

/** Refuses what is no Source. */
export function checkSource(source: unknown): asserts source is Source {
  if (typeof source === 'string' || isA(source, 'Blob', 'URL', ...kinds)) return;
  const kind = Object.prototype.toString.call(source).slice(8, -1);
  throw new MobileNetError(
    'bad-argument',
    `A picture cannot be taken from ${kind}; give Blob, URL, ${kinds.join(', ')}.`,
  );
}

async function fromUrl(source: string | URL, drawing: Drawing, signal: AbortSignal): Promise<Picture> {
  return fromFile(await fetchPicture(pageUrl(source), signal), drawing, signal);
}

async function fetchPicture(url: URL, signal: AbortSignal): Promise<Blob> {
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

function fromFile(blob: Blob, drawing: Drawing, signal: AbortSignal): Picture | Promise<Picture> {
  // Only a page can draw SVG, and only as an element. What says that it is another image is left to the worker unread.
  const worker = drawing.workerDraws && /^image\/(?!svg)/.test(blob.type);
  return worker ? { kind: 'file', blob } : drawFile(blob, drawing, signal);
}

async function drawFile(blob: Blob, drawing: Drawing, signal: AbortSignal): Promise<Picture> {
  const kind = await unlessAborted(inspect(blob), signal, aborted);
  const isSvg = kind.format === 'SVG';
  if (drawing.workerDraws && !isSvg) return { kind: 'file', blob };
  if (typeof Image === 'undefined') {
    const why = `${kind.format ?? 'The file'} can be drawn only by a page, and load() was called in a worker`;
    throw new MobileNetError('broken-image', `${why}. Draw it in the page, and give its pixels.`);
  }
  // Browsers know SVG by its type alone, which files need not have.
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
      // The file is the page's own, and not of another origin.
      const why = 'The SVG has HTML inside (<foreignObject>), and this browser lets no page read such an image';
      throw new MobileNetError('broken-image', `${why}. Save it as PNG and try again.`, { cause: error.cause });
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function fromElement(image: HTMLImageElement, drawing: Drawing, signal: AbortSignal): Promise<Picture> {
  // Whether it is being loaded or waits to be scrolled to, no browser tells; and this may be never.
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
    return fromImage(image, drawing, performance.now() - start); // SVG without a size, and other reasons not to
  }
}

/** Anything else has its pixels, or has none. */
async function fromPixels(source: Exclude<Source, string | URL | Blob | HTMLImageElement>, drawing: Drawing) {
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

function fromImage(image: HTMLImageElement, drawing: Drawing, decode: number): Promise<Picture> {
  const { naturalWidth: width, naturalHeight: height } = image;
  if (!width || !height)
    throw new MobileNetError('broken-image', 'The picture has no size; give the SVG a width and a height.');
  return draw(image, width, height, drawing, decode);
}

async function fromBitmap(bitmap: ImageBitmap, drawing: Drawing, start: number): Promise<Picture> {
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
  { look, resolution }: Drawing,
  decode: number,
): Promise<Picture> {
  try {
    const views = drawViews(image, width, height, look, resolution);
    const thumbnail = look.thumbnail ? await drawThumbnail(image, width, height, look.thumbnail) : undefined;
    return { kind: 'views', ...views, thumbnail, decode };
  } catch (cause) {
    throw (cause as Error).name === 'SecurityError' ? tainted(cause) : cause;
  }
}
