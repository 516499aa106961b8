// A HEIC photo that is no grid of tiles, made one of a single tile. core/picture/heic does the same in Go.

import { boxes, contentOf, dataOf, propertiesOf } from './heic-boxes.js';

const ascii = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const u16 = (...values: number[]) => Uint8Array.from(values.flatMap((v) => [v >> 8, v & 255]));
const u32 = (...values: number[]) => u16(...values.flatMap((v) => [v >>> 16, v & 0xffff]));

function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function box(name: string, ...content: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = join(content);
  return join([u32(8 + body.length), ascii(name), body]);
}

/**
 * A file with one image as another with a grid of one tile: of an image that is no grid the decoder makes 4:4:4 and 4:2:0 again, which smoothes
 * its chroma. The rest it leaves as it is.
 */
export function single(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const meta = contentOf(file, 'meta')?.subarray(4);
  const iprp = meta && contentOf(meta, 'iprp');
  const all = iprp && contentOf(iprp, 'ipco');
  if (!all) return file;
  const own = propertiesOf(meta, iprp, [...boxes(all)]);
  const stream = dataOf(file, meta);
  const size = own.find(([type]) => type === 'ispe')?.[1];
  const [tile, grid] = [1, 2];
  // A grid has no stream of its own, and a place has seven bits; and if one box is an image's property a hundred times, copies of it are no file.
  if (!stream || !size || size.length < 12 || own.length > 0x7f) return file;
  // ISO/IEC 14496-15, 8.3.3.1: of no chroma none is smoothed, and of grey tiles the decoder makes no grid.
  const [, stored] = own.find(([type]) => type === 'hvcC') ?? [];
  if (((stored?.[16] ?? 0) & 3) === 0) return file;
  if (own.reduce((sum, [, { length }]) => sum + length, 0) > file.length) return file;
  const owned = (item: number, has: (type: string) => boolean) => {
    const places = own.flatMap(([type], i) => (has(type) ? [i + 1] : []));
    return join([u16(item), Uint8Array.of(places.length, ...places)]);
  };
  const entry = (item: number, kind: string) => box('infe', u32(2 << 24), u16(item, 0), ascii(`${kind}\0`));
  const arrangement = join([u32(0), size.subarray(6, 8), size.subarray(10, 12)]);
  const metaAt = (start: number) =>
    box(
      'meta',
      u32(0),
      box('hdlr', u32(0, 0), ascii('pict'), new Uint8Array(13)),
      box('pitm', u32(0), u16(grid)),
      // Offsets and lengths have 32 bits.
      box(
        'iloc',
        u32(0),
        u16(0x4400, 2),
        ...[u16(tile, 0, 1), u32(start, stream.length)],
        ...[u16(grid, 0, 1), u32(start + stream.length, arrangement.length)],
      ),
      box('iinf', u32(0), u16(2), entry(tile, 'hvc1'), entry(grid, 'grid')),
      box('iref', u32(0), box('dimg', u16(grid, 1, tile))),
      box(
        'iprp',
        box('ipco', ...own.map(([type, content]) => box(type, content))),
        box(
          'ipma',
          u32(0, 2),
          owned(tile, (type) => /hvcC|ispe|pixi/.test(type)),
          owned(grid, (type) => type !== 'hvcC'),
        ),
      ),
    );
  const head = box('ftyp', ascii('heic\0\0\0\0mif1heic'));
  const start = head.length + metaAt(0).length + 8;
  return join([head, metaAt(start), box('mdat', stream, arrangement)]);
}
