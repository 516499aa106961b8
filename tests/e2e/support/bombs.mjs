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

/** The head of a WebP of 16,384 pixels a side, which says so in one of three ways. @param {'VP8 ' | 'VP8L' | 'VP8X'} way */
export function webp(way) {
  const head = { 'VP8 ': '000000\xff\x3f\xff\x3f', VP8L: '\x2f\xff\xff\xff\x0f', VP8X: '0000\xff\x3f\x00\xff\x3f\x00' }[
    way
  ];
  return Buffer.from(`RIFF\xff\0\0\0WEBP${way}\x80\0\0\0${head}`.padEnd(256, '\0'), 'latin1');
}

/** The head of an AVIF of w×h. @param {number} w @param {number} h */
export function avif(w, h) {
  const bytes = Buffer.from(`\0\0\0\x14ftypavif\0\0\0\0avif\0\0\0\x14ispe\0\0\0\0`.padEnd(64, '\0'), 'latin1');
  bytes.writeUInt32BE(w, 32);
  bytes.writeUInt32BE(h, 36);
  return bytes;
}
