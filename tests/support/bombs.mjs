// Small files that could take a browser's memory or time: pictures that are far larger than their files, have very many frames, or
// more metadata than picture.
import { deflateSync } from 'node:zlib';
import { chunk, gif } from './pictures.mjs';

/** A PNG with more chunks behind its header. @param {Uint8Array} bytes @param {Uint8Array[]} chunks */
const withChunks = (bytes, ...chunks) => Buffer.concat([bytes.subarray(0, 33), ...chunks, bytes.subarray(33)]);

/** A text and a colour profile in a PNG, each of 64 MB when unpacked. @param {Uint8Array} bytes */
export function inflating(bytes) {
  const zeros = Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(Buffer.alloc(64 << 20))]);
  return withChunks(bytes, chunk('iCCP', zeros), chunk('zTXt', zeros));
}

/** A PNG with n texts, each in a chunk of its own. @param {Uint8Array} bytes @param {number} n */
export const texts = (bytes, n) => withChunks(bytes, Buffer.concat(Array(n).fill(chunk('tEXt', Buffer.from('x\0')))));

/** A GIF of so many frames of a black picture. @param {number} width @param {number} height @param {number} frames */
export function animation(width, height, frames) {
  const two = gif(width, height, new Uint8Array(4 * width * height));
  const head = 13 + 3 * 256; // screen and palette; then come two frames of one length, and a byte for the end
  const frame = two.subarray(head, head + (two.length - head - 1) / 2);
  return Buffer.concat([two.subarray(0, head), ...Array(frames).fill(frame), two.subarray(-1)]);
}

/** A JPEG with n segments of 60 kB of EXIF before all else. @param {Uint8Array} jpeg @param {number} n */
export function withMetadata(jpeg, n) {
  const segment = Buffer.alloc(60_000, 0xff);
  segment.set(Buffer.from('\xff\xe1\xea\x5eExif\0\0MM\0*\0\0\0\x08\xff\xff', 'latin1')); // a directory of 65,535 entries
  return Buffer.concat([jpeg.subarray(0, 2), ...Array(n).fill(segment), jpeg.subarray(2)]);
}

/** A JPEG that says in its frame's header that it is of another size. @param {Uint8Array} jpeg @param {number} width @param {number} height */
export function resized(jpeg, width, height) {
  const bytes = Buffer.from(jpeg);
  let at = 2;
  while (bytes[at + 1] < 0xc0 || bytes[at + 1] > 0xc2) at += 2 + bytes.readUInt16BE(at + 2);
  bytes.writeUInt16BE(height, at + 5);
  bytes.writeUInt16BE(width, at + 7);
  return bytes;
}

/** The head of a WebP of 16,383 or 16,384 pixels a side, which says so in one of three ways. @param {'VP8 ' | 'VP8L' | 'VP8X'} way */
export function webp(way) {
  const heads = {
    'VP8 ': '\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f',
    VP8L: '\x2f\xff\xff\xff\x0f',
    VP8X: '\0\0\0\0\xfe\x3f\0\xfe\x3f\0',
  };
  const part = (/** @type {'VP8 ' | 'VP8L' | 'VP8X'} */ name, length = 200) => {
    const bytes = Buffer.from(`${name}\0\0\0\0${heads[name]}`.padEnd(8 + length, '\0'), 'latin1');
    bytes.writeUInt32LE(length, 4);
    return bytes;
  };
  const parts = way === 'VP8X' ? [part('VP8X', 10), part('VP8 ')] : [part(way)];
  const bytes = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP'), ...parts]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}

/**
 * A grey BMP of w×h.
 * @param {number} header the length of the header that holds its size: 12 of OS/2, 16 to 64 of its second version, 40 to 124 of Windows
 * @param {number} w @param {number} h below zero: its rows come from the top
 * @param {{pixels?: boolean, reserved?: number}} [options] pixels: they are there; reserved: bytes that mean nothing
 */
export function bmp(header, w, h, { pixels = true, reserved = 0 } = {}) {
  const head = Buffer.alloc(14 + header);
  head.write('BM', 'latin1');
  head.writeUInt32LE(reserved, 6);
  head.writeUInt32LE(head.length, 10); // where the pixels are
  head.writeUInt32LE(header, 14);
  const at = header === 12 ? 22 : 26;
  if (header === 12) {
    head.writeUInt16LE(w, 18);
    head.writeUInt16LE(h, 20);
  } else {
    head.writeInt32LE(w, 18);
    head.writeInt32LE(h, 22);
  }
  head.writeUInt16LE(1, at); // planes
  head.writeUInt16LE(24, at + 2); // bits a pixel
  const bytes = Buffer.concat([head, Buffer.alloc(pixels ? 4 * Math.ceil((3 * w) / 4) * Math.abs(h) : 4, 0x80)]);
  bytes.writeUInt32LE(bytes.length, 2);
  return bytes;
}

/** A box as AVIF, HEIC and JPEG XL have them. @param {string} type @param {(string | Uint8Array)[]} content */
function box(type, ...content) {
  const bytes = Buffer.concat([
    Buffer.alloc(8),
    ...content.map((part) => Buffer.from(/** @type {any} */ (part), 'latin1')),
  ]);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.write(type, 4, 'latin1');
  return bytes;
}

/**
 * The head of a HEIF of w×h, whose size stands behind n bytes that say nothing.
 * @param {'avif' | 'heic'} brand @param {number} w @param {number} h @param {number} [n]
 * @param {string} [major] the brand that comes first, if it is another
 */
export function heif(brand, w, h, n = 0, major = brand) {
  const size = Buffer.alloc(12);
  size.writeUInt32BE(w, 4);
  size.writeUInt32BE(h, 8);
  const properties = box('iprp', box('ipco', box('ispe', size)));
  return Buffer.concat([
    box('ftyp', `${major}\0\0\0\0${brand}`),
    box('free', Buffer.alloc(n)),
    box('meta', '\0\0\0\0', properties),
  ]);
}

/** The head of a JPEG XL of 2³⁰ pixels a side, bare or in a box. @param {boolean} boxed */
export function jpegXl(boxed) {
  const code = Buffer.from('\xff\x0a\xfe\xff\xff\xff\x03'.padEnd(64, '\0'), 'latin1');
  return boxed ? Buffer.concat([box('JXL ', '\r\n\x87\n'), box('ftyp', 'jxl \0\0\0\0jxl '), box('jxlc', code)]) : code;
}

/** The head of a TIFF of w×h whose directory stands at its end. @param {number} w @param {number} h @param {number} n bytes before it */
export function tiff(w, h, n) {
  const bytes = Buffer.alloc(n + 30);
  bytes.write('MM\0*', 0, 'latin1');
  bytes.writeUInt32BE(n, 4);
  bytes.writeUInt16BE(2, n);
  for (const [i, side] of [w, h].entries()) {
    const at = n + 2 + 12 * i;
    bytes.writeUInt16BE(256 + i, at); // ImageWidth, ImageLength
    bytes.writeUInt16BE(4, at + 2); // of 32 bits
    bytes.writeUInt32BE(1, at + 4); // one of it
    bytes.writeUInt32BE(side, at + 8);
  }
  return bytes;
}
