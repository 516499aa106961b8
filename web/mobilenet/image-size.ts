// The size that an image file declares, for the formats in which a small file can have very many pixels. It must find what a decoder
// would: a decompression bomb may hide its size behind megabytes of metadata.

import { Blocks } from './blocks.js';
import { boxedJpegXlSize, heifSize, jpegXlSize, type Size } from './boxes.js';

/** A JPEG that has declared no size before this offset is left to the browser. */
const jpegHeaderLimit = 64 * 2 ** 20;

/** The size by the file's header; undefined for formats that are not read here. */
export async function declaredSize(format: string, blob: Blob): Promise<Size | undefined> {
  const file = new Blocks(blob);
  try {
    const start = await file.at(0, 32);
    switch (format) {
      case 'JPEG':
        return await jpegSize(file);
      case 'PNG': // IHDR comes first
        return { width: start.getUint32(16), height: start.getUint32(20) };
      case 'GIF':
        return { width: start.getUint16(6, true), height: start.getUint16(8, true) };
      case 'BMP':
        return bmpSize(start);
      case 'WebP':
        return webpSize(start);
      case 'AVIF':
      case 'HEIC':
      case 'video': // browsers take it for an image if any of its brands is "avif"
        return await heifSize(file);
      case 'TIFF':
        return await tiffSize(file, start.getUint8(0) === 0x49);
      case 'JPEG XL':
        return start.getUint8(0) === 0xff ? jpegXlSize(start) : await boxedJpegXlSize(file);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the file cannot be read
  }
  return undefined; // of another format, or it ends before its header does
}

/**
 * The oldest header, of 12 bytes, has 16-bit sides. Later ones have 32-bit sides, and a negative height means that rows are stored from
 * the top.
 */
function bmpSize(view: DataView): Size {
  const old = view.getUint32(14, true) === 12;
  if (old) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
}

/** Goes from marker to marker to the start of frame, SOF0 to SOF15 without DHT, JPG and DAC (ITU T.81, annex B). */
async function jpegSize(file: Blocks): Promise<Size | undefined> {
  const headLength = 9; // of the part of a frame's header that is needed
  for (let offset = 2; offset + headLength <= Math.min(file.size, jpegHeaderLimit); ) {
    const there = file.at(offset, headLength);
    const view = there instanceof DataView ? there : await there; // awaiting each of millions of steps would be slow
    const marker = view.getUint8(1);
    let skipped = 0; // as decoders skip fill bytes and what belongs to no segment
    while (skipped + headLength <= view.byteLength && !isMarker(view.getUint16(skipped))) skipped++;
    if (skipped > 0) {
      offset += skipped;
    } else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      offset += 2; // markers without a segment
    } else if (marker === 0xda || marker === 0xd9) {
      return undefined; // the pixels or the end, before any frame
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: view.getUint16(7), height: view.getUint16(5) };
    } else {
      offset += 2 + view.getUint16(2);
    }
  }
  return undefined;
}

const isMarker = (word: number) => word >= 0xff00 && word !== 0xffff;

/** The first chunk is the image, lossy or lossless, or declares the size of the canvas (RFC 9649). */
function webpSize(view: DataView): Size | undefined {
  const name = String.fromCharCode(...new Uint8Array(view.buffer, 12, 4));
  const triple = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (name === 'VP8X') return { width: triple(24) + 1, height: triple(27) + 1 };
  if (name === 'VP8 ') {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (name !== 'VP8L') return undefined;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}

/** Width and height of the first directory, a number each of 16 or 32 bits (TIFF 6.0, section 2). */
async function tiffSize(file: Blocks, little: boolean): Promise<Size | undefined> {
  const directory = (await file.at(4, 4)).getUint32(0, little);
  const count = (await file.at(directory, 2)).getUint16(0, little);
  const sides = new Map<number, number>();
  for (let offset = directory + 2; offset < directory + 2 + 12 * count; offset += 12) {
    const entry = await file.at(offset, 12);
    const short = entry.getUint16(2, little) === 3;
    sides.set(entry.getUint16(0, little), short ? entry.getUint16(8, little) : entry.getUint32(8, little));
  }
  const [width, height] = [sides.get(256), sides.get(257)];
  return width && height ? { width, height } : undefined;
}
