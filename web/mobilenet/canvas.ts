// Cropping and resizing by a canvas, in the worker or, where workers have none, on the page's thread.

import { cropBox, viewsOf } from './crop.js';
import type { Framing, Shape, Views } from './messages.js';
import type { Box } from './mobilenet.d.ts';

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

let context: Context | undefined;

/** A canvas of at least width×height pixels, kept for the next image. */
function canvasOf(width: number, height: number): Context {
  if (!context || context.canvas.width < width || context.canvas.height < height) context = newContext(width, height);
  return context;
}

function newContext(width: number, height: number): Context {
  // The pixels are read back each time, so they should not be on the GPU. That also makes them the same on every GPU.
  const settings: CanvasRenderingContext2DSettings = { willReadFrequently: true };
  let context: Context | null = null;
  if (typeof OffscreenCanvas === 'function') context = new OffscreenCanvas(width, height).getContext('2d', settings);
  if (!context && typeof document === 'object') {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    context = canvas.getContext('2d', settings);
  }
  if (context) return context;
  throw new Error('this browser has no 2D canvas');
}

/** Crops an image of width×height pixels, and resizes it to the model's input of that shape. Throws a SecurityError if it is cross-origin. */
export function drawViews(
  image: CanvasImageSource,
  width: number,
  height: number,
  framing: Framing,
  shape: Shape,
): Omit<Views, 'decode'> {
  const start = performance.now();
  const [h, w] = shape;
  const context = canvasOf(w, h);
  const views = viewsOf(framing);
  const size = w * h * 4;
  const rgba = new Uint8ClampedArray(views.length * size);
  for (const [i, { crop, mirror }] of views.entries()) {
    context.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? w : 0, 0);
    drawOnWhite(context, image, cropBox(crop, width, height, shape), w, h);
    rgba.set(context.getImageData(0, 0, w, h).data, i * size);
  }
  return { rgba, box: cropBox(views[0].crop, width, height, shape), resize: performance.now() - start };
}

/** A JPEG of an image of width×height pixels, scaled to fit in a square of side; none if that is 0. */
export async function drawThumbnail(
  image: CanvasImageSource,
  width: number,
  height: number,
  side: number,
): Promise<Blob | undefined> {
  if (side === 0) return undefined;
  const scale = Math.min(1, side / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(scale * width)), Math.max(1, Math.round(scale * height))];
  const context = newContext(w, h);
  drawOnWhite(context, image, { x: 0, y: 0, width, height }, w, h);
  const { canvas } = context;
  const jpeg = { type: 'image/jpeg', quality: 0.8 };
  if ('convertToBlob' in canvas) return canvas.convertToBlob(jpeg);
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error('the canvas gives no JPEG')));
    canvas.toBlob(done, jpeg.type, jpeg.quality);
  });
}

/** Draws a box of an image over the first w×h pixels, transparent pixels over white. */
function drawOnWhite(context: Context, image: CanvasImageSource, { x, y, width, height }: Box, w: number, h: number) {
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, w, h);
  context.drawImage(image, x, y, width, height, 0, 0, w, h);
}

/** Draws known pixels and reads them back: protection against fingerprinting changes some of them. */
export function checkCanvas(): 'exact' | 'altered' | 'none' {
  const side = 64;
  let context: Context;
  try {
    context = canvasOf(side, side);
  } catch {
    return 'none';
  }
  const drawn = new ImageData(side, side);
  for (let i = 0; i < drawn.data.length; i++) drawn.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24;
  context.putImageData(drawn, 0, 0);
  const read = context.getImageData(0, 0, side, side).data;
  return read.every((value, i) => value === drawn.data[i]) ? 'exact' : 'altered';
}
