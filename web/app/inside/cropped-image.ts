import { unlessAborted } from '../../common/abort.ts';
import type { Crop } from '../../mobilenet/mobilenet.js';
import { network } from '../store/network.ts';
import { cropBox } from '../ui/crop.ts';
import { element } from '../ui/dom.ts';
import { imageUrl } from '../ui/image-url.ts';
import { PageError } from '../ui/problem.ts';

/** The longer side of the canvas, in pixels. */
const SIDE = 448;

/** The part of an image that the network sees, on a canvas. */
export class CroppedImage {
  readonly canvas = element('canvas', { width: SIDE, height: SIDE, 'aria-hidden': 'true' });

  /** Draws an image of width×height pixels, cropped as for the network, and grey for one that sees no colours. */
  draw(image: CanvasImageSource, width: number, height: number, crop: Crop): void {
    const context = this.canvas.getContext('2d');
    if (!context) return;
    const [rows = 1, columns = 1, colours] = network.shape ?? [];
    const scale = SIDE / Math.max(rows, columns);
    const [w, h] = [Math.round(scale * columns), Math.round(scale * rows)];
    if (this.canvas.width !== w) this.canvas.width = w;
    if (this.canvas.height !== h) this.canvas.height = h;
    const box = cropBox(crop, width, height);
    context.imageSmoothingQuality = 'high';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, w, h);
    context.drawImage(image, box.left * width, box.top * height, box.width * width, box.height * height, 0, 0, w, h);
    if (colours === 1) desaturate(context, w, h);
  }

  /** Draws a file, unless the signal aborts; fails where the browser cannot. */
  async drawFile(blob: Blob, crop: Crop, signal: AbortSignal): Promise<void> {
    const url = await imageUrl(blob, signal);
    try {
      const image = element('img', { src: url });
      const decoding = image.decode().catch(() => {
        throw new PageError(blob.type.startsWith('image/') ? 'broken-image' : 'not-an-image');
      });
      await unlessAborted(decoding, signal);
      // An SVG may have no size of its own.
      this.draw(image, image.naturalWidth || SIDE, image.naturalHeight || SIDE, crop);
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}

/** Takes the colours from what is drawn; not every browser has the canvas' own filter for it. */
function desaturate(context: CanvasRenderingContext2D, width: number, height: number): void {
  context.save();
  context.globalCompositeOperation = 'saturation';
  context.fillStyle = '#888';
  context.fillRect(0, 0, width, height);
  context.restore();
}
