// How many pixels a picture's file declares, for the formats in which a small file can have very many. It must find what a decoder
// would: a bomb may hide its size behind megabytes of metadata.

/** How much of a file is read at once. */
const block = 256 * 1024;

/** Where a JPEG has not told its size until here, it is left to the browser. */
const patience = 64 * 2 ** 20;

/** Width times height by the file's header, as far as it is known how to read it. */
export async function declaredPixels(format: string, blob: Blob): Promise<number | undefined> {
  if (format === 'JPEG') return jpegPixels(blob);
  const start = await blob.slice(0, block).arrayBuffer();
  const view = new DataView(start);
  try {
    switch (format) {
      case 'PNG': // IHDR comes first
        return view.getUint32(16) * view.getUint32(20);
      case 'GIF':
        return view.getUint16(6, true) * view.getUint16(8, true);
      case 'BMP':
        return Math.abs(view.getInt32(18, true) * view.getInt32(22, true));
      case 'WebP':
        return webpPixels(view);
      case 'AVIF':
        return avifPixels(view, new Uint8Array(start));
    }
  } catch {
    // the file ends before its header does
  }
  return undefined;
}

/** Goes from marker to marker to the start of frame, SOF0 to SOF15 without DHT, JPG and DAC (ITU T.81, annex B). */
async function jpegPixels(blob: Blob): Promise<number | undefined> {
  let view = new DataView(new ArrayBuffer(0)); // the block of the file that begins at `from`
  let from = 0;
  const headLength = 9; // of a frame's header, as far as it is needed
  for (let at = 2; at + headLength <= Math.min(blob.size, patience); ) {
    if (at + headLength > from + view.byteLength) {
      from = at;
      view = new DataView(await blob.slice(at, at + block).arrayBuffer());
    }
    const here = at - from;
    const marker = view.getUint8(here + 1);
    if (view.getUint8(here) !== 0xff || marker === 0xff) {
      at++; // what decoders skip: fill bytes, and what belongs to no segment
    } else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2; // markers without a segment
    } else if (marker === 0xda || marker === 0xd9) {
      return undefined; // the pixels or the end, before any frame
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return view.getUint16(here + 5) * view.getUint16(here + 7);
    } else {
      at += 2 + view.getUint16(here + 2);
    }
  }
  return undefined;
}

/** The first chunk is the picture, lossy or lossless, or says how large a canvas it needs (RFC 9649). */
function webpPixels(view: DataView): number | undefined {
  const name = String.fromCharCode(...new Uint8Array(view.buffer, 12, 4));
  const triple = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (name === 'VP8X') return (triple(24) + 1) * (triple(27) + 1);
  if (name === 'VP8 ') return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
  if (name !== 'VP8L') return undefined;
  const bits = view.getUint32(21, true);
  return ((bits & 0x3fff) + 1) * (((bits >> 14) & 0x3fff) + 1);
}

/** The largest of the sizes in the file's properties, "ispe" (ISO/IEC 23008-12): a picture may be made of tiles, and have a thumbnail. */
function avifPixels(view: DataView, bytes: Uint8Array): number | undefined {
  let most: number | undefined;
  for (let at = bytes.indexOf(0x69); at >= 0 && at + 16 <= bytes.length; at = bytes.indexOf(0x69, at + 1)) {
    if (view.getUint32(at) !== 0x69737065) continue;
    most = Math.max(most ?? 0, view.getUint32(at + 8) * view.getUint32(at + 12));
  }
  return most;
}
