// Cropping and resizing by a canvas, in the worker or, where workers have none, on the page's thread.

import { cropBox, viewsOf } from './crop.js';
import type { Look, Views } from './messages.js';

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

let context: Context | undefined;

/** A canvas of at least side×side pixels, kept for the next picture; undefined where there is none. */
function canvasOf(side: number): Context | undefined {
  if (!context || context.canvas.width < side) context = newContext(side) ?? undefined;
  return context;
}

function newContext(width: number, height = width): Context | null {
  // The pixels are read back each time, so they had better not live on the graphics card. That also makes them the same on
  // every card.
  const settings: CanvasRenderingContext2DSettings = { willReadFrequently: true };
  if (typeof OffscreenCanvas === 'function') {
    const context = new OffscreenCanvas(width, height).getContext('2d', settings);
    if (context) return context;
  }
  if (typeof document !== 'object') return null;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas.getContext('2d', settings);
}

/** Shows the network a picture of width×height pixels. Throws a SecurityError where another origin forbids reading it. */
export function drawViews(
  image: CanvasImageSource,
  width: number,
  height: number,
  look: Look,
  resolution: number,
): Omit<Views, 'decode'> {
  const start = performance.now();
  const context = canvasOf(resolution);
  if (!context) throw new Error('this browser has no 2D canvas');
  const views = viewsOf(look);
  const size = resolution * resolution * 4;
  const rgba = new Uint8ClampedArray(views.length * size);
  for (const [i, { crop, mirror }] of views.entries()) {
    const { x, y, width: w, height: h } = cropBox(crop, width, height);
    context.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? resolution : 0, 0);
    context.imageSmoothingQuality = 'high';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, resolution, resolution);
    context.drawImage(image, x, y, w, h, 0, 0, resolution, resolution);
    rgba.set(context.getImageData(0, 0, resolution, resolution).data, i * size);
  }
  const first = views[0]?.crop ?? look.crop;
  return { rgba, box: cropBox(first, width, height), resize: performance.now() - start };
}

/** A JPEG of a picture of width×height pixels, made to fit in a square of side. */
export async function drawThumbnail(
  image: CanvasImageSource,
  width: number,
  height: number,
  side: number,
): Promise<Blob> {
  const scale = Math.min(1, side / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(scale * width)), Math.max(1, Math.round(scale * height))];
  const context = newContext(w, h);
  if (!context) throw new Error('this browser has no 2D canvas');
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, w, h);
  context.drawImage(image, 0, 0, w, h);
  const { canvas } = context;
  const jpeg = { type: 'image/jpeg', quality: 0.8 };
  if ('convertToBlob' in canvas) return canvas.convertToBlob(jpeg);
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) => (blob ? resolve(blob) : reject(new Error('the canvas gives no JPEG')));
    canvas.toBlob(done, jpeg.type, jpeg.quality);
  });
}

/** Draws known pixels and reads them back: protection against fingerprinting changes some of them. */
export function checkCanvas(): 'exact' | 'altered' | 'none' {
  const side = 64;
  let context: Context | undefined;
  try {
    context = canvasOf(side);
  } catch {
    // some browsers throw where they have no such canvas
  }
  if (!context) return 'none';
  const drawn = new ImageData(side, side);
  for (let i = 0; i < drawn.data.length; i++) drawn.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24;
  context.putImageData(drawn, 0, 0);
  const read = context.getImageData(0, 0, side, side).data;
  return read.every((value, i) => value === drawn.data[i]) ? 'exact' : 'altered';
}
