// The sizes of images that are stored in boxes (ISO/IEC 14496-12): AVIF, HEIC, and JPEG XL where it is not bare.

import type { Blocks } from './blocks.js';

/** Pixels across and down, before any rotation. */
export interface Size {
  width: number;
  height: number;
}

/** How many boxes are searched for a size. */
const boxLimit = 2 ** 20;

/** How deep containers are nested. */
const depthLimit = 6;

/** Boxes that contain others on the way to a size, and how many bytes of their own precede these. */
const containers = new Map([
  ['meta', 4],
  ['iprp', 0],
  ['ipco', 0],
  ['moov', 0],
  ['trak', 0],
  ['mdia', 0],
  ['minf', 0],
  ['stbl', 0],
  ['stsd', 8],
]);

interface Box {
  type: string;
  content: DataView;
}

/**
 * The largest of the sizes in a HEIF file, in its images' properties, "ispe" (ISO/IEC 23008-12), and in its videos' descriptions: an
 * image may be made of tiles, have a thumbnail, or be a video.
 */
export async function heifSize(file: Blocks): Promise<Size | undefined> {
  let max: Size | undefined;
  for await (const { type, content } of boxes(file)) {
    let size: Size;
    if (type === 'ispe') size = { width: content.getUint32(4), height: content.getUint32(8) };
    else if (/^(av01|hvc1|hev1)$/.test(type)) size = { width: content.getUint16(24), height: content.getUint16(26) };
    else continue;
    if (!max || size.width * size.height > max.width * max.height) max = size;
  }
  return max;
}

/** The size at the start of the first codestream box of JPEG XL (ISO/IEC 18181-2). */
export async function boxedJpegXlSize(file: Blocks): Promise<Size | undefined> {
  for await (const { type, content } of boxes(file)) {
    if (type === 'jxlc') return jpegXlSize(content);
    if (type === 'jxlp') return jpegXlSize(new DataView(content.buffer, content.byteOffset + 4)); // after its number
  }
  return undefined;
}

/** The size in a JPEG XL codestream (ISO/IEC 18181-1, SizeHeader): a bit field after the two bytes of the signature. */
export function jpegXlSize(codestream: DataView): Size {
  let at = 16;
  const bits = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value += ((codestream.getUint8(at >> 3) >> (at & 7)) & 1) * 2 ** i;
    return value;
  };
  const small = bits(1) === 1;
  const side = () => (small ? 8 * (bits(5) + 1) : bits([9, 13, 18, 30][bits(2)] as number) + 1);
  const height = side();
  const ratio = [undefined, 1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2][bits(3)];
  return { width: Math.floor(ratio === undefined ? side() : height * ratio), height };
}

/** All boxes of a file, and those in its containers. */
async function* boxes(file: Blocks): AsyncGenerator<Box> {
  let seen = 0;
  const within = async function* (from: number, to: number, depth: number): AsyncGenerator<Box> {
    for (let offset = from; offset + 8 <= to && seen++ < boxLimit; ) {
      const view = await file.at(offset, 64);
      const type = String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + 4, 4));
      const long = view.getUint32(0) === 1;
      const head = long ? 16 : 8;
      const size = (long ? Number(view.getBigUint64(8)) : view.getUint32(0)) || to - offset; // 0: to the end
      if (size < head) return;
      yield { type, content: new DataView(view.buffer, view.byteOffset + head) };
      const own = containers.get(type);
      if (own !== undefined && depth < depthLimit) {
        yield* within(offset + head + own, Math.min(offset + size, to), depth + 1);
      }
      offset += size;
    }
  };
  yield* within(0, file.size, 1);
}
