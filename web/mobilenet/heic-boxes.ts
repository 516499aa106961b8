// The boxes of HEIC files (ISO/IEC 14496-12 and 23008-12): what images there are, and where their data are.

import { MobileNetError } from './errors.js';

export const broken = (why: string, cause?: unknown) =>
  new MobileNetError('broken-image', `This HEIC is damaged or incomplete: ${why}.`, { cause });

export const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export type Box = [type: string, content: Uint8Array];

export function* boxes(bytes: Uint8Array): Generator<Box> {
  const view = viewOf(bytes);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const long = view.getUint32(at) === 1 && at + 16 <= bytes.length;
    const head = long ? 16 : 8;
    const size = (long ? Number(view.getBigUint64(at + 8)) : view.getUint32(at)) || bytes.length - at;
    if (size < head || at + size > bytes.length) throw broken('it ends before its data do');
    yield [String.fromCharCode(...bytes.subarray(at + 4, at + 8)), bytes.subarray(at + head, at + size)];
    at += size;
  }
}

export function contentOf(bytes: Uint8Array, name: string): Uint8Array | undefined {
  for (const [type, content] of boxes(bytes)) if (type === name) return content;
  return undefined;
}

/** The number of the main image. */
function mainImage(meta: Uint8Array): number {
  const primary = contentOf(meta, 'pitm');
  if (!primary) throw broken('its header is cut short');
  const of = viewOf(primary);
  return primary[0] ? of.getUint32(4) : of.getUint16(4);
}

/** Those of the main image, by their places in the list of all (ISO/IEC 23008-12, 9.3). */
export function propertiesOf(meta: Uint8Array, iprp: Uint8Array, all: Box[]): Box[] {
  const places = contentOf(iprp, 'ipma');
  if (!places) throw broken('its header is cut short');
  try {
    const wanted = mainImage(meta);
    const view = viewOf(places);
    const long = view.getUint8(3) & 1;
    let at = 8;
    for (let items = view.getUint32(4); items > 0; items--) {
      const id = places[0] ? view.getUint32(at) : view.getUint16(at);
      at += places[0] ? 4 : 2;
      const count = view.getUint8(at++);
      const own = Array.from({ length: count }, (_, i) =>
        long ? view.getUint16(at + 2 * i) & 0x7fff : view.getUint8(at + i) & 0x7f,
      );
      at += long ? 2 * count : count;
      if (id === wanted) return own.flatMap((place) => all.slice(Math.max(place - 1, 0), place)); // 0 is none
    }
  } catch (cause) {
    throw broken('its header contradicts itself', cause);
  }
  return [];
}

/** What the main image consists of, where that lies in the file in one piece (ISO/IEC 14496-12, 8.11.3). */
export function dataOf(file: Uint8Array, meta: Uint8Array): Uint8Array | undefined {
  const places = contentOf(meta, 'iloc');
  if (!places) return undefined;
  if (places.length < 6) return undefined;
  const view = viewOf(places);
  const version = view.getUint8(0);
  let at = 4;
  const number = (bytes: number): number => {
    let v = 0;
    for (let i = 0; i < bytes; i++) v = v * 256 + view.getUint8(at++);
    return v;
  };
  const sizes = number(2);
  const [offset, length, base, index] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, version ? sizes & 15 : 0];
  const idBytes = version > 1 ? 4 : 2;
  const wanted = mainImage(meta);
  try {
    for (let items = number(idBytes); items > 0; items--) {
      const id = number(idBytes);
      const method = version ? number(2) & 15 : 0;
      at += 2; // in which file
      const start = number(base);
      const extents = number(2);
      let piece: Uint8Array | undefined;
      for (let i = 0; i < extents; i++) {
        at += index;
        const from = start + number(offset);
        const size = number(length);
        if (from + size <= file.length) piece = file.subarray(from, from + size);
      }
      if (id === wanted) return method === 0 && extents === 1 && length > 0 ? piece : undefined;
    }
  } catch {
    // The decoder says what is wrong.
  }
  return undefined;
}
